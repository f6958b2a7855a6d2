"""The pickup pass: one page for one order, readable without script, and the state that it follows."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import msgspec
from flask import Response, request

from edge import http
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import Phase, plan
from edge.base import qr, store_record, times
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.consents import actions as consents
from edge.consents import store as consents_store
from edge.consents.rules import Purpose, Served
from edge.consents.rules.receipt import State as Consent
from edge.http import Caller
from edge.locale import Words
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.orders.rules import Order, State
from edge.orders.rules.codes import qr_payload
from edge.screens import gather, pass_lines, pass_notices, pass_offers, pass_words
from edge.screens.known import Known
from edge.screens.pass_shown import (
    Ask,
    Code,
    ConsentShown,
    EtaShown,
    Other,
    PassState,
    PassView,
    Pin,
    Reason,
    Row,
    Sharing,
)

POLL_SECONDS = 3
ETA_STEP_SECONDS = 15

bp = http.blueprint("pickup_pass")


@http.page(bp, "/p/<token>", who=http.PASS, summary="The pickup pass")
def shown(token: str, *, caller: Caller) -> Response:
    """The page, in the customer's language; it may live in the phone's own cache until the handover."""
    with http.edge().read() as reader:
        here = store_record.load(reader)
        words = Words(caller.lang, here.time_zone)
        state, view = passport(reader, http.edge(), words, caller.order_id)
    name = here.name_ja if caller.lang == "ja" and here.name_ja else here.name
    html = http.render(
        "pass",
        view=view,
        state=state,
        store_name=name,
        phone=here.phone,
        at=words.clock(http.edge().clock.now()),
    )
    return Response(html, mimetype="text/html")


@http.route(
    bp, "GET", "/p/<token>/state", who=http.PASS, answers=PassState, summary="State of a pass"
)
def state(token: str, *, caller: Caller) -> Response:
    """What the page polls; 304 while nothing has changed."""
    with http.edge().read() as reader:
        words = Words(caller.lang, store_record.load(reader).time_zone)
        now, _view = passport(reader, http.edge(), words, caller.order_id)
    response = Response(msgspec.json.encode(now), mimetype="application/json")
    response.set_etag(_print_of(msgspec.structs.replace(now, as_of="")))
    response.make_conditional(request)
    return response


def passport(rows: Rows, edge: Edge, _: Words, order_id: str) -> tuple[PassState, PassView]:
    """State and page of one order's pass."""
    known = gather.one(rows, edge, _.lang, orders_store.load(rows, order_id))
    consent = _consent(rows, edge, known.order, _)
    view = _view(rows, edge, known, consent, words=_)
    return _state(rows, known, view, consent=consent, lang=_.lang), view


class _Answered(msgspec.Struct):
    answer: str
    expires_at: str = ""
    ends: str = ""
    served: Served | None = None


def _consent(rows: Rows, edge: Edge, order: Order, _: Words) -> _Answered:
    now = edge.clock.now()
    served = consents.next_card(
        rows,
        order_id=order.order_id,
        customer_key=order.customer_key,
        lang=_.lang,
        now=now,
        pepper=edge.pepper,
        gpc=request.headers.get("Sec-GPC") == "1",
        minutes=edge.settings.consent_minutes,
    )
    kept = consents_store.kept_for_order(rows, order.order_id, now=now)
    newest = next((each for each in kept if each.purpose == Purpose.ARRIVAL_TIMING), None)
    if newest is None:
        refused = consents_store.was_refused(rows, order.order_id, Purpose.ARRIVAL_TIMING)
        return _Answered("no" if refused else "", served=served)
    if newest.state is not Consent.GIVEN or newest.expires_at is None:
        return _Answered("withdrawn", served=served)
    ends = _.near(newest.expires_at, now)
    return _Answered("yes", times.text(newest.expires_at), ends, served)


def _view(rows: Rows, edge: Edge, known: Known, consent: _Answered, *, words: Words) -> PassView:
    _ = words
    order = known.order
    moments = pass_words.Moments(
        orders_store.reached_at(rows, order.order_id, State.READY),
        orders_store.reached_at(rows, order.order_id, State.HANDED_OVER),
    )
    title, lead = pass_words.heading(known, moments, _)
    is_sharing = consent.answer == "yes" and order.is_open
    stops = pass_words.stops(known, _)
    here = store_record.load(rows)
    was_shared = consent.answer in {"yes", "withdrawn"}
    return PassView(
        number=order.number,
        title=title,
        lead=lead,
        notices=pass_notices.shown(rows, known, _),
        stops=stops,
        progress=_("Progress: %(step)s", step=next(s.word for s in stops if s.state == "now")),
        code=_code(rows, edge, order) if order.is_open and not order.code_spent else None,
        bags=_bags(order, _),
        changes=pass_lines.changes(known, _),
        total=pass_lines.total(known, _),
        trip=pass_words.trip(known, _) if is_sharing else None,
        ask=_ask(consent.served, known, _) if order.is_open and not known.is_here else None,
        sharing=Sharing(ends=consent.ends) if is_sharing and not known.is_here else None,
        offers=pass_offers.shown(rows, edge, known, _),
        may_start=order.is_open and not known.is_here and _may_set_out(known),
        may_arrive=order.is_open and not known.is_here,
        may_move=order.is_open and known.is_here and bool(here.bays),
        bays=[bay.number for bay in here.bays],
        is_done=order.state is State.HANDED_OVER,
        is_over=not order.is_open,
        asks_here=not known.is_here and (known.eta.is_likely_here or known.journey.asks_again),
        smiled=orders_store.rating(rows, order.order_id),
        receipt=pass_words.receipt(known, moments, _)
        if order.state is State.HANDED_OVER and was_shared
        else [],
        receipt_end=_("Sharing ended by itself.") if was_shared else "",
        known=_known(edge, known, consent, _),
    )


def _other(sister: store_record.Sister, lang: str) -> Other:
    name = sister.name_ja if lang == "ja" and sister.name_ja else sister.name
    return Other(name=name, north=sister.north, east=sister.east)


def _is_followed_still(known: Known) -> bool:
    """On the way, and not for longer than the plan lasts."""
    started_at = known.journey.started_at
    longest = timedelta(seconds=plan.SHIPPED.ends_after_seconds)
    return started_at is not None and known.now - started_at < longest


def _may_set_out(known: Known) -> bool:
    """Not yet on the way, or turned back."""
    return known.journey.started_at is None or known.phase is Phase.TURNED_AWAY


def _state(
    rows: Rows, known: Known, view: PassView, *, consent: _Answered, lang: str
) -> PassState:
    order, eta = known.order, known.eta
    here = store_record.load(rows)
    is_reporting = view.sharing is not None and _is_followed_still(known)
    return PassState(
        number=order.number,
        state=order.state.value,
        phase=known.phase.value,
        promise_at=times.text(order.promise_at),
        as_of=times.text(known.now),
        eta=None
        if known.is_here or not order.is_open
        else EtaShown(
            low_at=gather.stepped(eta.low_at, ETA_STEP_SECONDS),
            high_at=gather.stepped(eta.high_at, ETA_STEP_SECONDS),
            source=eta.source.value,
        ),
        consent=ConsentShown(
            answer=consent.answer,
            served_id=view.ask.served_id if view.ask else "",
            expires_at=consent.expires_at,
        ),
        plan=msgspec.to_builtins(plan.SHIPPED) if is_reporting else None,
        store=Pin(north=here.north, east=here.east) if is_reporting else None,
        offers=view.offers,
        page=_print_of(view),
        poll_seconds=POLL_SECONDS,
        is_over=view.is_over,
        is_here=known.is_here and order.is_open,
        is_ready=order.state is State.READY,
        bay=known.journey.bay,
        doubts=list(known.journey.doubts),
        others=[_other(each, lang) for each in here.sisters] if is_reporting else [],
    )


def _code(rows: Rows, edge: Edge, order: Order) -> Code:
    shop = orders.shop_here(rows, edge)
    code = orders.code_of(order, shop)
    symbol = qr.draw(qr_payload(shop.store_code, code))
    return Code(text=f"{code[:4]} {code[4:]}", size=symbol.modules, drawing=qr.path(symbol))


def _bags(order: Order, _: Words) -> str:
    # What was looked for and not found is not in the bag.
    counts = (line.given_qty for line in order.lines)
    items = _.many("%(n)s item", "%(n)s items", sum(counts))
    bags = _.many("%(n)s bag", "%(n)s bags", order.bags)
    return _("%(bags)s, %(items)s", bags=bags, items=items) if order.bags else items


def _ask(served: Served | None, known: Known, _: Words) -> Ask | None:
    if served is None:
        return None
    notice = served.notice
    once = _("We ask once.")
    return Ask(
        served_id=served.served_id,
        title=notice.title,
        deal=[
            Reason(icon="gift", head=_("You get"), text=notice.you_get),
            Reason(icon="ruler", head=_("We get"), text=notice.is_sent),
            Reason(
                icon="later",
                head=_("How long"),
                text=notice.how_long.format(time=_lasting(served.minutes, _)),
            ),
        ],
        sample="2.4 km ± 30 m",
        sample_time=_.clock(known.order.promise_at),
        yes=notice.yes,
        no=notice.no,
        note=f"{once} {notice.footnote}",
        is_inline=notice.purpose is not Purpose.ARRIVAL_TIMING,
    )


def _lasting(minutes: int, _: Words) -> str:
    if minutes % 60:
        return _.many("%(n)s minute", "%(n)s minutes", minutes)
    return _.many("%(n)s hour", "%(n)s hours", minutes // 60)


def _known(edge: Edge, known: Known, consent: _Answered, _: Words) -> list[Row]:
    answers = {
        "": _("Not asked yet"),
        "no": _("You said no"),
        "yes": _("Until %(time)s at the latest", time=consent.ends),
        "withdrawn": _("Stopped"),
    }
    monotonic = edge.clock.monotonic()
    is_held = edge.part(RangeMemory).sent(known.order.order_id, monotonic=monotonic) > 0
    held = _("The last ten minutes, and sums of the trip")
    return [
        Row(word=_("Your order"), value=known.order.number),
        Row(word=_("Sharing your distance"), value=answers[consent.answer]),
        Row(word=_("Distances held now"), value=held if is_held else _("None")),
    ]


def _print_of(shown: object) -> str:
    return sha256(msgspec.json.encode(shown)).hexdigest()[:20]
