"""Writing on PostgreSQL: each unit is a transaction of its own, on a pooled connection, in its caller's thread.

What fails for a passing reason (a deadlock, a server that restarts, a standby that takes over) is run again.
When the connection is lost while a commit is under way, PostgreSQL itself is asked what became of it, so that
no unit is done twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.core.answers import Key
from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.hq.base import lanes
from sync.hq.base.rows import Unit
from sync.hq.base.writing import (
    SLOW_COMMIT_SECONDS,
    OutcomeUnknown,
    ShuttingDown,
    StorageFailed,
    as_refusal,
    call_all,
    is_passing,
    work_with_key,
)

PATIENCE_SECONDS = 15.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.5
# "transaction ID is in the future": what a standby that took over says of what it never heard of.
_NEVER_HEARD_OF = "22023"

log = logging.getLogger("hq.writer")


@dataclass
class _Try:
    xid: str = ""
    is_committing: bool = False
    result: Any = None
    calls: list[Callable[[], None]] = field(default_factory=list)


class PooledWriter:
    """Any number of units at once; which of them wait for each other is said by their lanes."""

    def __init__(self, engine: Engine, *, clock: Clock, ids: Ids, statement_seconds: int) -> None:
        self._engine, self._clock, self._ids = engine, clock, ids
        self._seconds = statement_seconds
        self._guard = threading.Condition()
        self._open_units = 0
        self._closing = False
        self._here = threading.local()

    def write(self, work: Callable[[Unit], Any], key: Key | None = None, *, lane: str = "") -> Any:
        """Run `work` in a transaction and return its result after the commit; what it raises is raised here.

        `work` may run more than once when the database asks for another try, so it must be free of
        effects outside its unit.
        """
        if getattr(self._here, "is_writing", False):
            raise RuntimeError("a unit cannot wait for another unit")
        with self._guard:
            if self._closing:
                raise ShuttingDown
            self._open_units += 1
        self._here.is_writing = True
        try:
            done = self._done(work, key, lane)
        finally:
            self._here.is_writing = False
            with self._guard:
                self._open_units -= 1
                self._guard.notify_all()
        call_all(done.calls)
        return done.result

    @property
    def open_units(self) -> int:
        """Units asked for and not yet answered."""
        return self._open_units

    def close(self) -> None:
        """Take nothing more, and wait for what is under way."""
        with self._guard:
            self._closing = True
            self._guard.wait_for(lambda: not self._open_units, timeout=10)

    def _done(self, work: Callable[[Unit], Any], key: Key | None, lane: str) -> _Try:
        began, pause = self._clock.monotonic(), _FIRST_PAUSE
        while True:
            this = _Try()
            try:
                self._try(this, work, key, lane)
            except (DBAPIError, PoolTimeout) as error:
                if not is_passing(error):
                    raise as_refusal(error) or error from None
                if this.is_committing and self._is_committed(this.xid, began):
                    return this
                if self._clock.monotonic() - began > PATIENCE_SECONDS:
                    log.exception("gave up after %s s", PATIENCE_SECONDS)
                    raise StorageFailed from None
                self._clock.sleep(self._ids.uniform(pause / 2, pause))
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                self._say_if_slow(began)
                return this

    def _try(self, this: _Try, work: Callable[[Unit], Any], key: Key | None, lane: str) -> None:
        with self._engine.connect() as connection:
            this.xid = lanes.begin(connection, lane, seconds=self._seconds)
            unit = Unit(connection, now=self._clock.now(), ids=self._ids)
            this.result, this.calls = work_with_key(unit, work, key), unit.committed_calls
            this.is_committing = True
            connection.commit()

    def _is_committed(self, xid: str, began: float) -> bool:
        """What became of a commit whose answer was lost; OutcomeUnknown when nobody could say in time."""
        while self._clock.monotonic() - began < PATIENCE_SECONDS:
            try:
                fate = self._fate(xid)
            except (DBAPIError, PoolTimeout) as error:
                if getattr(getattr(error, "orig", None), "sqlstate", None) == _NEVER_HEARD_OF:
                    return False
                if not is_passing(error):
                    raise OutcomeUnknown from error
            else:
                if fate != "in progress":
                    return fate == "committed"
            self._clock.sleep(self._ids.uniform(_FIRST_PAUSE, _LONGEST_PAUSE))
        raise OutcomeUnknown

    def _fate(self, xid: str) -> str | None:
        with self._engine.connect() as connection:
            row = connection.exec_driver_sql("SELECT pg_xact_status(%s::xid8)", (xid,)).one()
        return None if row[0] is None else str(row[0])

    def _say_if_slow(self, began: float) -> None:
        took = self._clock.monotonic() - began
        if took > SLOW_COMMIT_SECONDS:
            log.warning("slow unit: %.0f ms with its waiting", took * 1000)
