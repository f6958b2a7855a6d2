"""What staff see of an order."""

from datetime import datetime

import msgspec

from edge.orders.rules.moves import next_steps
from edge.orders.rules.order import Line, Order


class SubstituteShown(msgspec.Struct, frozen=True):
    """What goes in for what was not there, and what the customer pays for one of it."""

    sku: str
    name: str
    qty: int
    unit_price_minor: int


class LineShown(msgspec.Struct, frozen=True):
    """A line as staff see it."""

    line_no: int
    sku: str
    name: str
    qty: int
    picked_qty: int | None
    zone: str
    aisle_order: int
    made_to_order: bool
    age_check: bool
    substitute_allowed: bool
    counted: int = 0
    substitute: SubstituteShown | None = None


class OrderShown(msgspec.Struct, frozen=True):
    """An order as staff see it; `moves` are the legal next steps."""

    order_id: str
    number: str
    state: str
    finish: str
    lines: list[LineShown]
    bin: str
    bags: int
    placed_at: datetime
    promise_at: datetime
    hold_until: datetime
    picking_by: str
    bringing_by: str
    moves: list[str]
    picking_until: datetime | None = None
    cold_bin: str = ""
    total_minor: int = 0
    currency: str = ""


class OrdersShown(msgspec.Struct, frozen=True):
    """Several orders."""

    orders: list[OrderShown]


class OrderTaken(OrderShown, frozen=True, kw_only=True):
    """An order that was taken in the store, with the pass its customer gets."""

    pass_token: str
    handover_code: str


def show(order: Order) -> OrderShown:
    """What staff may see of an order: lines to fetch in walking order, then what is made."""
    return OrderShown(
        order_id=order.order_id,
        number=order.number,
        state=order.state.value,
        finish=order.finish.value,
        lines=[_line(line) for line in (*order.pick_list, *order.made_lines)],
        bin=order.bin,
        bags=order.bags,
        placed_at=order.placed_at,
        promise_at=order.promise_at,
        hold_until=order.hold_until,
        picking_by=order.picking_by,
        bringing_by=order.bringing_by,
        moves=[move.value for move in next_steps(order)],
        picking_until=order.picking_until,
        cold_bin=order.cold_bin,
        total_minor=order.total_minor,
        currency=order.currency,
    )


def _line(line: Line) -> LineShown:
    return LineShown(
        line_no=line.line_no,
        sku=line.sku,
        name=line.name,
        qty=line.qty,
        picked_qty=line.picked_qty,
        zone=line.facts.zone,
        aisle_order=line.facts.aisle_order,
        made_to_order=line.facts.made_to_order,
        age_check=line.age_check,
        substitute_allowed=line.substitute_allowed,
        counted=line.counted,
        substitute=_instead(line),
    )


def _instead(line: Line) -> SubstituteShown | None:
    if line.substitute is None:
        return None
    other = line.substitute
    return SubstituteShown(other.sku, other.name, other.qty, other.unit_price_minor)
