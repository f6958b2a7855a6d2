"""The event log: gapless, salted, hash-chained, and read by everyone from their own cursor."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from edge.base import times
from edge.base.database import Rows, Value
from sync.core import canonical, chain, hlc
from sync.core.event import Event

if TYPE_CHECKING:
    from edge.base.unit import Unit

# Followers look here first; who is further behind reads the table.
RECENT_EVENTS = 256

_SELECT = "SELECT seq, event_id, kind, version, aggregate_id, at, by, origin, body FROM events"
_OF_KINDS = " WHERE seq > ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?"


@dataclass(frozen=True)
class LoggedEvent:
    """A fact with its place in the log; `body` is empty once it was erased."""

    seq: int
    event_id: str
    kind: str
    version: int
    aggregate_id: str
    at: datetime
    by: str
    origin: str
    body: dict[str, Any]


class _Mark(NamedTuple):
    seq: int
    chain: bytes
    stamp: hlc.Hlc
    epoch: str = ""
    # The place before the first event of the epoch (see base/epochs.py).
    base: int = 0


class LogHead:
    """The end of the log: where the writer appends, and what the others wait for."""

    def __init__(
        self, seq: int, link: bytes, stamp: hlc.Hlc, *, epoch: str = "", base: int = 0
    ) -> None:
        self._end = _Mark(seq, link, stamp, epoch, base)
        self._durable_seq = seq
        self._moved = threading.Condition()
        self._fresh: list[tuple[int, str]] = []
        self._recent: deque[tuple[int, str]] = deque(maxlen=RECENT_EVENTS)
        self.clock_state = hlc.UNSYNCED

    @classmethod
    def load(cls, connection: sqlite3.Connection, epoch: str, base: int = 0) -> LogHead:
        """The head as the database has it; an empty epoch begins at its first link."""
        row = connection.execute(
            "SELECT seq, chain, hlc FROM events ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return cls(0, chain.genesis(epoch), hlc.ZERO, epoch=epoch)
        link = chain.genesis(epoch) if row["seq"] == base else row["chain"]
        return cls(row["seq"], link, hlc.parse(row["hlc"]), epoch=epoch, base=base)

    @property
    def epoch(self) -> str:
        """The incarnation of the log that goes on."""
        return self._end.epoch

    @property
    def events_of_epoch(self) -> int:
        """How many events of that incarnation are committed: what HQ can hold of it."""
        return max(0, self._durable_seq - self._end.base)

    @property
    def base(self) -> int:
        """The place before the first event of that incarnation."""
        return self._end.base

    @property
    def durable_seq(self) -> int:
        """The newest seq that is committed."""
        return self._durable_seq

    def mark(self) -> _Mark:
        """Where the head stands, for `back_to`."""
        return self._end

    def back_to(self, mark: _Mark) -> None:
        """Forget what a rolled-back unit appended."""
        self._end = mark
        while self._fresh and self._fresh[-1][0] > mark.seq:
            self._fresh.pop()

    def go_on_in_epoch(self, epoch: str, *, base: int, link: bytes) -> None:
        """The log was chained anew after `base`, in the transaction of the caller."""
        self._end = self._end._replace(epoch=epoch, base=base, chain=link)

    def committed(self) -> None:
        """What was appended is durable now."""
        with self._moved:
            self._durable_seq = self._end.seq
            self._recent.extend(self._fresh)
            self._fresh.clear()

    def tell(self) -> None:
        """Wake everyone who waits for the log to grow."""
        with self._moved:
            self._moved.notify_all()

    def kinds_beyond(self, seq: int) -> set[str] | None:
        """Kinds of the durable events after `seq`, without asking the disk; None when that is too far back."""
        with self._moved:
            if not self._recent or self._recent[0][0] > seq + 1:
                return None if self._durable_seq > seq else set()
            return {kind for at, kind in self._recent if at > seq}

    def fresh_kinds(self, since: int) -> set[str]:
        """Kinds of what was appended after `since` and is not durable yet. Called by the writer only."""
        return {kind for at, kind in self._fresh if at > since}

    def kinds_between(self, seq: int, until: int) -> set[str] | None:
        """Kinds after `seq` up to `until`, durable or not; None when that is too far back. Called by the writer."""
        near = [*self._recent, *self._fresh]
        if seq < until and (not near or near[0][0] > seq + 1):
            return None
        return {kind for at, kind in near if seq < at <= until}

    def wait_beyond(
        self, seq: int, timeout: float, *, unless: threading.Event | None = None
    ) -> bool:
        """Wait until something after `seq` is committed; False when `timeout` real seconds passed first.

        Who also says `unless` is let go as soon as that is set and `let_go` called.
        """
        gone = unless or threading.Event()
        with self._moved:
            self._moved.wait_for(lambda: self._durable_seq > seq or gone.is_set(), timeout)
            return self._durable_seq > seq

    def let_go(self) -> None:
        """Let those who wait look whether they still should."""
        with self._moved:
            self._moved.notify_all()

    def append(
        self,
        connection: sqlite3.Connection,
        salted: Sequence[tuple[Event, bytes]],
        *,
        by: str,
        origin: str,
        now: datetime,
    ) -> int:
        """Add facts, each with its salt, in one statement; returns the last seq. Called by the unit of work only."""
        at = times.text(now)
        values: list[Value] = []
        for event, salt in salted:
            values += self._next_row(event, salt, by=by, origin=origin, now=now, at=at)
        connection.execute(_insert_rows(len(salted)), values)
        return self._end.seq

    def _next_row(
        self, event: Event, salt: bytes, *, by: str, origin: str, now: datetime, at: str
    ) -> tuple[Value, ...]:
        seq = self._end.seq + 1
        stamp = hlc.tick(self._end.stamp, hlc.milliseconds(now))
        body = canonical.canonical(event)
        envelope = chain.Envelope(
            seq=seq - self._end.base,
            kind=event.kind,
            version=event.version,
            aggregate_id=event.aggregate_id,
            at=at,
            hlc=str(stamp),
            clock_state=self.clock_state,
            by=by,
            origin=origin,
            body_hash=chain.body_hash(salt, body),
        )
        link = chain.link(self._end.chain, envelope)
        self._end = self._end._replace(seq=seq, chain=link, stamp=stamp)
        self._fresh.append((seq, event.kind))
        return (
            *(seq, chain.event_id(link), event.kind, event.version, envelope.aggregate_id, at),
            *(envelope.hlc, envelope.clock_state, by, origin),
            *(salt, body.decode(), envelope.body_hash, link),
        )


@cache
def _insert_rows(count: int) -> str:
    row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    return f"INSERT INTO events VALUES {', '.join([row] * count)}"  # noqa: S608 - only "?" is put in


def read_after(
    rows: Rows, seq: int, *, limit: int = 500, kinds: Iterable[str] | None = None
) -> list[LoggedEvent]:
    """At most `limit` events after `seq`, oldest first, all or only of some kinds."""
    if kinds is None:
        found = rows.rows(_SELECT + " WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    else:
        only = msgspec.json.encode(sorted(kinds)).decode()
        found = rows.rows(_SELECT + _OF_KINDS, (seq, only, limit))
    return [_logged(row) for row in found]


def newest_seq(rows: Rows) -> int:
    """The newest event that `rows` sees: what a reader began to look at a moment ago may be older than the log."""
    row = rows.row("SELECT max(seq) AS seq FROM events")
    return (row["seq"] or 0) if row else 0


def of_aggregate(rows: Rows, aggregate_id: str) -> list[LoggedEvent]:
    """All that happened to one thing, oldest first. Reads the whole log: for looking into it, not for screens."""
    found = rows.rows(_SELECT + " WHERE aggregate_id = ? ORDER BY seq", (aggregate_id,))
    return [_logged(row) for row in found]


def cursor(rows: Rows, reader: str) -> int:
    """How far a reader has safely come; 0 at first."""
    row = rows.row("SELECT seq FROM cursors WHERE reader = ?", (reader,))
    return row["seq"] if row else 0


def move_cursor(unit: Unit, reader: str, seq: int) -> None:
    """Remember how far a reader has come, together with what it did."""
    unit.execute(
        "INSERT INTO cursors VALUES (?, ?) ON CONFLICT (reader) DO UPDATE SET seq = excluded.seq",
        (reader, seq),
    )


def keep_failure(unit: Unit, seq: int, *, reader: str, problem: str) -> None:
    """Remember that somebody could not deal with a fact, for people to look at."""
    unit.execute(
        "INSERT OR REPLACE INTO failed_reactions VALUES (?, ?, ?)", (seq, reader, problem)
    )


@dataclass(frozen=True)
class Failure:
    """A fact that somebody could not deal with."""

    seq: int
    kind: str
    reader: str
    problem: str


def failures(rows: Rows, *, limit: int = 100) -> list[Failure]:
    """What could not be dealt with, the newest first."""
    found = rows.rows(
        """SELECT f.seq, f.reaction, f.problem, COALESCE(e.kind, '') AS kind
           FROM failed_reactions f LEFT JOIN events e USING (seq) ORDER BY f.seq DESC LIMIT ?""",
        (limit,),
    )
    return [Failure(row["seq"], row["kind"], row["reaction"], row["problem"]) for row in found]


def _logged(row: sqlite3.Row) -> LoggedEvent:
    return LoggedEvent(
        seq=row["seq"],
        event_id=row["event_id"],
        kind=row["kind"],
        version=row["version"],
        aggregate_id=row["aggregate_id"],
        at=times.parse(row["at"]),
        by=row["by"],
        origin=row["origin"],
        body=msgspec.json.decode(row["body"]) if row["body"] else {},
    )
