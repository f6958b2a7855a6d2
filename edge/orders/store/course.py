"""What orders went through: when each came to which state, and when a pass stops opening its order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.orders.rules.order import State

_ENDS = (State.HANDED_OVER, State.CANCELLED, State.NO_SHOW)
# Of each state: when, and by whom.
_course = msgspec.json.Decoder(dict[str, tuple[str, str]]).decode


class Milestone(NamedTuple):
    """When an order reached a state, and by whom."""

    order_id: str
    state: str
    at: datetime
    by: str


def noting(states: Sequence[str], at: datetime, by: str) -> tuple[str, list[str]]:
    """The SQL value of `course` once an order came to these states, and its values; the first time counts."""
    when = times.text(at)
    marks = ", '$.' || ?, json_array(?, ?)" * len(states)
    return f"json_insert(course{marks})", [x for state in states for x in (state, when, by)]


def begun(states: Sequence[str], at: datetime, by: str) -> str:
    """`course` of an order that has just come."""
    return msgspec.json.encode({state: (times.text(at), by) for state in states}).decode()


def unreached(unit: Unit, order_id: str, states: Iterable[str]) -> None:
    """Forget that an order came to these states: the step was taken back."""
    for state in states:
        unit.execute(
            "UPDATE orders SET course = json_remove(course, '$.' || ?) WHERE order_id = ?",
            (state, order_id),
        )


def milestones(rows: Rows, order_id: str) -> list[Milestone]:
    """What one order went through, in time."""
    return _milestones(
        rows.rows("SELECT order_id, course FROM orders WHERE order_id = ?", (order_id,))
    )


def milestones_of_day(rows: Rows, store_day: str) -> list[Milestone]:
    """What all orders of a store day went through: what the day's figures are made of."""
    return _milestones(
        rows.rows("SELECT order_id, course FROM orders WHERE store_day = ?", (store_day,))
    )


def handed_over_on(rows: Rows, store_day: str) -> dict[str, datetime]:
    """Order id -> when it was handed over, for all of a store day: the board's header asks this often."""
    found = rows.rows(
        """SELECT order_id, course ->> '$.handed_over[0]' AS at FROM orders
           WHERE store_day = ? AND state = 'handed_over'""",
        (store_day,),
    )
    return {row["order_id"]: times.parse(row["at"]) for row in found if row["at"]}


def reached_at(rows: Rows, order_id: str, state: State) -> datetime | None:
    """When an order came to a state, if it ever did."""
    row = rows.row("SELECT course FROM orders WHERE order_id = ?", (order_id,))
    mark = _course(row["course"]).get(state.value) if row else None
    return times.parse(mark[0]) if mark else None


def pass_opens(rows: Rows, token_hash: str) -> tuple[str, datetime | None] | None:
    """The order a pass belongs to and when it ended, without reading its lines: phones ask this all the time."""
    row = rows.row(
        "SELECT order_id, is_open, course FROM orders WHERE token_hash = ? AND pass_closed_at = ''",
        (token_hash,),
    )
    if row is None or not token_hash:
        return None
    return row["order_id"], None if row["is_open"] else _ended_at(row["course"])


def was_pass(rows: Rows, token_hash: str) -> bool:
    """Whether a pass that opens nothing any more was one of ours, for as long as its order is known."""
    found = rows.row(
        "SELECT 1 FROM orders WHERE token_hash = ? AND pass_closed_at != ''", (token_hash,)
    )
    return bool(token_hash) and found is not None


def over_at(rows: Rows, order_id: str) -> datetime | None:
    """When an order ended, if it did."""
    row = rows.row("SELECT course FROM orders WHERE order_id = ?", (order_id,))
    return _ended_at(row["course"]) if row else None


def close_pass(unit: Unit, order_id: str) -> bool:
    """Let a pass open nothing any more, for good; False when it was closed before."""
    closed = unit.execute(
        "UPDATE orders SET pass_closed_at = ? WHERE order_id = ? AND pass_closed_at = ''",
        (times.text(unit.now), order_id),
    )
    return closed.rowcount == 1


def _milestones(rows: list[sqlite3.Row]) -> list[Milestone]:
    found = [
        Milestone(row["order_id"], state, times.parse(at), by)
        for row in rows
        for state, (at, by) in _course(row["course"]).items()
    ]
    return sorted(found, key=lambda each: (each.at, each.order_id))


def _ended_at(kept: str) -> datetime | None:
    course = _course(kept)
    ends = [course[state][0] for state in _ENDS if state in course]
    return times.parse(max(ends)) if ends else None
