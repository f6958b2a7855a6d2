"""What is remembered of orders: all SQL of this feature."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlite_utils import Database, Migrations

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.orders.rules.order import Finish, Line, LineFacts, Order, State
from edge.orders.rules.refusals import OrderUnknown

migrations = Migrations("orders")


@migrations()
def orders_and_lines(db: Database) -> None:
    """Orders, their lines, when they reached which state by whom, and the last number given out."""
    db.execute(
        """CREATE TABLE orders (
             order_id TEXT PRIMARY KEY, number TEXT NOT NULL, store_day TEXT NOT NULL,
             source TEXT NOT NULL, source_id TEXT NOT NULL, shown_number TEXT NOT NULL,
             customer_key TEXT NOT NULL, token_hash TEXT NOT NULL, code_tag TEXT NOT NULL,
             placed_at TEXT NOT NULL, promise_at TEXT NOT NULL, hold_until TEXT NOT NULL,
             currency TEXT NOT NULL, lang TEXT NOT NULL, revision INTEGER NOT NULL,
             state TEXT NOT NULL, is_open INTEGER NOT NULL, finish TEXT NOT NULL,
             bin TEXT NOT NULL, bags INTEGER NOT NULL,
             picking_by TEXT NOT NULL, bringing_by TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE UNIQUE INDEX open_numbers ON orders(number) WHERE is_open = 1")
    db.execute("CREATE INDEX orders_by_code ON orders(code_tag)")
    db.execute("CREATE INDEX orders_by_token ON orders(token_hash)")
    db.execute("CREATE INDEX orders_by_day ON orders(store_day)")
    db.execute(
        """CREATE TABLE order_lines (
             order_id TEXT NOT NULL REFERENCES orders, line_no INTEGER NOT NULL, sku TEXT NOT NULL,
             name TEXT NOT NULL, qty INTEGER NOT NULL, unit_price_minor INTEGER NOT NULL,
             zone TEXT NOT NULL, aisle_order INTEGER NOT NULL, made_to_order INTEGER NOT NULL,
             prep_seconds INTEGER NOT NULL, age_check INTEGER NOT NULL,
             substitute_allowed INTEGER NOT NULL, picked_qty INTEGER, PRIMARY KEY (order_id, line_no)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE milestones (
             order_id TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
             PRIMARY KEY (order_id, state)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE order_reasons (
             order_id TEXT NOT NULL, move TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,
             PRIMARY KEY (order_id, move)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        "CREATE TABLE order_numbers (store_day TEXT PRIMARY KEY, last TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def ratings(db: Database) -> None:
    """What customers said of their pickup, once each."""
    db.execute(
        """CREATE TABLE order_ratings (
             order_id TEXT PRIMARY KEY, score INTEGER NOT NULL, at TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


class Milestone(NamedTuple):
    """When an order reached a state, and by whom."""

    order_id: str
    state: str
    at: datetime
    by: str


_HEAD = (
    *("order_id", "number", "store_day", "source", "source_id", "shown_number", "customer_key"),
    *("token_hash", "placed_at", "promise_at", "hold_until", "currency", "lang", "revision"),
    *("state", "finish", "bin", "bags", "picking_by", "bringing_by"),
)
_INSTANTS = {"placed_at", "promise_at", "hold_until"}
_CHANGING = (
    *("promise_at", "hold_until", "revision", "state", "finish", "bin", "bags"),
    *("picking_by", "bringing_by", "is_open"),
)


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


def in_state(rows: Rows, state: State, *, limit: int = 200) -> list[Order]:
    """The newest orders in one state, at most `limit`."""
    return _many(
        rows,
        "order_id IN (SELECT order_id FROM orders WHERE state = ? ORDER BY order_id DESC LIMIT ?)",
        state.value,
        limit,
    )


def of_day(rows: Rows, store_day: str) -> list[Order]:
    """Every order of a store day."""
    return _many(rows, "store_day = ?", store_day)


def add(unit: Unit, order: Order, code_tag: str) -> None:
    """Remember a new order with its lines."""
    names = [*_HEAD, "code_tag", "is_open"]
    values = [*(_column(order, name) for name in _HEAD), code_tag, int(order.is_open)]
    unit.execute(f"INSERT INTO orders ({', '.join(names)}) VALUES ({_marks(names)})", values)  # noqa: S608 - fixed names
    _add_lines(unit, order)


def save(unit: Unit, before: Order, after: Order) -> None:
    """Write what changed of an order; lines only where they differ."""
    if _head_of(before) != _head_of(after):
        setting = ", ".join(f"{name} = ?" for name in _CHANGING)
        values = [_column(after, name) for name in _CHANGING]
        unit.execute(f"UPDATE orders SET {setting} WHERE order_id = ?", [*values, after.order_id])  # noqa: S608 - fixed names
    if before.lines != after.lines:
        _save_lines(unit, before, after)


def reached(unit: Unit, order_id: str, state: str, *, by: str) -> None:
    """Note when an order came to a state; the first time counts."""
    unit.execute(
        "INSERT OR IGNORE INTO milestones VALUES (?, ?, ?, ?)",
        (order_id, state, times.text(unit.now), by),
    )


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


def reached_at(rows: Rows, order_id: str, state: State) -> datetime | None:
    """When an order came to a state, if it ever did."""
    row = rows.row(
        "SELECT at FROM milestones WHERE order_id = ? AND state = ?", (order_id, state.value)
    )
    return times.parse(row["at"]) if row else None


def over_at(rows: Rows, order_id: str) -> datetime | None:
    """When an order came to its end, handed over or not; None while it is open."""
    row = rows.row(
        """SELECT MAX(at) AS at FROM milestones
           WHERE order_id = ? AND state IN ('handed_over', 'cancelled', 'no_show')""",
        (order_id,),
    )
    return times.parse(row["at"]) if row and row["at"] else None


def pass_opens(rows: Rows, token_hash: str) -> tuple[str, datetime | None] | None:
    """The order a pass belongs to and when it ended, without reading the order: phones ask this all the time."""
    row = rows.row(
        """SELECT order_id, (SELECT MAX(at) FROM milestones m WHERE m.order_id = o.order_id
                            AND m.state IN ('handed_over', 'cancelled', 'no_show')) AS over_at
           FROM orders o WHERE token_hash = ?""",
        (token_hash,),
    )
    if row is None or not token_hash:
        return None
    return row["order_id"], times.parse(row["over_at"]) if row["over_at"] else None


def say_why(unit: Unit, order_id: str, move: str, *, reason: str, by: str) -> None:
    """Keep the words of a cancellation or an override, apart from the log, so that they can be erased."""
    unit.execute(
        "INSERT OR REPLACE INTO order_reasons VALUES (?, ?, ?, ?)", (order_id, move, reason, by)
    )


def reason_of(rows: Rows, order_id: str, move: str) -> str:
    """Why a move was made, in the words of who made it; "" when nothing was said."""
    row = rows.row(
        "SELECT reason FROM order_reasons WHERE order_id = ? AND move = ?", (order_id, move)
    )
    return str(row["reason"]) if row else ""


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


class OpenNumbers:
    """The public numbers that are in use, asked one by one: a rush has hundreds of them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __contains__(self, number: object) -> bool:
        """Whether an open order is called by this number."""
        asked = "SELECT 1 FROM orders WHERE is_open = 1 AND number = ?"
        return self._rows.row(asked, (str(number),)) is not None


def last_number(rows: Rows, store_day: str) -> str:
    """The newest number of a store day; "" before the first."""
    row = rows.row("SELECT last FROM order_numbers WHERE store_day = ?", (store_day,))
    return str(row["last"]) if row else ""


def keep_number(unit: Unit, store_day: str, number: str) -> None:
    """Remember how far the numbers of a day have walked."""
    unit.execute("INSERT OR REPLACE INTO order_numbers VALUES (?, ?)", (store_day, number))


def digest_rows(rows: Rows) -> Iterator[tuple[str, dict[str, object]]]:
    """What the nightly compares of every order that is kept here."""
    for row in rows.rows("SELECT order_id, number, state, revision FROM orders ORDER BY order_id"):
        yield row["order_id"], {name: row[name] for name in ("number", "state", "revision")}


def number_in_bin(rows: Rows, bin_code: str, *, beside: str) -> str:
    """The number of the open order that lies in a bin, other than this one; "" for an empty bin."""
    row = rows.row(
        "SELECT number FROM orders WHERE is_open = 1 AND bin = ? COLLATE NOCASE AND order_id <> ?",
        (bin_code, beside),
    )
    return str(row["number"]) if row else ""


def free_bins(rows: Rows, store_day: str, *, limit: int) -> list[str]:
    """Bins that were used on this day and hold nothing now."""
    found = rows.rows(
        """SELECT DISTINCT bin FROM orders WHERE store_day = ? AND bin <> ''
             AND bin NOT IN (SELECT bin FROM orders WHERE is_open = 1)
           ORDER BY LENGTH(bin), bin LIMIT ?""",
        (store_day, limit),
    )
    return [row["bin"] for row in found]


def _one(rows: Rows, condition: str, value: str) -> Order | None:
    found = _many(rows, condition, value)
    return found[0] if found else None


def _many(rows: Rows, condition: str, *values: str | int) -> list[Order]:
    heads = rows.rows(f"SELECT * FROM orders WHERE {condition} ORDER BY order_id", values)  # noqa: S608 - fixed conditions
    lines = rows.rows(
        f"""SELECT * FROM order_lines WHERE order_id IN (SELECT order_id FROM orders WHERE {condition})
            ORDER BY order_id, line_no""",  # noqa: S608 - fixed conditions
        values,
    )
    of = {key: tuple(map(_line, each)) for key, each in groupby(lines, lambda x: x["order_id"])}
    return [_order(head, of.get(head["order_id"], ())) for head in heads]


def _order(row: sqlite3.Row, lines: tuple[Line, ...]) -> Order:
    fields = {name: row[name] for name in _HEAD}
    fields.update({name: times.parse(row[name]) for name in _INSTANTS})
    fields.update(state=State(row["state"]), finish=Finish(row["finish"]), lines=lines)
    return Order(**fields)


def _line(row: sqlite3.Row) -> Line:
    return Line(
        line_no=row["line_no"],
        sku=row["sku"],
        name=row["name"],
        qty=row["qty"],
        unit_price_minor=row["unit_price_minor"],
        age_check=bool(row["age_check"]),
        substitute_allowed=bool(row["substitute_allowed"]),
        picked_qty=row["picked_qty"],
        facts=LineFacts(
            zone=row["zone"],
            aisle_order=row["aisle_order"],
            made_to_order=bool(row["made_to_order"]),
            prep_seconds=row["prep_seconds"],
        ),
    )


def _milestone(row: sqlite3.Row) -> Milestone:
    return Milestone(row["order_id"], row["state"], times.parse(row["at"]), row["by"])


def _head_of(order: Order) -> Order:
    return replace(order, lines=())


def _column(order: Order, name: str) -> str | int:
    value: str | int | datetime = getattr(order, name)
    return times.text(value) if isinstance(value, datetime) else value


def _marks(names: Iterable[str]) -> str:
    return ", ".join("?" for _ in names)


def _add_lines(unit: Unit, order: Order) -> None:
    marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(order.lines))
    values = [value for line in order.lines for value in (order.order_id, *_line_values(line))]
    unit.execute(f"INSERT INTO order_lines VALUES {marks}", values)  # noqa: S608 - only "?" is put in


def _line_values(line: Line) -> tuple[str | int | None, ...]:
    return (
        line.line_no,
        line.sku,
        line.name,
        line.qty,
        line.unit_price_minor,
        line.facts.zone,
        line.facts.aisle_order,
        int(line.facts.made_to_order),
        line.facts.prep_seconds,
        int(line.age_check),
        int(line.substitute_allowed),
        line.picked_qty,
    )


def _save_lines(unit: Unit, before: Order, after: Order) -> None:
    if [replace(x, picked_qty=None) for x in before.lines] != [
        replace(x, picked_qty=None) for x in after.lines
    ]:
        unit.execute("DELETE FROM order_lines WHERE order_id = ?", (after.order_id,))
        _add_lines(unit, after)
        return
    for was, now in zip(before.lines, after.lines, strict=True):
        if was != now:
            unit.execute(
                "UPDATE order_lines SET picked_qty = ? WHERE order_id = ? AND line_no = ?",
                (now.picked_qty, after.order_id, now.line_no),
            )
