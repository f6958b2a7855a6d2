"""Lines, under the row of their order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

import msgspec

from edge.base.unit import Unit
from edge.orders.rules.order import Line, LineFacts, Order, Substitute

_LINE = (
    "order_row, line_no, sku, name, qty, unit_price_minor, zone, aisle_order, made_to_order,"
    " prep_seconds, age_check, substitute_allowed, picked_qty"
)


def by_row(rows: Iterable[sqlite3.Row]) -> dict[int, tuple[Line, ...]]:
    """Row of an order -> its lines, of rows that are sorted by both."""
    return {key: tuple(map(_line, each)) for key, each in groupby(rows, lambda x: x["order_row"])}


def add(unit: Unit, order_row: int, order: Order) -> None:
    """Remember all lines of an order."""
    marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(order.lines))
    values = [value for line in order.lines for value in (order_row, *_values(line))]
    unit.execute(f"INSERT INTO order_lines ({_LINE}) VALUES {marks}", values)  # noqa: S608 - only "?" is put in


def save(unit: Unit, before: Order, after: Order) -> None:
    """Write the lines that differ."""
    row = unit.row("SELECT id FROM orders WHERE order_id = ?", (after.order_id,))
    order_row = int(row["id"]) if row else 0
    if [_as_ordered(x) for x in before.lines] != [_as_ordered(x) for x in after.lines]:
        unit.execute("DELETE FROM order_lines WHERE order_row = ?", (order_row,))
        add(unit, order_row, after)
        return
    for was, now in zip(before.lines, after.lines, strict=True):
        if was != now:
            instead = msgspec.json.encode(now.substitute).decode() if now.substitute else None
            unit.execute(
                """UPDATE order_lines SET picked_qty = ?, counted = ?, substitute = ?
                   WHERE order_row = ? AND line_no = ?""",
                (now.picked_qty, now.counted, instead, order_row, now.line_no),
            )


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
        counted=row["counted"],
        substitute=_substitute(row["substitute"]),
        facts=LineFacts(
            zone=row["zone"],
            aisle_order=row["aisle_order"],
            made_to_order=bool(row["made_to_order"]),
            prep_seconds=row["prep_seconds"],
            age_check=bool(row["age_check"]),
        ),
    )


def _substitute(kept: str | None) -> Substitute | None:
    return msgspec.json.decode(kept, type=Substitute) if kept else None


def _values(line: Line) -> tuple[str | int | None, ...]:
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


def _as_ordered(line: Line) -> Line:
    """The line without what its picking found."""
    return replace(line, picked_qty=None, counted=0, substitute=None)
