"""A person decides what no rule may guess."""

from __future__ import annotations

from sync.hq.base.rows import Unit
from sync.hq.orders.actions.intake import Intake, tell_store
from sync.hq.orders.rules.intake import HqOrder, OrderUnknown, resolved
from sync.hq.orders.store import orders


def decide(unit: Unit, order_id: str, store_id: str, *, by: str, intake: Intake) -> HqOrder:
    """Send an order to the store that a person chose; their name stays with it."""
    order = orders.by_id(unit, order_id)
    if order is None or intake.store(store_id) is None:
        raise OrderUnknown
    decided = resolved(order, store_id, by=by)
    orders.save(unit, decided)
    tell_store(unit, decided, intake)
    return decided
