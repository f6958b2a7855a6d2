"""Learn from an arrival: what was foretold and promised is held against when the customer came.

What ranges told is used only while the consent to them stands, asked in the moment of the use.
"""

from __future__ import annotations

from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.base.unit import Unit
from edge.consents import store as consents
from edge.consents.rules import Purpose
from edge.orders import store as orders


def learn_arrival(unit: Unit, order_id: str, memory: RangeMemory, *, monotonic: float) -> None:
    """At the handover. An order that is gone teaches nothing; without consent tap and promise alone do."""
    if order := orders.find(unit, order_id):
        is_allowed = _may_use_ranges(unit, order_id)
        said = memory.said(order_id, monotonic=monotonic) if is_allowed else {}
        arrivals.learn_from(unit, order_id, memory, said=said, promise_at=order.promise_at)


def judge_arrival(unit: Unit, order_id: str, memory: RangeMemory, *, monotonic: float) -> None:
    """When the customer came: how wrong was what we expected, from ranges if we still may use them."""
    is_allowed = _may_use_ranges(unit, order_id)
    seen = memory.get(order_id, monotonic=monotonic) if is_allowed else None
    arrivals.judge_eta(unit, order_id, seen, learned=memory.learned)


def _may_use_ranges(unit: Unit, order_id: str) -> bool:
    return consents.allows(unit, Purpose.ARRIVAL_TIMING, order_id=order_id, now=unit.now)
