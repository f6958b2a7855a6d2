"""HQ's database as a file: WAL, synchronous=FULL because "done" must survive a power cut, secure_delete so
that what was erased stays erased. One engine only for the writer, and one that can only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from sync.hq.base.rows import Reader
from sync.hq.settings import Settings

FILE_NAME = "hq.sqlite3"
_WRITER_PRAGMAS = (
    "page_size=4096",
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "busy_timeout=5000",
    "trusted_schema=OFF",
)
_READER_PRAGMAS = ("query_only=ON", "busy_timeout=5000")


def engines(settings: Settings) -> tuple[Engine, Engine]:
    """The engine that writes and the one that reads."""
    path = Path(settings.home) / FILE_NAME
    _make_private(path)
    return (
        _engine(f"sqlite:///{path}", _WRITER_PRAGMAS, begin="BEGIN IMMEDIATE", pool=StaticPool),
        _engine(
            f"sqlite:///file:{path}?mode=ro&uri=true",
            _READER_PRAGMAS,
            begin="BEGIN",
            pool=QueuePool,
        ),
    )


@contextmanager
def copy(path: Path) -> Iterator[Reader]:
    """A reader over a copy of HQ's file, which is not changed by it."""
    engine = _engine(
        f"sqlite:///file:{path}?mode=ro&uri=true", _READER_PRAGMAS, begin="BEGIN", pool=StaticPool
    )
    try:
        with engine.connect() as connection:
            yield Reader(connection)
    finally:
        engine.dispose()


def _make_private(path: Path) -> None:
    """Nobody else on this machine reads it. Before it is opened: SQLite gives its log and index the same rights."""
    path.touch(mode=0o600)
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(FileNotFoundError):
            path.with_name(name).chmod(0o600)


def _engine(url: str, pragmas: Sequence[str], *, begin: str, pool: type[Any]) -> Engine:
    engine = create_engine(
        url, poolclass=pool, connect_args={"check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver would begin lazily and deferred; we begin ourselves, so that waiting happens first.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begins(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
