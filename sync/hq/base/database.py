"""HQ's database: an engine that only the writer uses, and one that can only read.

SQLite by default: WAL, synchronous=FULL because "done" must survive a power cut, secure_delete so that
what was erased stays erased. Everything above this file is the same on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from sync.core.answers import Key
from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, migrate
from sync.hq.base.writer import Writer

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


def _sqlite(url: str, pragmas: Sequence[str], *, begin: str, pool: type[Any]) -> Engine:
    engine = create_engine(url, poolclass=pool, connect_args={"check_same_thread": False})

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


class Database:
    """Opened once per process; `write` and `read` are the only two ways in."""

    def __init__(
        self, home: Path, *, clock: Clock, ids: Ids, migrations: Sequence[Migrations]
    ) -> None:
        path = home / FILE_NAME
        writing = _sqlite(
            f"sqlite:///{path}", _WRITER_PRAGMAS, begin="BEGIN IMMEDIATE", pool=StaticPool
        )
        migrate(writing, migrations)
        path.chmod(0o600)
        self._readers = _sqlite(
            f"sqlite:///file:{path}?mode=ro&uri=true",
            _READER_PRAGMAS,
            begin="BEGIN",
            pool=QueuePool,
        )
        self._writing = writing
        self.writer = Writer(writing, clock=clock, ids=ids)

    def write(self, work: Callable[[Unit], Any], key: Key | None = None) -> Any:
        """Run `work(unit)` in one transaction and return after its commit; see Writer.write."""
        return self.writer.write(work, key)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A reader over one snapshot of the database."""
        with self._readers.begin() as connection:
            yield Reader(connection)

    def close(self) -> None:
        """Finish what waits and let go of the file."""
        self.writer.close()
        self._readers.dispose()
        self._writing.dispose()
