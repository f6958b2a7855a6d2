"""The one writer on SQLite: units that wait together are committed together, each in its own savepoint.

One thread owns the only writing connection and every checkpoint: SQLite 3.7.0 to 3.51.2 can corrupt a WAL
file when two connections write or checkpoint at the same moment. Callers hear "done" after the commit.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from sync.core.answers import Key
from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.hq.base.rows import Unit
from sync.hq.base.writing import (
    SLOW_COMMIT_SECONDS,
    ShuttingDown,
    StorageFailed,
    call_all,
    is_passing,
    work_with_key,
)

MOST_UNITS_IN_ONE_COMMIT = 128
MOST_TRIES = 5

log = logging.getLogger("hq.writer")


@dataclass
class _Waiting:
    work: Callable[[Unit], Any]
    key: Key | None
    told: Future[Any] = field(default_factory=Future)


@dataclass
class _Outcome:
    waiting: _Waiting
    result: Any = None
    error: Exception | None = None
    calls: list[Callable[[], None]] = field(default_factory=list)

    def tell(self) -> None:
        """Answer the caller, after what lives only in memory was changed."""
        call_all(self.calls)
        if self.error is not None:
            self.waiting.told.set_exception(self.error)
        else:
            self.waiting.told.set_result(self.result)


class Writer:
    """Queue of units in front of the one connection that writes."""

    def __init__(self, engine: Engine, *, clock: Clock, ids: Ids) -> None:
        self._engine, self._clock, self._ids = engine, clock, ids
        self._queue: deque[_Waiting] = deque()
        self._wake = threading.Condition()
        self._open_units = 0
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="hq-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Unit], Any], key: Key | None = None, *, lane: str = "") -> Any:
        """Run `work` in the writer and return its result after the commit; what it raises is raised here.

        `work` may run more than once when the database asks for another try, so it must be free of
        effects outside its unit. Units run one at a time here, whatever their lane.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit cannot wait for another unit")
        waiting = _Waiting(work, key)
        with self._wake:
            if self._closing:
                raise ShuttingDown
            self._queue.append(waiting)
            self._open_units += 1
            self._wake.notify()
        return waiting.told.result()

    @property
    def open_units(self) -> int:
        """Units asked for and not yet answered."""
        return self._open_units

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while batch := self._take():
            for outcome in self._commit(batch):
                with self._wake:
                    self._open_units -= 1
                outcome.tell()

    def _take(self) -> list[_Waiting]:
        with self._wake:
            while not self._queue and not self._closing:
                self._wake.wait()
            count = min(len(self._queue), MOST_UNITS_IN_ONE_COMMIT)
            return [self._queue.popleft() for _ in range(count)]

    def _commit(self, batch: list[_Waiting]) -> list[_Outcome]:
        began = self._clock.monotonic()
        outcomes = self._try_commit(batch)
        took = self._clock.monotonic() - began
        if took > SLOW_COMMIT_SECONDS:
            log.warning("slow commit: %d units, %.0f ms", len(batch), took * 1000)
        return outcomes

    def _try_commit(self, batch: list[_Waiting]) -> list[_Outcome]:
        for left in reversed(range(MOST_TRIES)):
            try:
                with self._engine.begin() as connection:
                    return [self._attempt(connection, waiting) for waiting in batch]
            except DBAPIError as error:
                if not (left and is_passing(error)):
                    log.exception("commit failed")
                    return [_Outcome(waiting, error=StorageFailed()) for waiting in batch]
                self._clock.sleep(self._ids.uniform(0.005, 0.05))
        raise AssertionError("the last try always returns")

    def _attempt(self, connection: Connection, waiting: _Waiting) -> _Outcome:
        unit = Unit(connection, now=self._clock.now(), ids=self._ids)
        try:
            with connection.begin_nested():
                result = work_with_key(unit, waiting.work, waiting.key)
        except Exception as error:  # the caller of write() gets it
            if isinstance(error, DBAPIError) and (is_passing(error) or _is_over(connection)):
                raise
            return _Outcome(waiting, error=error)
        return _Outcome(waiting, result=result, calls=unit.committed_calls)


def _is_over(connection: Connection) -> bool:
    """A full disk may end the whole transaction; the next savepoint would then commit by itself."""
    driver: Any = connection.connection.dbapi_connection
    return not driver.in_transaction
