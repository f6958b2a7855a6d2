"""Orders of which only HQ knows: the store was restored to a moment before they came in."""

from __future__ import annotations

from typing import NamedTuple

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.orders.rules.order import State


class ToldBack(NamedTuple):
    """What HQ told of an order that is not here: its number and how far it was."""

    order_id: str
    number: str
    state: State


def keep_told_back(unit: Unit, told: ToldBack) -> None:
    """Remember it until the order itself comes, if it does: one that the store took in itself cannot."""
    unit.execute(
        "INSERT OR REPLACE INTO orders_told_back VALUES (?, ?, ?, ?)",
        (told.order_id, told.number, told.state.value, times.text(unit.now)),
    )


def take_told_back(unit: Unit, order_id: str) -> ToldBack | None:
    """What was told of this order before it came; it is remembered no longer."""
    row = unit.row("SELECT * FROM orders_told_back WHERE order_id = ?", (order_id,))
    if row is None:
        return None
    unit.execute("DELETE FROM orders_told_back WHERE order_id = ?", (order_id,))
    return ToldBack(row["order_id"], row["number"], State(row["state"]))


def told_back(rows: Rows) -> list[ToldBack]:
    """Orders that are lost here, newest last."""
    found = rows.rows("SELECT * FROM orders_told_back ORDER BY at, order_id")
    return [ToldBack(row["order_id"], row["number"], State(row["state"])) for row in found]
