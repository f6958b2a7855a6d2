"""Planning: orders, arrivals, extras and people on shift, as the rules of the plan want to see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from edge.arrivals import store as journeys
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import Eta, Journey, Phase, Source, expect
from edge.base import log as event_log
from edge.base import store_record
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.offers import store as offers
from edge.offers.rules.extra import Extra, ExtraState
from edge.orders import store as orders
from edge.orders.rules import Finish, Order, State, prep_seconds
from edge.orders.rules.claims import has_lapsed
from edge.plan import store as durations
from edge.plan.memory import LastPlan
from edge.plan.rules import Crew, Pace, Plan, Stage, Window, Work, make_plan
from edge.plan.rules.learning import pace_of
from edge.staff import store as staff
from edge.staff.rules import is_alive

EXTRA = "extra:"
_MAKING = {
    Finish.NONE: Stage.NONE,
    Finish.WAITING: Stage.WAITING,
    Finish.STARTED: Stage.BEGUN,
    Finish.DONE: Stage.DONE,
}


def plan_now(rows: Rows, edge: Edge) -> Plan:
    """Everybody's place now, made once for all who look at the same moment."""
    seq, monotonic = event_log.newest_seq(rows), edge.clock.monotonic()
    return edge.part(LastPlan).at(
        seq, monotonic, lambda before: _make(rows, edge, before), now=edge.clock.now()
    )


def _make(rows: Rows, edge: Edge, before: Plan) -> Plan:
    now = edge.clock.now()
    wanted = orders.open_orders(rows)
    ways = journeys.load_many(rows, [each.order_id for each in wanted]) if wanted else {}
    works = [_work(edge, order, ways[order.order_id], now) for order in wanted]
    here = {each.ref: each.here_at for each in works}
    extras = [
        _extra(extra, here_at=here.get(extra.order_id)) for extra in offers.open_extras(rows)
    ]
    crew = Crew(people_on_shift(rows, edge), at_work=_at_work(works, extras))
    return make_plan([*works, *extras], pace_now(rows, now), crew, now, before=before)


def pace_now(rows: Rows, now: datetime) -> Pace:
    """How long work takes in this store at this hour, as far as it has learned it."""
    return pace_of(durations.load_learned(rows), now.astimezone(store_record.load(rows).zone).hour)


def _work(edge: Edge, order: Order, way: Journey, now: datetime) -> Work:
    return work(order, way, eta_of(edge, order, way, now), now)


def eta_of(edge: Edge, order: Order, way: Journey, now: datetime) -> Eta:
    """When the customer of an order comes, by the best source there is."""
    memory = edge.part(RangeMemory)
    sighting = memory.get(order.order_id, monotonic=edge.clock.monotonic())
    return expect(way, sighting, order.promise_at, now, learned=memory.learned)


def work(order: Order, way: Journey, eta: Eta, now: datetime) -> Work:
    """An order and its customer's way, as the plan sees them."""
    lines = [line for line in order.shelf_lines if not line.is_decided]
    return Work(
        ref=order.order_id,
        promise_at=order.promise_at,
        coming=Window(eta.low_at, eta.middle_at, eta.high_at, eta.source is not Source.PROMISED),
        lines=Counter(line.facts.zone for line in lines),
        picking=_picking(order, now),
        making=_MAKING[order.finish],
        make_seconds=prep_seconds(order),
        here_at=here_at(order, way),
        is_coming=is_coming(order, way),
        is_brought=bool(order.bringing_by),
    )


def here_at(order: Order, way: Journey) -> datetime | None:
    """Since when the customer is at the store; a handover that was undone leaves them there."""
    was_served = order.is_open and way.phase is Phase.SERVED
    return way.arrived_at if way.has_arrived or was_served else None


def is_coming(order: Order, way: Journey) -> bool:
    """Whether the customer is on the way, as far as anybody knows."""
    return way.phase in (Phase.EN_ROUTE, Phase.NEAR)


def _picking(order: Order, now: datetime) -> Stage:
    if order.state in (State.RECEIVED, State.ACCEPTED):
        return Stage.WAITING
    if order.state in (State.PICKING, State.PICKED):
        return Stage.LEFT if has_lapsed(order, now) else Stage.BEGUN
    return Stage.DONE


def _extra(extra: Extra, *, here_at: datetime | None) -> Work:
    minutes = timedelta(minutes=extra.preparation_minutes)
    due_at = (extra.start_by or extra.added_at) + minutes
    return Work(
        ref=f"{EXTRA}{extra.redemption_id}",
        promise_at=due_at,
        coming=Window(due_at, due_at, due_at),
        making=Stage.BEGUN if extra.state is ExtraState.STARTED else Stage.WAITING,
        make_seconds=minutes.total_seconds(),
        here_at=here_at,
        is_extra=True,
        part_of=extra.order_id,
    )


def people_on_shift(rows: Rows, edge: Edge) -> int:
    """How many people are signed in now, at whatever screen.

    A sign-in ends when its screen rests for a while, so a quiet store counts fewer than it has: then work begins
    earlier, not later.
    """
    wall = edge.clock.wall()
    return len({each.staff_id for each in staff.sessions(rows) if is_alive(each, wall)})


def _at_work(works: Iterable[Work], extras: Iterable[Work]) -> int:
    """Jobs that somebody is at: each has one pair of hands."""
    jobs = (
        (each.picking is Stage.BEGUN) + (each.making is Stage.BEGUN) + each.is_brought
        for each in (*works, *extras)
    )
    return sum(jobs)
