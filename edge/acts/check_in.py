"""Check in: the store itself sees the pass, so the arrival is evidence; or its holder says so. Needs no line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from edge.arrivals import actions as arrivals
from edge.arrivals.rules import How, Journey, Sighting
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.consents import store as consents
from edge.consents.rules import Purpose
from edge.orders import actions as orders
from edge.orders import store
from edge.orders.rules import Order, Shop, State, handover
from edge.orders.rules.handover_refusals import CodeUnknown, HoldEnded
from edge.orders.rules.numbers import normal_number
from edge.profiles import store as profiles
from sync.core.errors import Refusal


class NotThisPerson(Refusal):
    """The number and the initial do not belong together, or no open order has the number."""

    code = "not_this_person"
    status = 404
    sentence = "We cannot find an order with this number and this name. Please ask staff."


@dataclass(frozen=True)
class Shown:
    """What a customer shows: the pass's code, or the order's number with the name's initial; and the bay, if any."""

    code: str = ""
    number: str = ""
    initial: str = ""
    bay: str = ""


@dataclass(frozen=True)
class CheckedIn:
    """The order whose customer is here now."""

    order: Order
    journey: Journey


@dataclass(frozen=True)
class Desk:
    """Where somebody shows it: how that counts, who sees it, which store this is, and what is known of phones."""

    how: How
    by: str
    shop: Shop
    seen: Callable[[str], Sighting | None]


def check_in(unit: Unit, shown: Shown, desk: Desk) -> CheckedIn:
    """The customer of this pass is at the store; twice is once."""
    order = _order(unit, shown, desk.shop)
    return CheckedIn(order, _arrived(unit, order, desk, bay=shown.bay))


def stands_here(unit: Unit, order_id: str, desk: Desk, *, bay: str = "") -> CheckedIn:
    """Staff see the customer of an order that they know."""
    order = store.load(unit, order_id)
    return CheckedIn(order, _arrived(unit, order, desk, bay=bay))


def says_here(
    unit: Unit, order_id: str, said: arrivals.Said, seen: Callable[[str], Sighting | None]
) -> Journey:
    """The pass says that its holder is here. What is known of the phone is asked only if it may be used now."""
    is_allowed = consents.allows(unit, Purpose.ARRIVAL_TIMING, order_id=order_id, now=unit.now)
    return arrivals.arrive(unit, order_id, said, seen=seen(order_id) if is_allowed else None)


def _arrived(unit: Unit, order: Order, desk: Desk, *, bay: str) -> Journey:
    handover.still_open(order, store.reached_at(unit, order.order_id, State.HANDED_OVER))
    if unit.now >= order.hold_until:
        raise HoldEnded(number=order.number, hold_until=order.hold_until.isoformat())
    said = arrivals.Said(desk.how, bay, desk.by)
    return says_here(unit, order.order_id, said, desk.seen)


def _order(rows: Rows, shown: Shown, shop: Shop) -> Order:
    if shown.code:
        return orders.find_by_scan(rows, shown.code, shop)
    if not shown.number or not shown.initial:
        raise CodeUnknown
    order = store.by_number(rows, normal_number(shown.number))
    if order is None or not _is_called(rows, order, shown.initial):
        raise NotThisPerson
    return order


def _is_called(rows: Rows, order: Order, initial: str) -> bool:
    known = profiles.load(rows, order.customer_key)
    name = known.display_name if known else ""
    return bool(name) and name[0].casefold() == initial.strip()[:1].casefold()
