"""Timers and "last done" rows: what is due is written down; schedulers only wake the work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit

SLOTS_KEPT = 40


@dataclass(frozen=True)
class Timer:
    """Something to do for `ref` at `due_at`."""

    kind: str
    ref: str
    due_at: datetime


@dataclass(frozen=True)
class LastDone:
    """The newest slot of a job that was done, when, and what it said."""

    slot: str
    at: datetime
    note: str


def due(rows: Rows, now: datetime, *, limit: int = 200) -> list[Timer]:
    """Timers whose time has come, oldest first."""
    found = rows.rows(
        "SELECT kind, ref, due_at FROM timers WHERE due_at <= ? ORDER BY due_at LIMIT ?",
        (times.text(now), limit),
    )
    return [Timer(row["kind"], row["ref"], times.parse(row["due_at"])) for row in found]


def take(unit: Unit, timer: Timer) -> bool:
    """Claim a timer that rings; False when somebody cleared it or set it anew meanwhile."""
    if not unit.has_timer(timer.kind, timer.ref, timer.due_at):
        return False
    unit.clear_timer(timer.kind, timer.ref)
    return True


def next_due_at(rows: Rows) -> datetime | None:
    """When the next timer is due, if there is one."""
    row = rows.row("SELECT MIN(due_at) AS due_at FROM timers")
    return times.parse(row["due_at"]) if row and row["due_at"] else None


def last_done(rows: Rows, job: str) -> LastDone | None:
    """What a job last did, if it ever ran."""
    row = rows.row("SELECT slot, at, note FROM last_done WHERE job = ?", (job,))
    return LastDone(row["slot"], times.parse(row["at"]), row["note"]) if row else None


def was_done(rows: Rows, job: str, slot: str) -> bool:
    """Whether a job did its work for this slot; one done under a clock that ran ahead counts for itself only."""
    row = rows.row(
        "SELECT MIN(slot) AS oldest, MAX(slot = ?) AS this FROM slots_done WHERE job = ?",
        (slot, job),
    )
    # Before the oldest: the clock went back, and that time was served.
    return row is not None and row["oldest"] is not None and (row["this"] or slot < row["oldest"])


def mark_done(unit: Unit, job: str, slot: str, note: str = "") -> None:
    """Remember that a job did its work for `slot`."""
    unit.execute(
        """INSERT INTO last_done VALUES (?, ?, ?, ?)
           ON CONFLICT (job) DO UPDATE SET slot = excluded.slot, at = excluded.at, note = excluded.note""",
        (job, slot, times.text(unit.now), note),
    )
    unit.execute("INSERT OR IGNORE INTO slots_done VALUES (?, ?)", (job, slot))
    unit.execute(
        """DELETE FROM slots_done WHERE job = ? AND rowid NOT IN
           (SELECT rowid FROM slots_done WHERE job = ? ORDER BY rowid DESC LIMIT ?)""",
        (job, job, SLOTS_KEPT),
    )
