"""What is remembered of journeys: phases and moments, never a range. All SQL of this feature."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlite_utils import Database, Migrations

from edge.arrivals.rules import Doubted, EtaError, Journey, Learned, Level, Phase, Seen, Source
from edge.base import store_record, times
from edge.base.database import Rows
from edge.base.unit import Unit

migrations = Migrations("arrivals")


@migrations()
def journeys(db: Database) -> None:
    """One row a journey, made when something is first heard of it."""
    db.execute(
        """CREATE TABLE journeys (
             order_id TEXT PRIMARY KEY, phase TEXT NOT NULL, mode TEXT NOT NULL, started_at TEXT,
             near_at TEXT, arrived_at TEXT, arrived_how TEXT NOT NULL, evidence_at TEXT,
             bay TEXT NOT NULL, is_double_tap INTEGER NOT NULL, ended_at TEXT
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def eta_errors(db: Database) -> None:
    """How wrong the expected arrival was, noted when the customer came: seconds, nothing of the way."""
    db.execute(
        """CREATE TABLE eta_errors (
             order_id TEXT PRIMARY KEY, seconds REAL NOT NULL, source TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def lessons(db: Database) -> None:
    """What the store has learnt of its arrivals: sums over handovers, of nobody in particular."""
    db.execute(
        """CREATE TABLE arrival_levels (
             name TEXT PRIMARY KEY, handovers INTEGER NOT NULL, value REAL NOT NULL, variance REAL NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE arrival_lessons (
             name TEXT PRIMARY KEY, handovers INTEGER NOT NULL, shipped_s REAL NOT NULL, left_s REAL NOT NULL,
             miss_s REAL NOT NULL, held REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def doubts(db: Database) -> None:
    """What does not fit together about a way, by name; and since when its ranges looked like standing here."""
    db.execute("ALTER TABLE journeys ADD COLUMN doubts TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE journeys ADD COLUMN likely_at TEXT")
    db.execute("UPDATE journeys SET doubts = 'double_tap' WHERE is_double_tap")
    db.execute("ALTER TABLE journeys DROP COLUMN is_double_tap")


def load(rows: Rows, order_id: str) -> Journey:
    """The journey to an order; a new one when nothing was heard of it yet."""
    row = rows.row("SELECT * FROM journeys WHERE order_id = ?", (order_id,))
    return _journey(row) if row else Journey(order_id)


def load_many(rows: Rows, order_ids: Sequence[str]) -> dict[str, Journey]:
    """The journeys to these orders, each with an answer."""
    marks = ", ".join("?" * len(order_ids))
    found = rows.rows(f"SELECT * FROM journeys WHERE order_id IN ({marks})", order_ids)  # noqa: S608 - only "?" is put in
    known = {row["order_id"]: _journey(row) for row in found}
    return {order_id: known.get(order_id) or Journey(order_id) for order_id in order_ids}


def save(unit: Unit, journey: Journey) -> None:
    """Write where the customer stands now."""
    unit.execute(
        "INSERT OR REPLACE INTO journeys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            journey.order_id,
            journey.phase.value,
            journey.mode,
            _text(journey.started_at),
            _text(journey.near_at),
            _text(journey.arrived_at),
            journey.arrived_how,
            _text(journey.evidence_at),
            journey.bay,
            _text(journey.ended_at),
            " ".join(journey.doubts),
            _text(journey.likely_at),
        ),
    )


def forget(unit: Unit, order_id: str) -> None:
    """Erase a journey; the fact that it ended stays in the log."""
    unit.execute("DELETE FROM journeys WHERE order_id = ?", (order_id,))
    unit.execute("DELETE FROM eta_errors WHERE order_id = ?", (order_id,))


def keep_eta_error(unit: Unit, order_id: str, error: EtaError) -> None:
    """Note how wrong the expected arrival was; the first arrival counts."""
    unit.execute(
        "INSERT OR IGNORE INTO eta_errors VALUES (?, ?, ?)",
        (order_id, error.seconds, error.source.value),
    )


def load_eta_errors(rows: Rows, order_ids: Sequence[str]) -> dict[str, EtaError]:
    """The errors that were noted for these orders."""
    marks = ", ".join("?" * len(order_ids))
    found = rows.rows(f"SELECT * FROM eta_errors WHERE order_id IN ({marks})", order_ids)  # noqa: S608 - only "?" is put in
    return {row["order_id"]: EtaError(row["seconds"], Source(row["source"])) for row in found}


def load_learned(rows: Rows) -> Learned:
    """What the store has learnt of its arrivals so far."""
    levels = rows.rows("SELECT name, handovers, value, variance FROM arrival_levels")
    seen = rows.rows(
        "SELECT name, handovers, shipped_s, left_s, miss_s, held, low, high FROM arrival_lessons"
    )
    return Learned(
        levels={row["name"]: Level(*tuple(row)[1:]) for row in levels},
        seen={row["name"]: Seen(*tuple(row)[1:]) for row in seen},
        time_zone=store_record.time_zone(rows),
    )


def save_learned(unit: Unit, known: Learned, learned: Learned) -> None:
    """Write what is new in `learned` against what was `known`."""
    for name, level in learned.levels.items():
        if level != known.levels.get(name):
            unit.execute(
                "INSERT OR REPLACE INTO arrival_levels VALUES (?, ?, ?, ?)",
                (name, level.handovers, level.value, level.variance),
            )
    for name, each in learned.seen.items():
        if each != known.seen.get(name):
            unit.execute(
                "INSERT OR REPLACE INTO arrival_lessons VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (name, *msgspec.structs.astuple(each)),
            )


def forget_learned(unit: Unit) -> None:
    """Nothing is learnt any more."""
    unit.execute("DELETE FROM arrival_levels")
    unit.execute("DELETE FROM arrival_lessons")


def _journey(row: sqlite3.Row) -> Journey:
    return Journey(
        order_id=row["order_id"],
        phase=Phase(row["phase"]),
        mode=row["mode"],
        started_at=_at(row["started_at"]),
        near_at=_at(row["near_at"]),
        arrived_at=_at(row["arrived_at"]),
        arrived_how=row["arrived_how"],
        evidence_at=_at(row["evidence_at"]),
        bay=row["bay"],
        ended_at=_at(row["ended_at"]),
        doubts=tuple(Doubted(each) for each in row["doubts"].split()),
        likely_at=_at(row["likely_at"]),
    )


def _at(stored: str | None) -> datetime | None:
    return times.parse(stored) if stored else None


def _text(at: datetime | None) -> str | None:
    return times.text(at) if at else None
