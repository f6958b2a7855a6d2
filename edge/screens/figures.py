"""The day's own figures: what the store did, and how long its customers waited, each with its definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from flask import request

from edge import http
from edge.arrivals import store as journeys
from edge.arrivals.rules import EtaError, Journey
from edge.base import store_record
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.http import Caller
from edge.orders import store as orders
from edge.orders.rules import Order, State
from edge.orders.rules.numbers import store_day
from edge.orders.store import Milestone
from edge.screens import gather
from sync.core.bodies import WrongField
from sync.core.instants import of_our_time
from sync.core.measures import SHORT_WAIT_SECONDS, nearest_rank

DEFINITIONS = {
    "wait": "customer_wait: arrived until handed over, by two clocks. Claimed: arrived is the first “I am here” that "
    "was believed: a tap, a bay, a scan or staff. Evidence: arrived is the earliest proof: a scan in the store, the "
    "word of staff, or since when the phone's distances showed somebody standing here; without proof, the claim.",
    "dwell": "staged until the customer arrived; 0 for a customer who came before.",
    "ready_on_arrival": "orders that were ready when their customer arrived (claimed clock).",
    "eta_error": "arrived minus the middle of what was expected five minutes before, for customers who had said "
    "that they are on the way by then; positive: later than expected.",
    "percentiles": "nearest rank over handed-over orders whose arrival is known.",
}

bp = http.blueprint("figures", "/api/v1")


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How seconds are spread: half are below p50, nine in ten below p90; None without any."""

    count: int
    p50: float | None
    p90: float | None
    under_120s: int


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """One order of the day; instants are None while they have not come."""

    order_id: str
    number: str
    state: str
    promise_at: datetime
    staged_at: datetime | None
    ready_at: datetime | None
    arrived_at: datetime | None
    arrived_how: str
    evidence_at: datetime | None
    handed_over_at: datetime | None
    wait_s: float | None
    wait_by_evidence_s: float | None
    dwell_s: float | None
    eta_error_s: float | None = None
    eta_from: str = ""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Where the day's orders ended, or that they have not."""

    received: int
    handed_over: int
    cancelled: int
    no_show: int
    open: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one store day."""

    store_day: str
    as_of: datetime
    orders: Counts
    wait_s: Spread
    wait_by_evidence_s: Spread
    ready_on_arrival: int
    dwell_s: Spread
    redemptions: int
    definitions: dict[str, str]
    rows: list[OrderRow]


@http.route(
    bp, "GET", "/figures", who=http.DEVICE, answers=Figures, summary="The figures of a store day"
)
def shown(*, caller: Caller) -> Figures:
    """Today's, or those of `?day=2026-11-22`."""
    with http.edge().read() as reader:
        return figures(reader, http.edge(), asked_day(request.args.get("day", "")))


def asked_day(asked: str) -> str:
    """The day that was asked for, such as 2026-11-22, or "" for today; WrongField for what is no date."""
    if asked:
        try:
            of_our_time(datetime.fromisoformat(f"{asked}T00:00:00+00:00"))
        except ValueError:
            raise WrongField(problem="day is a date such as 2026-11-22") from None
    return asked


def figures(rows: Rows, edge: Edge, day: str = "") -> Figures:
    """The figures as they are now."""
    now = edge.clock.now()
    wanted = day or store_day(now, ZoneInfo(store_record.load(rows).time_zone))
    found = orders.of_day(rows, wanted)
    ids = [order.order_id for order in found]
    ways = journeys.load_many(rows, ids) if found else {}
    errors = journeys.load_eta_errors(rows, ids) if found else {}
    reached = _by_order(orders.milestones_of_day(rows, wanted))
    shown = [
        row_of(order, ways[order.order_id], reached[order.order_id], errors.get(order.order_id))
        for order in found
    ]
    return Figures(
        store_day=wanted,
        as_of=now,
        orders=counted(found),
        wait_s=spread(row.wait_s for row in shown),
        wait_by_evidence_s=spread(row.wait_by_evidence_s for row in shown),
        ready_on_arrival=sum(was_ready(row) for row in shown),
        dwell_s=spread(row.dwell_s for row in shown),
        redemptions=gather.redemptions(rows, wanted),
        definitions=DEFINITIONS,
        rows=shown,
    )


def waits_today(rows: Rows, now: datetime) -> Spread:
    """Only the waits of today's handovers, without reading the orders."""
    day = store_day(now, store_record.load(rows).zone)
    given = orders.handed_over_on(rows, day)
    ways = journeys.load_many(rows, list(given)) if given else {}
    return spread(_seconds(ways[order_id].arrived_at, at) for order_id, at in given.items())


def row_of(
    order: Order, way: Journey, reached: dict[str, datetime], error: EtaError | None = None
) -> OrderRow:
    """What one order went through."""
    arrived, handed = way.arrived_at, reached.get(State.HANDED_OVER)
    staged = reached.get(State.STAGED)
    return OrderRow(
        order_id=order.order_id,
        number=order.number,
        state=order.state.value,
        promise_at=order.promise_at,
        staged_at=staged,
        ready_at=reached.get(State.READY),
        arrived_at=arrived,
        arrived_how=way.arrived_how,
        evidence_at=way.proof_at,
        handed_over_at=handed,
        wait_s=_seconds(arrived, handed),
        wait_by_evidence_s=_seconds(way.best_evidence_at, handed),
        dwell_s=_seconds(staged, arrived) if handed else None,
        eta_error_s=error.seconds if error else None,
        eta_from=error.source.value if error else "",
    )


def counted(found: Sequence[Order]) -> Counts:
    """How many orders ended how; a restocked one ended before it was restocked."""
    ended: dict[str, int] = defaultdict(int)
    for order in found:
        ended["open" if order.is_open else order.state.value] += 1
    gone = ended[State.RESTOCKED]
    return Counts(
        received=len(found),
        handed_over=ended[State.HANDED_OVER],
        cancelled=ended[State.CANCELLED],
        no_show=ended[State.NO_SHOW] + gone,
        open=ended["open"],
    )


def spread(seconds: Iterable[float | None]) -> Spread:
    """The middle and the long end of what is known."""
    known = sorted(each for each in seconds if each is not None)
    return Spread(
        count=len(known),
        p50=nearest_rank(known, 0.5),
        p90=nearest_rank(known, 0.9),
        under_120s=sum(each < SHORT_WAIT_SECONDS for each in known),
    )


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return max(0.0, (end - start).total_seconds()) if start and end else None


def was_ready(row: OrderRow) -> bool:
    """Whether an order was ready when its customer arrived; False while nobody has, or it was never handed over."""
    if row.arrived_at is None or row.ready_at is None or row.handed_over_at is None:
        return False
    return row.ready_at <= row.arrived_at


def _by_order(milestones: Iterable[Milestone]) -> dict[str, dict[str, datetime]]:
    reached: dict[str, dict[str, datetime]] = defaultdict(dict)
    for each in milestones:
        reached[each.order_id][each.state] = each.at
    return reached
