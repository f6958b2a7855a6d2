"""The one writer: a thread that owns the only writing connection and every checkpoint.

Units that wait together are committed together (group commit), each in its own savepoint, so one that
fails leaves no trace and its neighbours stand; one that is alone needs none, because its transaction is its own.
Callers hear "done" only after the commit.
"""

from __future__ import annotations

import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edge.base.answers import remember, remembered
from edge.base.log import LogHead
from edge.base.unit import Unit
from sync.core.answers import Key
from sync.core.errors import Refusal
from sync.doors.clock import Clock
from sync.doors.ids import Ids

SLOW_UNIT_SECONDS = 0.020
MOST_UNITS_IN_ONE_COMMIT = 256

log = logging.getLogger("edge.writer")

# Given a unit and the seq before it: what follows its facts in the same commit, or None.
Follows = Callable[[Unit, int], Callable[[], None] | None]


class StorageFailed(Refusal):
    """The disk refused: nothing of this was kept."""

    code = "storage_failed"
    status = 503
    sentence = "The store's disk did not accept this. Nothing was changed; please try again or call for help."


class ShuttingDown(Refusal):
    """The service is stopping and takes no new work."""

    code = "shutting_down"
    status = 503
    sentence = "The service is restarting. Nothing was changed; please try again in a moment."


class _Waiting:
    """A unit and whoever waits for it: a bare lock, which costs a tenth of a future."""

    __slots__ = ("_failure", "_is_told", "_result", "_told", "key", "work")

    def __init__(self, work: Callable[[Unit], Any], key: Key | None) -> None:
        self.work = work
        self.key = key
        self._result: Any = None
        self._failure: BaseException | None = None
        self._is_told = False
        self._told = threading.Lock()
        self._told.acquire()

    def tell(self, result: Any, failure: BaseException | None = None) -> None:
        """Say what came of it, once."""
        if not self._is_told:
            self._result, self._failure, self._is_told = result, failure, True
            self._told.release()

    def outcome(self) -> Any:
        """Wait for what came of it: the result, or what the unit raised."""
        self._told.acquire()
        try:
            if self._failure is not None:
                raise self._failure
            return self._result
        finally:
            # A failure holds its frames, and they hold us.
            self._failure = None


@dataclass
class _Done:
    waiting: _Waiting
    result: Any
    calls: list[Callable[[], None]]


def _nothing_follows(_unit: Unit, _since: int) -> None:
    """Until somebody says otherwise."""


def _end_process() -> None:
    os._exit(70)


def _call_all(calls: list[Callable[[], None]]) -> None:
    for call in calls:
        try:
            call()
        except Exception:
            # The commit stands, and without this thread nothing would ever be written again.
            log.exception("what follows a commit in memory failed")


class Writer:
    """Queue of units in front of the one connection that writes."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        head: LogHead,
        *,
        clock: Clock,
        ids: Ids,
        end_process: Callable[[], None] = _end_process,
    ) -> None:
        self.head = head
        self.follows: Follows = _nothing_follows
        self._connection = connection
        self._clock = clock
        self._ids = ids
        self._end_process = end_process
        self._kept: dict[str, Any] = {}
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._is_last = False
        self._open_units = 0
        self._closing = False
        self._began_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Unit], Any], key: Key | None = None) -> Any:
        """Run `work` in the writer and return its result after the commit; what it raises is raised here."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit cannot wait for another unit")
        waiting = _Waiting(work, key)
        with self._guard:
            if self._closing:
                raise ShuttingDown
            self._open_units += 1
            self._queue.put(waiting)
        return waiting.outcome()

    @property
    def open_units(self) -> int:
        """Units asked for and not yet answered."""
        return self._open_units

    @property
    def busy_seconds(self) -> float | None:
        """Real seconds that the commit under way has taken, 0 at rest; None when the writer has ended."""
        if not self._thread.is_alive():
            return None
        began_at = self._began_at
        return 0.0 if began_at is None else self._clock.monotonic() - began_at

    def close(self) -> None:
        """Finish what waits, then close the connection."""
        with self._guard:
            self._closing = True
            self._queue.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while batch := self._take():
            self._began_at = self._clock.monotonic()
            self._commit(batch)
            self._began_at = None
            with self._guard:
                self._open_units -= len(batch)
        self._connection.close()

    def _take(self) -> list[_Waiting]:
        """All that wait, at least one; none once there is nothing left after closing."""
        batch: list[_Waiting] = []
        while not self._is_last and len(batch) < MOST_UNITS_IN_ONE_COMMIT:
            try:
                waiting = self._queue.get(block=not batch)
            except queue.Empty:
                break
            if waiting is None:
                self._is_last = True
            else:
                batch.append(waiting)
        return batch

    def _commit(self, batch: list[_Waiting]) -> None:
        done: list[_Done] = []
        before = self.head.mark()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for waiting in batch:
                self._try_one(waiting, done, is_alone=len(batch) == 1)
            # A lone unit that failed has ended its transaction, and nobody else was in it.
            if done or self._connection.in_transaction:
                self._connection.execute("COMMIT")
        except sqlite3.Error as failure:
            self._give_up(batch, failure, before)
            return
        # Memory first: whoever is woken by the commit must not find there what it has ended.
        for each in done:
            _call_all(each.calls)
        self.head.committed()
        for each in done:
            each.waiting.tell(each.result)
        # Whoever waits for an answer goes first; followers take the processor from them.
        self.head.tell()

    def _try_one(self, waiting: _Waiting, done: list[_Done], *, is_alone: bool) -> None:
        before = self.head.mark()
        started = self._clock.monotonic()
        if not is_alone:
            self._connection.execute("SAVEPOINT unit")
        unit = Unit(
            self._connection, self.head, now=self._clock.now(), ids=self._ids, kept=self._kept
        )
        try:
            result = self._work(unit, waiting)
            self._follow(unit, before.seq)
        except BaseException as failure:  # noqa: BLE001 - the rim: whatever a unit raises belongs to its caller
            self._undo(waiting, failure, before, is_alone=is_alone)
        else:
            self._must_be_in_transaction()
            if not is_alone:
                self._connection.execute("RELEASE unit")
            done.append(_Done(waiting, result, unit.committed_calls))
        if (spent := self._clock.monotonic() - started) > SLOW_UNIT_SECONDS:
            log.warning(
                "slow unit: %.0f ms in %s",
                1000 * spent,
                getattr(waiting.work, "__qualname__", "?"),
            )

    def _work(self, unit: Unit, waiting: _Waiting) -> Any:
        if waiting.key is None:
            return waiting.work(unit)
        if (first := remembered(unit, waiting.key)) is not None:
            return first.value
        return remember(unit, waiting.key, waiting.work(unit))

    def _follow(self, unit: Unit, since: int) -> None:
        """Let follow what follows; when that fails the unit stands without it."""
        if (following := self.follows(unit, since)) is None:
            return
        before, calls = self.head.mark(), len(unit.committed_calls)
        self._connection.execute("SAVEPOINT following")
        try:
            following()
        except Exception:
            log.exception("what follows at once failed; it is left to the follower")
            self._kept.clear()
            self._connection.execute("ROLLBACK TO following")
            self.head.back_to(before)
            del unit.committed_calls[calls:]
        self._connection.execute("RELEASE following")

    def _undo(
        self, waiting: _Waiting, failure: BaseException, before: Any, *, is_alone: bool
    ) -> None:
        self._kept.clear()
        if isinstance(failure, sqlite3.Error) and not self._connection.in_transaction:
            raise failure
        self._must_be_in_transaction()
        if is_alone:
            self._connection.execute("ROLLBACK")
        else:
            self._connection.execute("ROLLBACK TO unit")
            self._connection.execute("RELEASE unit")
        self.head.back_to(before)
        waiting.tell(None, failure)

    def _must_be_in_transaction(self) -> None:
        """A unit that ended the transaction has made half-done work durable: stop before it spreads."""
        if not self._connection.in_transaction:
            log.critical("a unit ended the writer's transaction; stopping")
            self._end_process()

    def _give_up(self, batch: list[_Waiting], failure: sqlite3.Error, before: Any) -> None:
        log.error("commit failed: %s", failure)
        self._kept.clear()
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self.head.back_to(before)
        for waiting in batch:
            waiting.tell(None, StorageFailed())
