"""An HQ of its own for every test, over SQLite and over PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.doors.clock import SystemClock
from sync.doors.ids import SystemIds
from sync.hq.app import open_hq
from sync.hq.settings import Settings
from tests import postgres
from tests.hq.world import World

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """One PostgreSQL for all tests of a run."""
    with postgres.server() as started:
        yield started


@pytest.fixture(scope="session")
def migrated(
    server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """A database with HQ's tables, wiped each time it is asked for: migrating takes longer than the tests."""
    name = server.database()
    settings = Settings(
        home=str(tmp_path_factory.mktemp("migrated")), database_url=server.url_of(name)
    )
    open_hq(settings, clock=SystemClock(), ids=SystemIds()).database.close()

    def wiped() -> str:
        server.wipe(name, keep="hq_steps")
        return settings.database_url

    yield wiped
    server.drop(name)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, dialect: str) -> str:
    """Where HQ's tables are: in the home folder for SQLite, on a server for PostgreSQL."""
    return "" if dialect == "sqlite" else str(request.getfixturevalue("migrated")())


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database HQ runs on."""
    said: str = request.param
    return said


@pytest.fixture
def made(tmp_path: Path, database_url: str) -> Iterator[Callable[..., World]]:
    """Makes the HQ of this test, with settings of its own; without stores."""
    worlds: list[World] = []

    def make(**settings: object) -> World:
        worlds.append(World(tmp_path / "hq", database_url=database_url, **settings))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(made: Callable[..., World]) -> World:
    """HQ with two stores and a web shop."""
    new = made()
    new.add_stores()
    new.add_shop()
    return new
