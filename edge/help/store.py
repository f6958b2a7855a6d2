"""What is remembered of calls for help: all SQL of this feature."""

import sqlite3

from sqlite_utils import Database, Migrations

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.help.rules import Call, CallState, CallUnknown, Surface, Topic

migrations = Migrations("help")


@migrations()
def calls(db: Database) -> None:
    """Calls for help; one open call a device or pass."""
    db.execute(
        """CREATE TABLE help_calls (
             call_id TEXT PRIMARY KEY, surface TEXT NOT NULL, topic TEXT NOT NULL,
             device_id TEXT NOT NULL, order_id TEXT NOT NULL, called_at TEXT NOT NULL,
             state TEXT NOT NULL, answered_by TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE UNIQUE INDEX open_calls ON help_calls(device_id, order_id)
           WHERE state = 'open'"""
    )


def load(rows: Rows, call_id: str) -> Call:
    """The call of this id; CallUnknown when there is none."""
    row = rows.row("SELECT * FROM help_calls WHERE call_id = ?", (call_id,))
    if row is None:
        raise CallUnknown
    return _call(row)


def open_calls(rows: Rows) -> list[Call]:
    """Calls that nobody has taken, longest wait first."""
    found = rows.rows("SELECT * FROM help_calls WHERE state = 'open' ORDER BY called_at")
    return [_call(row) for row in found]


def open_call_of(rows: Rows, device_id: str, order_id: str) -> Call | None:
    """The open call of a device or pass."""
    row = rows.row(
        "SELECT * FROM help_calls WHERE state = 'open' AND device_id = ? AND order_id = ?",
        (device_id, order_id),
    )
    return _call(row) if row else None


def add(unit: Unit, call: Call) -> None:
    """Remember a new call."""
    unit.execute(
        "INSERT INTO help_calls VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            call.call_id,
            call.surface.value,
            call.topic.value,
            call.device_id,
            call.order_id,
            times.text(call.called_at),
            call.state.value,
            call.answered_by,
        ),
    )


def save(unit: Unit, call: Call) -> None:
    """Write how a call ended."""
    unit.execute(
        "UPDATE help_calls SET state = ?, answered_by = ? WHERE call_id = ?",
        (call.state.value, call.answered_by, call.call_id),
    )


def _call(row: sqlite3.Row) -> Call:
    return Call(
        call_id=row["call_id"],
        surface=Surface(row["surface"]),
        topic=Topic(row["topic"]),
        device_id=row["device_id"],
        order_id=row["order_id"],
        called_at=times.parse(row["called_at"]),
        state=CallState(row["state"]),
        answered_by=row["answered_by"],
    )
