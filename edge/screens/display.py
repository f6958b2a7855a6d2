"""The display for the customers in the store: which numbers are being prepared and which are ready. No names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from flask import redirect
from werkzeug.wrappers import Response as Redirect

from edge import http
from edge.arrivals import store as journeys
from edge.arrivals.rules import Journey
from edge.base import store_record, times
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.log import LoggedEvent
from edge.http import Caller
from edge.locale import Words
from edge.orders import store as orders
from edge.orders.rules import Finish, Order, State
from edge.orders.rules.events import OrderEvent
from edge.screens import gather
from edge.screens.screen import Screen
from sync.core.event import event_kinds
from sync.core.languages import LANGUAGES

PREPARING, READY = "preparing", "ready"
_BEGUN = {State.PICKING, State.PICKED, State.STAGED}
# How long a number that has just become ready is pointed out.
NEW_SECONDS = 60
# A soft sound: people stand right below it. At night less is enough.
DAY_HOURS = range(8, 21)
DAY_VOLUME, NIGHT_VOLUME = 0.4, 0.2

bp = http.blueprint("display")


class NumberShown(msgspec.Struct, frozen=True, kw_only=True):
    """A short number: in which column, since when, and whether its customer is in the store."""

    column: str
    since: str
    is_here: bool


class DisplayView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole display at one moment; `as_of_seq` is the newest event in it."""

    as_of_seq: int
    now: str
    zone: str
    volume: float
    new_seconds: int
    numbers: dict[str, NumberShown]


@http.page(bp, "/display", who=http.PUBLIC, summary="The display for customers in the store")
def page(*, caller: Caller) -> str | Redirect:
    """The frame, in every language at once; its script asks for the numbers, which only a paired screen gets."""
    if not caller.may(http.SCREEN):
        return redirect("/pair?next=display")
    with http.edge().read() as reader:
        here = store_record.load(reader)
        name = gather.store_name(reader, caller.lang)
    others = [code for code in LANGUAGES if code != caller.lang]
    said = [(code, Words(code, here.time_zone)) for code in (caller.lang, *others)]
    return http.render("display", store_name=name, words=[(c, words_of(_)) for c, _ in said])


def words_of(_: Words) -> dict[str, str]:
    """What the display says in one language."""
    return {
        "preparing": _("Preparing"),
        "ready": _("Ready now"),
        "new": _("New"),
        "where": _("At the pickup desk"),
        "missing": _("Not here? Ask at the desk."),
        "stale": _("Please ask at the desk"),
        "why": _("This screen has no news just now. We know where your order is."),
        "nothing": _("Your number appears here when your order is ready."),
        "page": _("{n} of {all}"),
        "quiet": _("No sound yet: touch this screen once."),
        "age": _("Last news {age} ago"),
        "seconds": _("{n} s"),
    }


@http.route(
    bp,
    "GET",
    "/api/v1/display",
    who=http.SCREEN,
    answers=DisplayView,
    summary="Every number on the display",
)
def shown(*, caller: Caller) -> DisplayView:
    """All numbers, and the number of the newest event in them."""
    edge = http.edge()
    seq = edge.log.durable_seq
    with edge.read() as reader:
        return view(reader, edge, seq=seq)


def view(rows: Rows, edge: Edge, *, seq: int) -> DisplayView:
    """The whole display as it is now."""
    here, now = store_record.load(rows), edge.clock.now()
    known = orders.open_orders(rows)
    ways = journeys.load_many(rows, [order.order_id for order in known]) if known else {}
    found = {each.number: _shown(rows, each, ways[each.order_id]) for each in known}
    return DisplayView(
        as_of_seq=seq,
        now=times.text(now),
        zone=here.time_zone,
        volume=DAY_VOLUME if now.astimezone(here.zone).hour in DAY_HOURS else NIGHT_VOLUME,
        new_seconds=NEW_SECONDS,
        numbers={number: each for number, each in found.items() if each},
    )


def cards(rows: Rows, edge: Edge, lang: str, refs: Sequence[str]) -> dict[str, Any]:
    """The numbers of these orders as they are now, by number: a display has no use for an order's id."""
    found: dict[str, Any] = {}
    for ref in refs:
        if order := orders.find(rows, ref):
            # A number walks on to the next order once this one is over.
            holder = order if order.is_open else orders.by_number(rows, order.number)
            way = journeys.load(rows, holder.order_id) if holder else None
            found[order.number] = _shown(rows, holder, way) if holder and way else None
    return found


def _shown(rows: Rows, order: Order, way: Journey) -> NumberShown | None:
    """Ready, begun, or waited for by somebody who is here; what starts later is nobody's news yet."""
    is_here = way.has_arrived
    if order.state is State.READY:
        at = orders.reached_at(rows, order.order_id, State.READY) or order.placed_at
        return NumberShown(column=READY, since=times.text(at), is_here=is_here)
    if is_here or order.state in _BEGUN or order.finish is Finish.STARTED:
        return NumberShown(column=PREPARING, since=times.text(order.promise_at), is_here=is_here)
    return None


def _of_order(fact: LoggedEvent) -> Sequence[str]:
    return [fact.aggregate_id]


SCREEN = Screen(
    "display",
    refreshes={
        **{kind.kind: _of_order for kind in event_kinds(OrderEvent)},
        "customer_arrived": _of_order,
    },
    cards=cards,
    who=http.SCREEN,
)
