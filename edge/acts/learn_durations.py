"""Learn durations: an order that was handed over tells how long its picking, making and bringing out took.

Bringing out teaches only where the customer was here when somebody set out. Who goes out early waits at the kerb:
that is no work, and the plan must not reckon with it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from edge.arrivals import store as journeys
from edge.base import store_record
from edge.base.unit import Unit
from edge.orders import store as orders
from edge.orders.rules import Order, State, prep_seconds
from edge.orders.store.course import Milestone
from edge.plan import actions
from edge.plan.rules.learning import Done

MADE_FROM, MADE, BROUGHT_FROM = "order_finish_started", "order_finished", "order_bring_out_started"
UNDONE = {"start_finish": MADE_FROM, "finish": MADE, "bring_out": BROUGHT_FROM}


def learn_durations(unit: Unit, order_id: str, noted: dict[str, datetime], at: datetime) -> None:
    """At the handover (`at`): picking from the order's own course, the rest from what was noted on the way."""
    order = orders.find(unit, order_id)
    if order is None:
        return
    course = {mark.state: mark for mark in orders.milestones(unit, order_id)}
    begun = course.get(State.PICKING.value)
    zone = store_record.load(unit).zone
    actions.learn_from(
        unit,
        Done(
            hour=(begun.at if begun else at).astimezone(zone).hour,
            lines=_lines(order),
            pick_s=_pick_seconds(begun, course.get(State.STAGED.value)),
            make_s=_seconds(noted.get(MADE_FROM), noted.get(MADE)),
            catalogue_s=prep_seconds(order),
            bring_s=_bring_seconds(unit, order_id, noted.get(BROUGHT_FROM), at),
        ),
    )


def _lines(order: Order) -> Counter[str]:
    return Counter(line.facts.zone for line in order.shelf_lines)


def _pick_seconds(begun: Milestone | None, staged: Milestone | None) -> float | None:
    """What one person began and ended; with a change of hands nobody knows how long it lay."""
    if begun is None or staged is None or begun.by != staged.by:
        return None
    return (staged.at - begun.at).total_seconds()


def _bring_seconds(
    unit: Unit, order_id: str, since: datetime | None, at: datetime
) -> float | None:
    here_at = journeys.load(unit, order_id).best_evidence_at
    was_here = since is not None and here_at is not None and here_at <= since
    return _seconds(since, at) if was_here else None


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    return (until - since).total_seconds() if since and until else None
