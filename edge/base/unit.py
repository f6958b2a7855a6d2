"""The unit of work: what an action is given. State and event go into one transaction, or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from edge.base import times
from edge.base.database import Value
from edge.base.log import LogHead
from sync.core.event import Event
from sync.doors.ids import Ids

_TRANSACTION_WORDS = (
    "BEGIN",
    "COMMIT",
    "END",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "PRAGMA",
    "ATTACH",
    "VACUUM",
)

T = TypeVar("T")

# SQLite takes at most 32,766 values in one statement.
MOST_ROWS_AT_ONCE = 500


@lru_cache(maxsize=1024)
def _is_of_transactions(sql: str) -> bool:
    return sql.lstrip()[:10].upper().startswith(_TRANSACTION_WORDS)


class Unit:
    """One piece of work inside the writer's transaction; `now` is the same instant throughout."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        head: LogHead,
        *,
        now: datetime,
        ids: Ids,
        kept: dict[str, Any] | None = None,
    ) -> None:
        self.now = now
        self.ids = ids
        self.committed_calls: list[Callable[[], None]] = []
        self._connection = connection
        self._head = head
        self._kept = {} if kept is None else kept

    @property
    def seq(self) -> int:
        """The newest seq of the log, with what this unit has recorded so far."""
        return self._head.mark().seq

    def execute(self, sql: str, params: Sequence[Value] = ()) -> sqlite3.Cursor:
        """Run one statement. Transactions belong to the writer, so their words are refused here."""
        if _is_of_transactions(sql):
            raise ValueError("a unit never opens or ends a transaction")
        return self._connection.execute(sql, params)

    def row(self, sql: str, params: Sequence[Value] = ()) -> sqlite3.Row | None:
        """See database.Rows."""
        found: sqlite3.Row | None = self._connection.execute(sql, params).fetchone()
        return found

    def rows(self, sql: str, params: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """See database.Rows."""
        return self._connection.execute(sql, params).fetchall()

    def record(self, event: Event, *, by: str = "", origin: str = "edge") -> int:
        """Append a fact to the event log; returns its seq. `origin` is "hq" for what HQ told us."""
        return self.record_all((event,), by=by, origin=origin)

    def record_all(self, events: Sequence[Event], *, by: str = "", origin: str = "edge") -> int:
        """Append facts, oldest first; returns the newest seq of the log."""
        seq = self.seq
        for start in range(0, len(events), MOST_ROWS_AT_ONCE):
            salted = [
                (event, self.ids.bytes(16)) for event in events[start : start + MOST_ROWS_AT_ONCE]
            ]
            seq = self._head.append(self._connection, salted, by=by, origin=origin, now=self.now)
        return seq

    def go_on_in_epoch(self, epoch: str, *, base: int, link: bytes) -> None:
        """What is recorded from here on belongs to a fresh epoch, whose end so far is `link`."""
        self._head.go_on_in_epoch(epoch, base=base, link=link)

    def set_timer(self, kind: str, ref: str, due_at: datetime) -> None:
        """Ask to be woken at `due_at`; a later call for the same kind and ref replaces the earlier."""
        timers, key, at = self._timers(), (kind, ref), times.text(due_at)
        if (row_id := timers.get(key)) is None:
            new = self._connection.execute("INSERT INTO timers VALUES (NULL, ?, ?, ?)", (*key, at))
            timers[key] = new.lastrowid or 0
        else:
            self._connection.execute("UPDATE timers SET due_at = ? WHERE id = ?", (at, row_id))

    def clear_timer(self, kind: str, ref: str) -> None:
        """Forget a timer; unknown ones are fine."""
        if (row_id := self._timers().pop((kind, ref), None)) is not None:
            self._connection.execute("DELETE FROM timers WHERE id = ?", (row_id,))

    def has_timer(self, kind: str, ref: str, due_at: datetime) -> bool:
        """Whether this timer is set for exactly that instant."""
        if (row_id := self._timers().get((kind, ref))) is None:
            return False
        row = self.row("SELECT due_at FROM timers WHERE id = ?", (row_id,))
        return row is not None and row["due_at"] == times.text(due_at)

    def _timers(self) -> dict[tuple[str, str], int]:
        """Kind and ref -> row: few enough to be remembered, so that no index has to be written."""
        return self.kept(
            "timers",
            lambda: {(r["kind"], r["ref"]): r["id"] for r in self.rows("SELECT * FROM timers")},
        )

    def kept(self, name: str, read: Callable[[], T]) -> T:
        """What `read` gives, remembered from one unit to the next: for what hardly ever changes.

        Whoever changes it calls `forget_kept` in the same unit; what is undone is forgotten by the writer.
        """
        if name not in self._kept:
            self._kept[name] = read()
        found: T = self._kept[name]
        return found

    def forget_kept(self, name: str) -> None:
        """Read it anew the next time."""
        self._kept.pop(name, None)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once this unit is durable: the place for what lives only in memory."""
        self.committed_calls.append(call)
