"""Orders: a row each, which has its course in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import itemgetter

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.orders.rules.order import OPEN, Finish, Line, Order, State
from edge.orders.rules.refusals import OrderUnknown
from edge.orders.store import course, lines

_HEAD = (
    *("order_id", "number", "store_day", "source", "source_id", "shown_number", "customer_key"),
    *("token_hash", "placed_at", "promise_at", "hold_until", "currency", "lang", "revision"),
    *("state", "finish", "bin", "bags", "picking_by", "bringing_by"),
)
# They come later in an order's life: a new order has their defaults.
_LATER = ("picking_until", "cold_bin", "code_spent")

# What a row has beside the fields of its order.
_BESIDE = ("code_tag", "is_open", "course")

_INSTANTS = {"placed_at", "promise_at", "hold_until"}

_CHANGING = (
    *("promise_at", "hold_until", "revision", "state", "finish", "bin", "bags"),
    *("picking_by", "bringing_by", "is_open"),
    *_LATER,
)

_ADD = (
    f"INSERT INTO orders ({', '.join((*_HEAD, *_BESIDE))}) "  # noqa: S608 - fixed names
    f"VALUES ({', '.join('?' * (len(_HEAD) + len(_BESIDE)))})"
)

_IS_OPEN = "is_open = 1"


def find(rows: Rows, order_id: str) -> Order | None:
    """The order of this id, or None."""
    return _one(rows, "order_id = ?", order_id)


def load(rows: Rows, order_id: str) -> Order:
    """The order of this id; OrderUnknown when there is none."""
    found = find(rows, order_id)
    if found is None:
        raise OrderUnknown
    return found


def by_code_tag(rows: Rows, code_tag: str) -> Order | None:
    """The order a handover code belongs to, open or not."""
    return _one(rows, "code_tag = ?", code_tag)


def by_number(rows: Rows, number: str) -> Order | None:
    """The open order that is called by this number."""
    return _one(rows, "is_open = 1 AND number = ?", number)


def in_bin(rows: Rows, bin_code: str) -> Order | None:
    """The open order that lies in a bin, or what of it must stay cold."""
    condition = "is_open = 1 AND (bin = ? COLLATE NOCASE OR cold_bin = ? COLLATE NOCASE)"
    found = _many(rows, condition, bin_code, bin_code) if bin_code else []
    return found[0] if found else None


def open_orders(rows: Rows) -> list[Order]:
    """Every order the store still owes something, oldest promise first."""
    found = _many(rows, "is_open = 1")
    return sorted(found, key=lambda order: (order.promise_at, order.order_id))


def open_ids_of(rows: Rows, customer_key: str) -> list[str]:
    """The open orders of one customer, without reading everybody's."""
    found = rows.rows(
        "SELECT order_id FROM orders WHERE is_open = 1 AND customer_key = ? ORDER BY order_id",
        (customer_key,),
    )
    return [row["order_id"] for row in found]


def being_made(rows: Rows) -> list[Order]:
    """Open orders whose made-to-order lines somebody has begun."""
    return _many(rows, "is_open = 1 AND finish = ?", Finish.STARTED.value)


def in_hand(rows: Rows, staff_id: str) -> bool:
    """Whether somebody fetches an order or brings one out just now."""
    return bool(
        rows.row(
            """SELECT 1 FROM orders WHERE is_open = 1 AND (
                 (state IN ('picking', 'picked') AND picking_by = ?) OR (state = 'ready' AND bringing_by = ?)
               )""",
            (staff_id, staff_id),
        )
    )


def in_state(rows: Rows, state: State, *, limit: int = 200) -> list[Order]:
    """The newest orders in one state, at most `limit`."""
    if state in OPEN:
        return _many(rows, f"{_IS_OPEN} AND state = ?", state.value)[-limit:]
    return _many(
        rows,
        "order_id IN (SELECT order_id FROM orders WHERE state = ? ORDER BY order_id DESC LIMIT ?)",
        state.value,
        limit,
    )


def of_day(rows: Rows, store_day: str) -> list[Order]:
    """Every order of a store day."""
    return _many(rows, "store_day = ?", store_day)


def add(unit: Unit, order: Order, code_tag: str, *, reached: Sequence[str], by: str) -> None:
    """Remember a new order with its lines, and the states it came to at once."""
    beside = (code_tag, int(order.is_open), course.begun(reached, unit.now, by))
    added = unit.execute(_ADD, [*(_column(order, name) for name in _HEAD), *beside])
    lines.add(unit, added.lastrowid or 0, order)


def save(
    unit: Unit, before: Order, after: Order, *, reached: Sequence[str] = (), by: str = ""
) -> None:
    """Write what changed of an order, because each column named here costs its indexes; and what it came to."""
    was, now = ([_column(order, name) for name in _CHANGING] for order in (before, after))
    changed = [n for n, _ in enumerate(_CHANGING) if was[n] != now[n]]
    setting = [f"{_CHANGING[n]} = ?" for n in changed]
    values = [now[n] for n in changed]
    if reached:
        noted, marks = course.noting(reached, unit.now, by)
        setting.append(f"course = {noted}")
        values += marks
    if setting:
        values.append(after.order_id)
        unit.execute(f"UPDATE orders SET {', '.join(setting)} WHERE order_id = ?", values)  # noqa: S608 - fixed names
    if before.lines != after.lines:
        lines.save(unit, before, after)


def digest_rows(rows: Rows) -> Iterator[tuple[str, dict[str, object]]]:
    """What the nightly compares of every order that is kept here."""
    for row in rows.rows("SELECT order_id, number, state, revision FROM orders ORDER BY order_id"):
        yield row["order_id"], {name: row[name] for name in ("number", "state", "revision")}
    # What only HQ knows of is counted as it was told: it was taken in here, and never revised.
    for row in rows.rows("SELECT order_id, number, state FROM orders_told_back ORDER BY order_id"):
        yield row["order_id"], {"number": row["number"], "state": row["state"], "revision": 1}


def _one(rows: Rows, condition: str, value: str) -> Order | None:
    found = _many(rows, condition, value)
    return found[0] if found else None


def _many(rows: Rows, condition: str, *values: str | int) -> list[Order]:
    # Open orders are few beside a year's closed ones, which SQLite cannot know: it is told where to look.
    table = "orders INDEXED BY open_numbers" if condition.startswith(_IS_OPEN) else "orders"
    heads = rows.rows(f"SELECT * FROM {table} WHERE {condition}", values)  # noqa: S608 - fixed conditions
    if not heads:
        return []
    found = rows.rows(
        f"""SELECT * FROM order_lines WHERE order_row IN (SELECT id FROM {table} WHERE {condition})
            ORDER BY order_row, line_no""",  # noqa: S608 - fixed conditions
        values,
    )
    heads.sort(key=itemgetter("order_id"))
    of = lines.by_row(found)
    return [_order(head, of.get(head["id"], ())) for head in heads]


def _order(row: sqlite3.Row, its_lines: tuple[Line, ...]) -> Order:
    fields = {name: row[name] for name in _HEAD}
    fields.update({name: times.parse(row[name]) for name in _INSTANTS})
    fields.update(state=State(row["state"]), finish=Finish(row["finish"]), lines=its_lines)
    fields.update(cold_bin=row["cold_bin"], code_spent=bool(row["code_spent"]))
    until = row["picking_until"]
    return Order(**fields, picking_until=times.parse(until) if until else None)


def _column(order: Order, name: str) -> str | int:
    value: str | int | datetime | None = getattr(order, name)
    if isinstance(value, datetime):
        return times.text(value)
    return "" if value is None else value
