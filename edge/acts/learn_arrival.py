"""Learn from an arrival: at the handover, what was foretold and promised is held against when the customer came."""

from __future__ import annotations

from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.base.unit import Unit
from edge.orders import store as orders


def learn_arrival(unit: Unit, order_id: str, memory: RangeMemory) -> None:
    """An order that is gone teaches nothing."""
    if order := orders.find(unit, order_id):
        arrivals.learn_from(unit, order_id, memory, promise_at=order.promise_at)
