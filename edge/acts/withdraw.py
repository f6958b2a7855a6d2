"""Withdraw: a permission ends, by a tap or by its time; what it let us know is forgotten in the same instant."""

from __future__ import annotations

from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.base.unit import Unit
from edge.consents import actions as consents
from edge.consents import store as consents_store
from edge.consents.rules import Purpose
from edge.orders import store as orders


def withdraw(
    unit: Unit,
    order_id: str,
    memory: RangeMemory,
    *,
    purpose: Purpose = Purpose.ARRIVAL_TIMING,
    how: str = consents.TAP,
) -> bool:
    """One tap on the pass; False if it had been taken back before. The ranges go either way."""
    order = orders.load(unit, order_id)
    news = consents.withdraw(
        unit, purpose, customer_key=order.customer_key, order_id=order_id, how=how
    )
    if purpose is Purpose.ARRIVAL_TIMING:
        arrivals.forget_range(unit, order_id, memory, by="customer")
    return news


def forget_without_consent(unit: Unit, customer_key: str, memory: RangeMemory) -> None:
    """After a withdrawal heard from elsewhere: end the ranges of this person's orders without a yes."""
    for order_id in orders.open_ids_of(unit, customer_key):
        _forget_unless_allowed(unit, order_id, memory, by="customer")


def lapse(unit: Unit, order_id: str, memory: RangeMemory) -> None:
    """A permission's time is up: it is gone, and with it the ranges that it had let in."""
    consents.lapse(unit, order_id)
    _forget_unless_allowed(unit, order_id, memory, by="system")


def _forget_unless_allowed(unit: Unit, order_id: str, memory: RangeMemory, *, by: str) -> None:
    purpose = Purpose.ARRIVAL_TIMING
    if not consents_store.allows(unit, purpose, order_id=order_id, now=unit.now):
        arrivals.forget_range(unit, order_id, memory, by=by)
