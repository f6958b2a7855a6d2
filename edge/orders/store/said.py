"""What people said of an order, apart from the log so that it can be erased: reasons, and how the pickup was."""

from __future__ import annotations

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit


def say_why(unit: Unit, order_id: str, move: str, *, reason: str, by: str) -> None:
    """Keep the words of a cancellation or an override, apart from the log, so that they can be erased."""
    unit.execute(
        "UPDATE orders SET said = json_set(said, '$.' || ?, json_array(?, ?)) WHERE order_id = ?",
        (move, reason, by, order_id),
    )


def reason_of(rows: Rows, order_id: str, move: str) -> str:
    """Why a move was made, in the words of who made it; "" when nothing was said."""
    row = rows.row(
        "SELECT said ->> ('$.' || ? || '[0]') AS reason FROM orders WHERE order_id = ?",
        (move, order_id),
    )
    return str(row["reason"] or "") if row else ""


def forget_person(unit: Unit, customer_key: str) -> None:
    """Let the orders of a person that are over be nobody's, and forget what was said of them."""
    unit.execute(
        "UPDATE orders SET customer_key = '', said = '{}' WHERE customer_key = ? AND is_open = 0",
        (customer_key,),
    )


def rating(rows: Rows, order_id: str) -> int | None:
    """What the customer said of the pickup, if they did."""
    row = rows.row("SELECT score FROM order_ratings WHERE order_id = ?", (order_id,))
    return int(row["score"]) if row else None


def keep_rating(unit: Unit, order_id: str, score: int) -> None:
    """Keep the customer's first answer."""
    unit.execute(
        "INSERT OR IGNORE INTO order_ratings VALUES (?, ?, ?)",
        (order_id, score, times.text(unit.now)),
    )
