"""Check-in at the kiosk, at the door, or at a staffed desk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge import http
from edge.acts.check_in import CheckedIn, Desk, NotThisPerson, Shown, check_in, stands_here
from edge.arrivals.memory import RangeMemory, TypedTries
from edge.arrivals.rules import How
from edge.base.unit import Unit
from edge.http import Caller, Forbidden
from edge.orders import actions as orders
from edge.orders.rules.handover_refusals import CodeUnknown
from edge.profiles import store as profiles

bp = http.blueprint("check_in_acts", "/api/v1")

Word = Annotated[str, Meta(max_length=100)]


class CheckInBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of: what the scanner read, the eight characters, or number and initial (staff only)."""

    scan: Word = ""
    code: Word = ""
    number: Word = ""
    initial: Word = ""
    at: Literal["kiosk", "door", "desk"] = "kiosk"


class CheckedInShown(msgspec.Struct, frozen=True):
    """Who is here, for the screen that asked."""

    order_id: str
    number: str
    customer: str
    state: str
    phase: str
    arrived_at: datetime | None
    doubts: list[str] = []


class SeenBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At which bay they are, if at one."""

    bay: Annotated[str, Meta(max_length=10)] = ""


@http.route(
    bp,
    "POST",
    "/check-in",
    who=http.SCREEN,
    reads=CheckInBody,
    answers=CheckedInShown,
    summary="A customer shows their pass: evidence that they are here",
)
def checked_in(*, body: CheckInBody, caller: Caller) -> CheckedInShown:
    """Works with the line down and the phone offline. Typed tries are limited, scans are not."""
    edge = http.edge()
    if body.number and not caller.may(http.STAFF):
        raise Forbidden
    shown = Shown(body.scan or body.code, body.number, body.initial)
    how = {"kiosk": How.KIOSK, "door": How.DOOR, "desk": How.STAFF}[body.at]
    seen = edge.part(RangeMemory).as_seen(edge.clock.monotonic())

    def work(unit: Unit) -> CheckedInShown:
        desk = Desk(how, caller.id, orders.shop_here(unit, edge), seen)
        return _shown(unit, check_in(unit, shown, desk))

    if body.scan:
        return edge.write(work, key=caller.key)
    tries, device = edge.part(TypedTries), caller.device_id or caller.id
    tries.refuse_if_too_many(device, edge.clock.monotonic())
    try:
        return edge.write(work, key=caller.key)
    except (CodeUnknown, NotThisPerson):
        tries.failed(device, edge.clock.monotonic())
        raise


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/arrival",
    who=http.STAFF,
    reads=SeenBody,
    answers=CheckedInShown,
    summary="Staff see that the customer of an order is here",
)
def seen_here(order_id: str, *, body: SeenBody, caller: Caller) -> CheckedInShown:
    """Evidence by the word of who is signed in: for whoever comes without a phone, or waits at a bay."""
    edge = http.edge()
    seen = edge.part(RangeMemory).as_seen(edge.clock.monotonic())

    def work(unit: Unit) -> CheckedInShown:
        desk = Desk(How.STAFF, caller.id, orders.shop_here(unit, edge), seen)
        return _shown(unit, stands_here(unit, order_id, desk, bay=body.bay))

    return edge.write(work, key=caller.key)


def _shown(unit: Unit, here: CheckedIn) -> CheckedInShown:
    known = profiles.load(unit, here.order.customer_key)
    return CheckedInShown(
        order_id=here.order.order_id,
        number=here.order.number,
        customer=known.display_name if known else "",
        state=here.order.state.value,
        phase=here.journey.phase.value,
        arrived_at=here.journey.arrived_at,
        doubts=list(here.journey.doubts),
    )
