"""What orders went through: when each came to which state, and when a pass stops opening its order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.orders.rules.order import State


class Milestone(NamedTuple):
    """When an order reached a state, and by whom."""

    order_id: str
    state: str
    at: datetime
    by: str


def reached(unit: Unit, order_id: str, states: Sequence[str], *, by: str) -> None:
    """Note when an order came to these states; the first time counts."""
    if states:
        marks = ", ".join(["(?, ?, ?, ?)"] * len(states))
        at = times.text(unit.now)
        values = [value for state in states for value in (order_id, state, at, by)]
        unit.execute(f"INSERT OR IGNORE INTO milestones VALUES {marks}", values)  # noqa: S608 - only "?" is put in


def unreached(unit: Unit, order_id: str, states: Iterable[str]) -> None:
    """Forget that an order came to these states: the step was taken back."""
    for state in states:
        unit.execute("DELETE FROM milestones WHERE order_id = ? AND state = ?", (order_id, state))


def milestones(rows: Rows, order_id: str) -> list[Milestone]:
    """What one order went through, in time."""
    found = rows.rows("SELECT * FROM milestones WHERE order_id = ? ORDER BY at", (order_id,))
    return [_milestone(row) for row in found]


def milestones_of_day(rows: Rows, store_day: str) -> list[Milestone]:
    """What all orders of a store day went through: what the day's figures are made of."""
    found = rows.rows(
        """SELECT m.* FROM orders o JOIN milestones m USING (order_id)
           WHERE o.store_day = ? ORDER BY m.at, m.order_id""",
        (store_day,),
    )
    return [_milestone(row) for row in found]


def handed_over_on(rows: Rows, store_day: str) -> dict[str, datetime]:
    """Order id -> when it was handed over, for all of a store day: the board's header asks this often."""
    found = rows.rows(
        """SELECT order_id, at FROM orders o JOIN milestones m USING (order_id)
           WHERE o.store_day = ? AND m.state = 'handed_over'""",
        (store_day,),
    )
    return {row["order_id"]: times.parse(row["at"]) for row in found}


def reached_at(rows: Rows, order_id: str, state: State) -> datetime | None:
    """When an order came to a state, if it ever did."""
    row = rows.row(
        "SELECT at FROM milestones WHERE order_id = ? AND state = ?", (order_id, state.value)
    )
    return times.parse(row["at"]) if row else None


def pass_opens(rows: Rows, token_hash: str) -> tuple[str, datetime | None] | None:
    """The order a pass belongs to and when it ended, without reading the order: phones ask this all the time."""
    row = rows.row(
        """SELECT order_id, (SELECT MAX(at) FROM milestones m WHERE m.order_id = o.order_id
                            AND m.state IN ('handed_over', 'cancelled', 'no_show')) AS over_at
           FROM orders o WHERE token_hash = ? AND pass_closed_at = ''""",
        (token_hash,),
    )
    if row is None or not token_hash:
        return None
    return row["order_id"], times.parse(row["over_at"]) if row["over_at"] else None


def over_at(rows: Rows, order_id: str) -> datetime | None:
    """When an order ended, if it did."""
    row = rows.row(
        """SELECT MAX(at) AS at FROM milestones
           WHERE order_id = ? AND state IN ('handed_over', 'cancelled', 'no_show')""",
        (order_id,),
    )
    return times.parse(row["at"]) if row and row["at"] else None


def close_pass(unit: Unit, order_id: str) -> bool:
    """Let a pass open nothing any more, for good; False when it was closed before."""
    closed = unit.execute(
        "UPDATE orders SET pass_closed_at = ? WHERE order_id = ? AND pass_closed_at = ''",
        (times.text(unit.now), order_id),
    )
    return closed.rowcount == 1


def _milestone(row: sqlite3.Row) -> Milestone:
    return Milestone(row["order_id"], row["state"], times.parse(row["at"]), row["by"])
