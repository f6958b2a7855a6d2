"""The staff's board: every order by what to do next, live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from flask import redirect, request
from msgspec import Meta
from werkzeug.wrappers import Response as Redirect

from edge import http
from edge.arrivals.rules import events as journey_events
from edge.base import store_record, times
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.log import LoggedEvent
from edge.http import Caller
from edge.locale import Words
from edge.orders import store as orders
from edge.orders.rules import Order
from edge.orders.rules.events import OrderEvent
from edge.plan.rules import Lane
from edge.screens import (
    board_scans,
    board_swaps,
    board_undo,
    extras,
    figures,
    gather,
    help_cards,
    next_for,
    order_card,
    order_detail,
    planning,
)
from edge.screens.board_words import board_words
from edge.screens.screen import Screen
from edge.screens.shown import BoardView, Card, LineShown, Next, OrderDetail
from sync.core.event import Event, event_kinds

WAITS = "@waits"
# A person's ear at night needs less.
DAY_HOURS = range(8, 21)
DAY_VOLUME, NIGHT_VOLUME = 0.7, 0.3
MOST_BINS = 9
LONGEST_QUESTION = 100
# What is expected changes while nothing happens: an eta ages.
REFRESH_AT_LEAST = timedelta(minutes=1)

bp = http.blueprint("board")


@http.page(bp, "/board", who=http.PUBLIC, summary="The staff's board")
def page(*, caller: Caller) -> str | Redirect:
    """The frame; its script asks for the cards, which only a paired screen gets."""
    if not caller.may(http.DEVICE):
        return redirect("/pair?next=board")
    with http.edge().read() as reader:
        name = gather.store_name(reader, caller.lang)
    return http.render("board", store_name=name, is_manager=caller.may(http.MANAGER))


@http.route(
    bp,
    "GET",
    "/api/v1/board",
    who=http.DEVICE,
    answers=BoardView,
    summary="Everything on the board",
)
def shown(*, caller: Caller) -> BoardView:
    """The whole board, and the number of the newest event in it."""
    edge = http.edge()
    seq = edge.log.durable_seq
    with edge.read() as reader:
        return view(reader, edge, caller.lang, seq=seq, by=_viewer(caller))


@http.route(
    bp,
    "GET",
    "/api/v1/board/orders/<order_id>",
    who=http.DEVICE,
    answers=OrderDetail,
    summary="One order, opened on the board",
)
def opened(order_id: str, *, caller: Caller) -> OrderDetail:
    """Its pick list as a walk, its plan, and every legal next step."""
    edge = http.edge()
    with edge.read() as reader:
        known = gather.one(reader, edge, caller.lang, orders.load(reader, order_id))
        known = replace(known, viewer=_viewer(caller))
        words = Words(caller.lang, store_record.load(reader).time_zone)
        return order_detail.detail(
            known, words, bins=orders.free_bins(reader, known.order.store_day, limit=MOST_BINS)
        )


@http.route(
    bp,
    "GET",
    "/api/v1/board/orders/<order_id>/lines/<line_no>/substitutes",
    who=http.DEVICE,
    answers=board_swaps.Options,
    summary="What could go in for a line",
)
def substitutes(order_id: str, line_no: str, *, caller: Caller) -> board_swaps.Options:
    """Near the line's own place in the store, or by the text `q`."""
    text = request.args.get("q", "")[:LONGEST_QUESTION]
    with http.edge().read() as reader:
        words = Words(caller.lang, store_record.load(reader).time_zone)
        return board_swaps.options(reader, order_id, line_no, words, text=text)


def _viewer(caller: Caller) -> str:
    """Whoever is signed in at the screen; a screen without a person sees no one's own things."""
    return caller.id if caller.may(http.STAFF) else ""


class LineNow(msgspec.Struct, frozen=True, kw_only=True):
    """The way to HQ, with the store's own time."""

    now: str
    line: LineShown | None


@http.route(
    bp,
    "GET",
    "/api/v1/board/line",
    who=http.DEVICE,
    answers=LineNow,
    summary="How the line to HQ is",
)
def line(*, caller: Caller) -> LineNow:
    """Asked every few seconds: silence is no event, so nobody would tell."""
    edge = http.edge()
    return LineNow(now=times.text(edge.clock.now()), line=gather.line(edge))


class NextNow(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever is signed in here does next."""

    next: Next | None


@http.route(
    bp,
    "GET",
    "/api/v1/board/next",
    who=http.DEVICE,
    answers=NextNow,
    summary="What to do next, for whoever is signed in here",
)
def upcoming(*, caller: Caller) -> NextNow:
    """Asked when something has changed: the plan is made once for everybody."""
    edge, by = http.edge(), _viewer(caller)
    with edge.read() as reader:
        words = Words(caller.lang, store_record.load(reader).time_zone)
        plan = planning.plan_now(reader, edge)
        return NextNow(next=next_for.shown(reader, edge, plan, words, by=by))


class ScanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the scanner read, and which order is open on the screen ("" for none)."""

    text: Annotated[str, Meta(min_length=1, max_length=300)]
    open: Annotated[str, Meta(max_length=40)] = ""


@http.route(
    bp,
    "POST",
    "/api/v1/board/scans",
    who=http.DEVICE,
    reads=ScanBody,
    answers=board_scans.Meaning,
    summary="What a scan on the board means",
)
def scanned(*, body: ScanBody, caller: Caller) -> board_scans.Meaning:
    """Changes nothing by itself: the answer says which order to open and which step to take."""
    edge = http.edge()
    with edge.read() as reader:
        words = Words(caller.lang, store_record.load(reader).time_zone)
        scan = board_scans.Scan(body.text.strip(), body.open, by=_viewer(caller))
        return board_scans.meaning(reader, edge, words, scan)


def view(rows: Rows, edge: Edge, lang: str, *, seq: int, by: str = "") -> BoardView:
    """The whole board as it is now, with what is `by`'s own."""
    here = store_record.load(rows)
    words = Words(lang, here.time_zone)
    now = edge.clock.now()
    known = gather.open_orders(rows, edge, lang)
    found = [order_card.card(each, words) for each in known] + _others(rows, words)
    # With each start that comes, what is next may be another thing.
    changes = [each.start_by for each in known if each.lane in (Lane.LATER, Lane.COMING)]
    changes += planning.plan_now(rows, edge).starts.values()
    changes += [each.order.picking_until for each in known if each.order.picking_until]
    upcoming = min((at for at in changes if at > now), default=now + REFRESH_AT_LEAST)
    return BoardView(
        as_of_seq=seq,
        now=times.text(now),
        zone=here.time_zone,
        lang=lang,
        volume=DAY_VOLUME if now.astimezone(here.zone).hour in DAY_HOURS else NIGHT_VOLUME,
        refresh_at=times.text(min(upcoming, now + REFRESH_AT_LEAST)),
        shift=gather.on_shift(rows, edge),
        me=gather.people(rows).get(by, "") if by else "",
        undo=board_undo.shown(rows, edge, words, by=by),
        next=next_for.shown(rows, edge, planning.plan_now(rows, edge), words, by=by),
        words=board_words(words),
        cards={card.ref: card for card in found},
        readings={"waits": waits(rows, edge), "line": gather.line(edge)},
    )


def cards(rows: Rows, edge: Edge, lang: str, refs: Sequence[str]) -> dict[str, Any]:
    """These cards as they are now; None for those that left the board."""
    words = Words(lang, store_record.load(rows).time_zone)
    found: dict[str, Any] = dict.fromkeys(refs)
    wanted = [order for ref in refs if (order := _open(rows, ref))]
    for known in gather.several(rows, edge, lang, wanted):
        found[known.order.order_id] = order_card.card(known, words)
    tasks = {card.ref: card for card in _others(rows, words)}
    found.update({ref: tasks[ref] for ref in refs if ref in tasks})
    if WAITS in found:
        found[WAITS] = waits(rows, edge)
    return found


def _others(rows: Rows, words: Words) -> list[Card]:
    """Cards that are no orders: calls for help, and tasks from offers."""
    return help_cards.cards(rows, words) + extras.cards(rows, words)


def _open(rows: Rows, ref: str) -> Order | None:
    order = orders.find(rows, ref)
    return order if order and order.is_open else None


class EtaReading(msgspec.Struct, frozen=True, kw_only=True):
    """The card of an order whose customer was heard of, as of `seq`."""

    seq: int
    now: str
    card: Card | None


def eta(edge: Edge, lang: str, ref: str) -> EtaReading:
    """The whole card: a report can also move an order to another lane."""
    seq = edge.log.durable_seq
    with edge.read() as reader:
        return EtaReading(
            seq=seq, now=times.text(edge.clock.now()), card=cards(reader, edge, lang, [ref])[ref]
        )


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """Today's waits in the header."""

    handed_over: int
    p50: float | None
    p90: float | None
    under_120s: int


def waits(rows: Rows, edge: Edge) -> Waits:
    """How long today's customers waited, so far."""
    spread = figures.waits_today(rows, edge.clock.now())
    return Waits(
        handed_over=spread.count, p50=spread.p50, p90=spread.p90, under_120s=spread.under_120s
    )


def _of_order(fact: LoggedEvent) -> Sequence[str]:
    return [fact.aggregate_id]


def _ended(fact: LoggedEvent) -> Sequence[str]:
    return [fact.aggregate_id, WAITS]


def _refreshes() -> Mapping[str, Callable[[LoggedEvent], Sequence[str]]]:
    ways: list[type[Event]] = [
        journey_events.JourneyStarted,
        journey_events.CustomerNear,
        journey_events.CustomerNotNear,
        journey_events.CustomerArrived,
        journey_events.JourneyEnded,
    ]
    found = {kind.kind: _of_order for kind in [*event_kinds(OrderEvent), *ways]}
    return {
        **found,
        "order_handed_over": _ended,
        "order_step_undone": _ended,
        **extras.REFRESHES,
        **help_cards.REFRESHES,
    }


SCREEN = Screen("board", refreshes=_refreshes(), cards=cards, readings={"eta": eta})
