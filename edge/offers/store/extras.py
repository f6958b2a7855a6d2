"""Extras: tasks that customers added to their orders."""

from __future__ import annotations

import sqlite3

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.offers.rules.extra import Extra, ExtraState
from edge.offers.rules.refusals import ExtraUnknown


def load_extra(rows: Rows, redemption_id: str) -> Extra:
    """One extra; ExtraUnknown when there is none."""
    row = rows.row("SELECT * FROM extras WHERE redemption_id = ?", (redemption_id,))
    if row is None:
        raise ExtraUnknown
    return _extra(row)


def open_extras(rows: Rows) -> list[Extra]:
    """Every extra that still has to be prepared, the oldest first."""
    found = rows.rows(
        "SELECT * FROM extras WHERE state IN ('waiting', 'started') ORDER BY added_at"
    )
    return [_extra(row) for row in found]


def extras_of(rows: Rows, order_id: str) -> list[Extra]:
    """The extras of an order, the oldest first."""
    found = rows.rows("SELECT * FROM extras WHERE order_id = ? ORDER BY added_at", (order_id,))
    return [_extra(row) for row in found]


def save_extra(unit: Unit, extra: Extra) -> None:
    """Write an extra, new or moved on."""
    unit.execute(
        """INSERT INTO extras VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (redemption_id) DO UPDATE SET state = excluded.state, by = excluded.by,
             start_by = excluded.start_by""",
        (
            extra.redemption_id,
            extra.order_id,
            extra.offer_id,
            extra.preparation_minutes,
            times.text(extra.added_at),
            extra.state.value,
            extra.by,
            times.text(extra.start_by) if extra.start_by else None,
        ),
    )


def _extra(row: sqlite3.Row) -> Extra:
    return Extra(
        redemption_id=row["redemption_id"],
        order_id=row["order_id"],
        offer_id=row["offer_id"],
        preparation_minutes=row["preparation_minutes"],
        added_at=times.parse(row["added_at"]),
        state=ExtraState(row["state"]),
        by=row["by"],
        start_by=times.parse(row["start_by"]) if row["start_by"] else None,
    )
