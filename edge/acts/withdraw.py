"""Withdraw: a permission ends, and what it allowed to know is forgotten in the same instant."""

from __future__ import annotations

from collections.abc import Callable

from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.base.log import LoggedEvent
from edge.base.unit import Unit
from edge.consents import actions as consents
from edge.consents import store as consents_store
from edge.consents.rules import Purpose
from edge.orders import store as orders
from edge.profiles import actions as profiles

ENDINGS = {
    "order_handed_over": "served",
    "order_cancelled": "cancelled",
    "order_no_show": "no_show",
}


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
        arrivals.forget_range(unit, order_id, memory)
    return news


def reactions(memory: RangeMemory) -> dict[str, list[Callable[[Unit, LoggedEvent], None]]]:
    """What follows a moment later: withdrawals heard from HQ, and orders that are over."""

    def follow_withdrawal(unit: Unit, fact: LoggedEvent) -> None:
        _forget_without_consent(unit, fact.aggregate_id, memory)

    def end_journey(unit: Unit, fact: LoggedEvent) -> None:
        consents.end_for_order(unit, fact.aggregate_id)
        profiles.visited(unit, fact.aggregate_id)
        arrivals.end(unit, fact.aggregate_id, memory, why=ENDINGS[fact.kind])

    return {"consent_withdrawn": [follow_withdrawal], **{kind: [end_journey] for kind in ENDINGS}}


def _forget_without_consent(unit: Unit, customer_key: str, memory: RangeMemory) -> None:
    """End the ranges of every open order of this person that no yes stands for any more."""
    for order in orders.open_orders(unit):
        allowed = consents_store.allows(
            unit, Purpose.ARRIVAL_TIMING, order_id=order.order_id, now=unit.now
        )
        if order.customer_key == customer_key and not allowed:
            arrivals.forget_range(unit, order.order_id, memory)
