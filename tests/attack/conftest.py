"""Worlds to attack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attack.edge_world import EdgeWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[EdgeWorld]:
    """A fresh store."""
    made = EdgeWorld(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeWorld]:
    """One store for many questions that must change nothing."""
    made = EdgeWorld(tmp_path_factory.mktemp("attacked") / "store")
    yield made
    made.close()
