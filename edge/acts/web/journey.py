"""The pass on the way to the store: consent, on my way, ranges, here, stop, and the customer's receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from flask import request
from msgspec import Meta

from edge import http
from edge.acts.check_in import says_here
from edge.acts.report_range import Post, Reported, report_range
from edge.acts.withdraw import withdraw
from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory, ReportPace
from edge.arrivals.rules import Eta, How, Journey, RangeReport, expect
from edge.arrivals.rules.intake import MOST_IN_BATCH
from edge.arrivals.rules.reports import FARTHEST_M
from edge.base import store_record
from edge.base.unit import Unit
from edge.consents import actions as consents
from edge.consents import store as consents_store
from edge.consents.rules import served
from edge.consents.rules.receipt import Controller, receipt
from edge.http import Caller
from edge.orders import store as orders

bp = http.blueprint("journey_acts")

Seconds = Annotated[float, Meta(ge=0, le=1e11)]
Metres = Annotated[float, Meta(ge=0, le=FARTHEST_M)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body that takes no field it does not know."""


class ConsentBody(Strict, frozen=True):
    """The answer to a card, with the mark of the text that was shown."""

    answer: Literal["yes", "no"]
    served_id: Annotated[str, Meta(max_length=120)]


class OnMyWayBody(Strict, frozen=True):
    """How the customer travels, if they care to say."""

    mode: Literal["", "walk", "bike", "car", "transit"] = ""


class ReportBody(Strict, frozen=True):
    """One distance; without it only "far"."""

    seq: Annotated[int, Meta(ge=0, le=1_000_000)]
    t: Seconds
    distance_m: Metres | None = None
    accuracy_m: Metres | None = None


class RangesBody(Strict, frozen=True):
    """What the phone has measured since its last post; `sent_at` is its own clock now, so that ages are exact."""

    reports: Annotated[list[ReportBody], Meta(min_length=1, max_length=MOST_IN_BATCH)]
    sent_at: Seconds | None = None


class ArrivalBody(Strict, frozen=True):
    """The customer says "I am here", perhaps with the number of the bay."""

    bay: Annotated[str, Meta(max_length=10)] = ""


class Answered(msgspec.Struct, frozen=True):
    """What was answered, and whether it counts now."""

    answer: str
    is_allowed: bool


class JourneyShown(msgspec.Struct, frozen=True):
    """Where the customer stands; `asks_again` when "I am here" came too early to be believed."""

    phase: str
    bay: str = ""
    asks_again: bool = False
    doubts: list[str] = []


class RangesShown(msgspec.Struct, frozen=True):
    """What became of the reports, and when the customer is expected now."""

    taken: int
    ignored: list[str]
    phase: str
    low_at: datetime | None = None
    middle_at: datetime | None = None
    high_at: datetime | None = None
    is_likely_here: bool = False


@http.route(
    bp,
    "POST",
    "/p/<token>/consent",
    who=http.PASS,
    reads=ConsentBody,
    answers=Answered,
    summary="Answer a consent card on the pass",
)
def consent(token: str, *, body: ConsentBody, caller: Caller) -> Answered:
    """A yes counts for what was shown; a no is remembered and not asked again."""
    edge, gpc = http.edge(), _says_gpc()

    def work(unit: Unit) -> Answered:
        order = orders.load(unit, caller.order_id)
        whose = {"order_id": order.order_id, "customer_key": order.customer_key}
        shown = served.read(
            body.served_id, order_id=order.order_id, now=unit.now, pepper=edge.pepper
        )
        if gpc:
            consents.respect_gpc(unit, order.customer_key)
        if body.answer == "yes":
            consents.grant(unit, shown, **whose, minutes=shown.minutes)
        else:
            consents.refuse(unit, shown, **whose)
        allowed = consents.is_allowed(unit, shown.notice.purpose, **whose, now=unit.now)
        return Answered(body.answer, allowed)

    return edge.write(work, key=caller.key)


@http.route(
    bp,
    "POST",
    "/p/<token>/withdrawal",
    who=http.PASS,
    answers=Answered,
    summary="Stop sharing the distance",
)
def withdrawal(token: str, *, caller: Caller) -> Answered:
    """At once: the ranges are gone, and the next one is refused."""
    edge = http.edge()

    def work(unit: Unit) -> Answered:
        withdraw(unit, caller.order_id, edge.part(RangeMemory))
        return Answered("withdrawn", is_allowed=False)

    return edge.write(work, key=caller.key)


@http.route(
    bp,
    "POST",
    "/p/<token>/on-my-way",
    who=http.PASS,
    reads=OnMyWayBody,
    answers=JourneyShown,
    summary="The customer sets out",
)
def on_my_way(token: str, *, body: OnMyWayBody, caller: Caller) -> JourneyShown:
    """Works with and without consent: a tap says enough to be expected."""
    edge, gpc = http.edge(), _says_gpc()

    def work(unit: Unit) -> JourneyShown:
        order = orders.load(unit, caller.order_id)
        if gpc:
            consents.respect_gpc(unit, order.customer_key)
        memory = edge.part(RangeMemory)
        return _shown(arrivals.start(unit, order.order_id, memory, mode=body.mode, by="customer"))

    return edge.write(work, key=caller.key)


@http.route(
    bp,
    "POST",
    "/p/<token>/ranges",
    who=http.PASS,
    reads=RangesBody,
    answers=RangesShown,
    summary="Report distances to the store",
    limit_bytes=16 * 1024,
)
def ranges(token: str, *, body: RangesBody, caller: Caller) -> RangesShown:
    """Late and repeated reports are ignored by name; nothing is written while nothing changes."""
    edge = http.edge()
    edge.part(ReportPace).admit(caller.order_id, edge.clock.monotonic())
    reports = [RangeReport(one.seq, one.t, one.distance_m, one.accuracy_m) for one in body.reports]
    return _reported(report_range(edge, caller.order_id, Post(reports, body.sent_at)))


@http.route(
    bp,
    "POST",
    "/p/<token>/arrival",
    who=http.PASS,
    reads=ArrivalBody,
    answers=JourneyShown,
    summary="The customer says they are here",
)
def arrival(token: str, *, body: ArrivalBody, caller: Caller) -> JourneyShown:
    """A claim; what the store itself scans is evidence."""
    edge = http.edge()
    said = arrivals.Said(How.BAY if body.bay else How.TAP, body.bay)
    seen = edge.part(RangeMemory).as_seen(edge.clock.monotonic())

    def work(unit: Unit) -> JourneyShown:
        order = orders.load(unit, caller.order_id)
        return _shown(says_here(unit, order.order_id, said, seen))

    return edge.write(work, key=caller.key)


@http.route(
    bp, "GET", "/p/<token>/receipt", who=http.PASS, summary="The customer's copy of their consents"
)
def receipt_of(token: str, *, caller: Caller) -> dict[str, Any]:
    """In the shape of ISO/IEC TS 27560; what was never asked is not in it."""
    edge = http.edge()
    now = edge.clock.now()
    with edge.read() as reader:
        here = store_record.load(reader)
        kept = consents_store.kept_for_order(reader, caller.order_id, now=now)
    shop = Controller(here.store_id, here.name, here.phone)
    return receipt(kept, shop, withdraw_at="withdrawal", issued_at=now)


def _says_gpc() -> bool:
    """Asked here, in the request's own thread: units run in the writer's."""
    return request.headers.get("Sec-GPC") == "1"


def _shown(journey: Journey) -> JourneyShown:
    asks = journey.asks_again
    return JourneyShown(journey.phase.value, journey.bay, asks, list(journey.doubts))


def _reported(reported: Reported) -> RangesShown:
    eta = _eta(reported)
    return RangesShown(
        taken=reported.taken,
        ignored=list(reported.doubts),
        phase=reported.journey.phase.value,
        low_at=eta.low_at if eta else None,
        middle_at=eta.middle_at if eta else None,
        high_at=eta.high_at if eta else None,
        is_likely_here=eta.is_likely_here if eta else False,
    )


def _eta(reported: Reported) -> Eta | None:
    if reported.sighting is None:
        return None
    edge = http.edge()
    now, learned = edge.clock.now(), edge.part(RangeMemory).learned
    return expect(reported.journey, reported.sighting, now, now, learned=learned)
