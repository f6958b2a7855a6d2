"""What sync remembers at the edge: its place, records that could not be applied, nightly reports."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database, Migrations

from edge.base import facts, times
from edge.base.database import Rows
from edge.base.unit import Unit
from sync.core import chain

migrations = Migrations("sync")

ENROLLED_AS = "enrolled_as"
NIGHT_OWED = "night_owed"
_PLACE = ("generation", "position", "sequence", "acked", "safe_through")


@migrations()
def place_and_reports(db: Database) -> None:
    """One row says how far sync is; what HQ sent and we could not apply is kept, not dropped."""
    db.execute(
        """CREATE TABLE sync_place (
             one INTEGER PRIMARY KEY CHECK (one = 1), generation TEXT NOT NULL, position INTEGER NOT NULL,
             sequence INTEGER NOT NULL, acked INTEGER NOT NULL, safe_through INTEGER NOT NULL
           ) STRICT"""
    )
    db.execute("INSERT INTO sync_place VALUES (1, '', 0, 0, 0, 0)")
    db.execute(
        """CREATE TABLE sync_unapplied (
             record_type TEXT NOT NULL, record_id TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL,
             problem TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (record_type, record_id)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE nightly_reports (
             business_date TEXT PRIMARY KEY, at TEXT NOT NULL, is_equal INTEGER NOT NULL, report TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


@dataclass(frozen=True)
class Unapplied:
    """A record of HQ's that waits here, and why."""

    record_type: str
    record_id: str
    revision: int
    problem: str
    at: datetime


@dataclass(frozen=True)
class NightKept:
    """One night's report as it was kept (JSON)."""

    business_date: str
    at: datetime
    is_equal: bool
    report: str


def enrolled_as(rows: Rows) -> str:
    """Our store id at HQ; "" before enrolment."""
    return facts.get(rows, ENROLLED_AS) or ""


def enrol(unit: Unit, store_id: str) -> None:
    """Remember who we are at HQ; another HQ's feed would begin anew."""
    if enrolled_as(unit) != store_id:
        remember(unit, generation="", position=0, acked=0, safe_through=0)
    facts.put(unit, ENROLLED_AS, store_id)


def place(rows: Rows) -> dict[str, str | int]:
    """How far sync is."""
    row = rows.row("SELECT * FROM sync_place")
    return {name: row[name] for name in _PLACE} if row else {}


def remember(unit: Unit, **changes: str | int) -> None:
    """Remember some of `place`."""
    if unknown := set(changes) - set(_PLACE):
        raise ValueError(f"sync_place has no {', '.join(sorted(unknown))}")
    setting = ", ".join(f"{name} = ?" for name in changes)
    unit.execute(f"UPDATE sync_place SET {setting}", list(changes.values()))  # noqa: S608 - checked names


def first_kept(rows: Rows) -> int:
    """The oldest seq in the log; 1 for an empty one."""
    row = rows.row("SELECT MIN(seq) AS seq FROM events")
    return (row["seq"] if row else None) or 1


def last_link(rows: Rows, epoch: str, base: int = 0) -> tuple[int, bytes]:
    """The newest seq, and the chain there; an epoch without events ends where it begins."""
    row = rows.row("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1")
    if row is None or row["seq"] == base:
        return base, chain.genesis(epoch)
    return row["seq"], row["chain"]


def chain_at(rows: Rows, seq: int, epoch: str) -> bytes | None:
    """The chain after event `seq`; before the first event it is the epoch's own."""
    if seq == 0:
        return chain.genesis(epoch)
    row = rows.row("SELECT chain FROM events WHERE seq = ?", (seq,))
    return row["chain"] if row else None


def events_after(rows: Rows, seq: int, limit: int) -> list[sqlite3.Row]:
    """Whole log rows that follow `seq`."""
    return rows.rows("SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))


def keep_unapplied(
    unit: Unit, record_type: str, record_id: str, *, revision: int, body: str, problem: str
) -> None:
    """Keep a record that could not be applied, with the reason, until a later revision of it can."""
    unit.execute(
        "INSERT OR REPLACE INTO sync_unapplied VALUES (?, ?, ?, ?, ?, ?)",
        (record_type, record_id, revision, body, problem[:500], times.text(unit.now)),
    )


def applied(unit: Unit, record_type: str, record_id: str) -> None:
    """A record was applied: nothing of it waits any more."""
    unit.execute(
        "DELETE FROM sync_unapplied WHERE record_type = ? AND record_id = ?",
        (record_type, record_id),
    )


def unapplied(rows: Rows) -> list[Unapplied]:
    """What waits, oldest first."""
    found = rows.rows("SELECT * FROM sync_unapplied ORDER BY at, record_type, record_id")
    return [
        Unapplied(
            row["record_type"],
            row["record_id"],
            row["revision"],
            row["problem"],
            times.parse(row["at"]),
        )
        for row in found
    ]


def unapplied_bodies(rows: Rows, record_type: str) -> dict[str, str]:
    """The bodies of records of one type that wait, by id: what they needed may have come since."""
    found = rows.rows(
        "SELECT record_id, body FROM sync_unapplied WHERE record_type = ? ORDER BY at, record_id",
        (record_type,),
    )
    return {row["record_id"]: row["body"] for row in found}


def owe_night(unit: Unit, business_date: str) -> None:
    """Remember that a night's comparison is due, until its report is kept."""
    facts.put(unit, NIGHT_OWED, business_date)


def night_owed(rows: Rows) -> str:
    """The business date whose comparison is due; "" if none is."""
    return facts.get(rows, NIGHT_OWED) or ""


def keep_night(unit: Unit, business_date: str, report: str, *, is_equal: bool) -> None:
    """Keep a night's report; a later one of the same date replaces it."""
    unit.execute(
        "INSERT OR REPLACE INTO nightly_reports VALUES (?, ?, ?, ?)",
        (business_date, times.text(unit.now), int(is_equal), report),
    )
    if night_owed(unit) == business_date:
        facts.put(unit, NIGHT_OWED, "")


def nights(rows: Rows, *, limit: int = 30) -> list[NightKept]:
    """The newest reports first."""
    found = rows.rows(
        "SELECT * FROM nightly_reports ORDER BY business_date DESC LIMIT ?", (limit,)
    )
    return [
        NightKept(
            row["business_date"], times.parse(row["at"]), bool(row["is_equal"]), row["report"]
        )
        for row in found
    ]
