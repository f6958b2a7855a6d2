"""After a restore: what HQ remembers of an order, and what the store makes of it. The store owns its orders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from edge.orders.rules.events import OrderEvent, OrderStepUndone, OrderToldBack
from edge.orders.rules.life import Step
from edge.orders.rules.order import CLOSED, Order, State

RESTORED = "restored"


def reconcile(order: Order, told: State, *, number: str, reached: Collection[str]) -> Step:
    """An order that had ended is over; one that had come further goes on from where the store has it, and says so.

    `number` is how HQ calls it, `reached` are states of which only HQ knows.
    """
    if told is order.state and number == order.number:
        return order, []
    if told in CLOSED and told is not order.state and not order.is_open:
        return order, []
    if told not in CLOSED or not order.is_open:
        return order, [_as_it_is_here(order, set(reached) - {order.state.value})]
    ended = replace(order, state=told)
    facts: list[OrderEvent] = [OrderToldBack(order_id=order.order_id, state=told.value)]
    return ended, facts if number == order.number else [*facts, _as_it_is_here(ended, ())]


def _as_it_is_here(order: Order, no_longer: Collection[str]) -> OrderStepUndone:
    return OrderStepUndone(
        order_id=order.order_id,
        move=RESTORED,
        first_seq=0,
        last_seq=0,
        state=order.state.value,
        no_longer=tuple(sorted(no_longer)),
        number=order.number,
    )
