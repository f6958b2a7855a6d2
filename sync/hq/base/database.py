"""HQ's database: SQLite in the home folder, or the PostgreSQL that `database_url` names.

Everything above this file is the same on both; what differs is how it is opened (`sqlite`, `postgresql`)
and how units are written (`writer`: one after the other; `pooled`: side by side).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.core.answers import Key
from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.hq.base import postgresql, sqlite
from sync.hq.base.pooled import PooledWriter
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, migrate
from sync.hq.base.writer import Writer
from sync.hq.base.writing import DatabaseAway, as_refusal, is_passing
from sync.hq.settings import Settings

PATIENCE_SECONDS = 15.0
PAUSE_SECONDS = 0.5


class Database:
    """Opened once per process; `write` and `read` are the only two ways in."""

    def __init__(
        self, settings: Settings, *, clock: Clock, ids: Ids, migrations: Sequence[Migrations]
    ) -> None:
        self.writer: Writer | PooledWriter
        if settings.database_url:
            self._writing, self._readers = postgresql.engines(settings)
            _migrate_when_there(self._writing, migrations, clock)
            self.writer = PooledWriter(
                self._writing, clock=clock, ids=ids, statement_seconds=settings.statement_seconds
            )
        else:
            self._writing, self._readers = sqlite.engines(settings)
            migrate(self._writing, migrations)
            self.writer = Writer(self._writing, clock=clock, ids=ids)

    def write(self, work: Callable[[Unit], Any], key: Key | None = None, *, lane: str = "") -> Any:
        """Run `work(unit)` in one transaction and return after its commit; see Writer.write and lanes."""
        return self.writer.write(work, key, lane=lane)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A reader over one snapshot of the database."""
        try:
            with self._readers.begin() as connection:
                yield Reader(connection)
        except (DBAPIError, PoolTimeout) as error:
            raise as_refusal(error) or error from error.__cause__

    def close(self) -> None:
        """Finish what waits and let go of the file or the server."""
        self.writer.close()
        self._readers.dispose()
        self._writing.dispose()


def _migrate_when_there(engine: Engine, every: Sequence[Migrations], clock: Clock) -> None:
    """After a power cut the server may come up later than we do."""
    began = clock.monotonic()
    while True:
        try:
            return migrate(engine, every)
        except DBAPIError as error:
            if not is_passing(error):
                raise
            if clock.monotonic() - began > PATIENCE_SECONDS:
                raise DatabaseAway(problem=str(error.orig).strip()) from None
        clock.sleep(PAUSE_SECONDS)
