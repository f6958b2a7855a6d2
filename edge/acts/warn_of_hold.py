"""Warn of the end of a hold: an order that waits for somebody who is not on the way hears of it in time."""

from __future__ import annotations

from edge.arrivals import store as journeys
from edge.base.unit import Unit
from edge.messages import actions as messages
from edge.messages.rules import HOLD_WARNING, NoticeKind
from edge.orders import store as orders
from edge.orders.rules import State

HOLD_ENDS_SOON = "hold_ends_soon"


def warn_of_hold(unit: Unit, order_id: str) -> None:
    """Half an hour before the end; too early, the timer is set for then. Nothing for who is here, or has it."""
    order = orders.find(unit, order_id)
    if order is None or order.state is not State.READY or unit.now >= order.hold_until:
        return
    if unit.now < order.hold_until - HOLD_WARNING:
        unit.set_timer(HOLD_ENDS_SOON, order_id, order.hold_until - HOLD_WARNING)
    elif not journeys.load(unit, order_id).has_arrived:
        messages.tell(unit, order_id, NoticeKind.HOLD_ENDS)
