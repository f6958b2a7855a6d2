"""Offers as a manager makes them: a list, a form that works without script, an end now, and how shoppers see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.numbers import get_currency_precision
from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base import qr, store_record
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.http import Caller
from edge.locale import Words
from edge.offers import actions, store
from edge.offers.rules import HQ, Offer, Wish, form, qr_code
from edge.screens import gather, qr_view
from edge.screens.manage import csv_file, frame
from sync.core.measures import share

FORM_LIMIT = 64 * 1024
PRINT_MM = 30.0
HERE = "/manage/offers"
SHARES_OVER = timedelta(days=28)
# The preview is a page of its own in a frame of ours, without scripts and forms.
PREVIEW_POLICY = "default-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'self'; base-uri 'none'"

bp = http.blueprint("offers_form", "/manage")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An offer in the list; `tone` colours its state, `is_on` says whether it can be ended now."""

    offer_id: str
    title: str
    other_title: str
    price: str
    window: str
    count: str
    share: str
    state: str
    tone: str
    code: str
    is_ours: bool
    is_on: bool


@http.page(bp, "/offers", who=http.MANAGER, summary="All offers, and a form for a new one")
def listed(*, caller: Caller) -> Response:
    """The form is empty, but for a window that begins now."""
    return _page(caller, {}, {}, made=request.args.get("made", ""))


@http.page(bp, "/offers.csv", who=http.MANAGER, summary="All offers, as CSV")
def listed_csv(*, caller: Caller) -> Response:
    """With how often each was shown beside an order and added to it in four weeks, and Wilson's interval."""
    with http.edge().read() as reader:
        since = http.edge().clock.now() - SHARES_OVER
        shown, added = store.times_shown(reader, since), store.times_added(reader, since)
        rows = [_csv(each, shown, added) for each in store.load_all(reader)]
    head = (
        *(
            "title_en",
            "title_ja",
            "owner",
            "price_minor",
            "currency",
            "starts_at",
            "ends_at",
            "limit",
        ),
        *("taken", "shown_beside_orders", "added_to_orders", "share_low", "share_high"),
    )
    return csv_file.answer("offers", head, rows)


@http.page(
    bp,
    "/offers",
    who=http.MANAGER,
    method="POST",
    limit_bytes=FORM_LIMIT,
    summary="Make an offer from the form",
)
def make(*, caller: Caller) -> AnyResponse:
    """What was typed stays in the form when something has to be mended."""
    return _take(caller, "")


@http.page(bp, "/offers/<offer_id>", who=http.MANAGER, summary="The form of one offer")
def opened(offer_id: str, *, caller: Caller) -> Response:
    """Filled in with what it is now."""
    with http.edge().read() as reader:
        offer = store.load(reader, offer_id)
        zone, digits = _zone_and_digits(store_record.load(reader))
    return _page(caller, form.fill(offer.wish, zone=zone, digits=digits), {}, offer_id=offer_id)


@http.page(
    bp,
    "/offers/<offer_id>",
    who=http.MANAGER,
    method="POST",
    limit_bytes=FORM_LIMIT,
    summary="Change an offer from the form",
)
def change(offer_id: str, *, caller: Caller) -> AnyResponse:
    """What was redeemed stays redeemed."""
    return _take(caller, offer_id)


@http.page(
    bp, "/offers/<offer_id>/end", who=http.MANAGER, method="POST", summary="End an offer now"
)
def end(offer_id: str, *, caller: Caller) -> AnyResponse:
    """From this commit on nobody can take it; what was taken is honoured."""
    frame.sure()
    http.edge().write(lambda unit: actions.stop(unit, offer_id, by=caller.id))
    return frame.to(HERE, ended=offer_id)


@http.page(
    bp, "/offers/<offer_id>/preview", who=http.MANAGER, summary="An offer as shoppers see it"
)
def preview(offer_id: str, *, caller: Caller) -> Response:
    """The page behind its code, to be looked at only: the frame around it runs no script and sends no form."""
    edge = http.edge()
    with edge.read() as reader:
        code = store.code_for(reader, qr_code.OFFER, store.load(reader, offer_id).offer_id)
        found = code or qr_code.QrCode(code="", kind=qr_code.OFFER, ref=offer_id)
        shown = qr_view.view(reader, edge, caller.lang, found, held="")
        here, name = store_record.load(reader), gather.store_name(reader, caller.lang)
    html = http.render("qr", view=shown, store_name=name, phone=here.phone)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return response


@http.page(bp, "/codes/<code>.svg", who=http.MANAGER, summary="A code to print, as SVG")
def svg(code: str, *, caller: Caller) -> Response:
    """At its stated size; the browser prints it in millimetres."""
    return Response(qr.svg(_symbol(code), PRINT_MM), mimetype="image/svg+xml")


@http.page(bp, "/codes/<code>.png", who=http.MANAGER, summary="A code to print, as PNG")
def png(code: str, *, caller: Caller) -> Response:
    """With its size in the file."""
    return Response(qr.png(_symbol(code), PRINT_MM), mimetype="image/png")


def _symbol(code: str) -> qr.Symbol:
    with http.edge().read() as reader:
        host = store_record.load(reader).public_host
        found = store.resolve(reader, qr_code.read(code, host))
    return qr.draw(qr_code.url(host, found.code))


def _take(caller: Caller, offer_id: str) -> AnyResponse:
    edge, typed = http.edge(), request.form.to_dict()
    with edge.read() as reader:
        here = store_record.load(reader)
        if offer_id:
            store.load(reader, offer_id)
    zone, digits = _zone_and_digits(here)
    filled = form.read(typed, zone=zone, currency=here.currency, digits=digits)
    if filled.wish is None:
        return _page(caller, typed, filled.faults, offer_id=offer_id, status=422)
    wish = filled.wish
    made: Any = edge.write(
        lambda unit: _write(unit, offer_id, wish, by=caller.id), key=frame.key_of(caller, typed)
    )
    return frame.to(HERE, made=str(made))


def _write(unit: Unit, offer_id: str, wish: Wish, *, by: str) -> str:
    if offer_id:
        return actions.change(unit, offer_id, wish, by=by).offer_id
    return actions.make(unit, wish, by=by).offer_id


def _page(
    caller: Caller,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    offer_id: str = "",
    made: str = "",
    status: int = 200,
) -> Response:
    edge, ended = http.edge(), request.args.get("ended", "")
    with edge.read() as reader:
        here = store_record.load(reader)
        words, now = Words(caller.lang, here.time_zone), edge.clock.now()
        rows = _rows(reader, words, now)
    return frame.page(
        caller,
        "offers_form",
        here="offers",
        status=status,
        rows=rows,
        made=next((row for row in rows if row.offer_id == made), None),
        ended=next((row for row in rows if row.offer_id == ended), None),
        opened=next((row for row in rows if row.offer_id == offer_id), None),
        offer_id=offer_id,
        typed=dict(typed) or {"starts_at": form.local(now, here.zone), "once_per_customer": "on"},
        faults={field: words(fault) for field, fault in faults.items()},
        currency=here.currency,
        zone=here.time_zone,
    )


def _rows(rows: Rows, words: Words, now: datetime) -> list[Row]:
    codes = {each.ref: each.code for each in store.codes(rows, [qr_code.OFFER])}
    since = now - SHARES_OVER
    shown, added = store.times_shown(rows, since), store.times_added(rows, since)
    return [
        _row(
            each,
            codes,
            words,
            now,
            beside=(shown.get(each.offer_id, 0), added.get(each.offer_id, 0)),
        )
        for each in store.load_all(rows)
    ]


def _row(
    offer: Offer, codes: Mapping[str, str], _: Words, now: datetime, *, beside: tuple[int, int]
) -> Row:
    wish = offer.wish
    window = f"{_.near(wish.starts_at, now)} – {_.near(wish.ends_at, now)}"
    limit = _("%(used)s of %(limit)s", used=offer.used, limit=wish.limit)
    other = "en" if _.lang == "ja" else "ja"
    state, tone = _state(offer, _, now)
    shown, added = beside
    return Row(
        offer_id=offer.offer_id,
        title=offer.words(_.lang).title,
        other_title=offer.words(other).title,
        price=_.money(wish.price_minor, wish.currency),
        window=window,
        count=limit if wish.limit else str(offer.used),
        share=_("%(added)s of %(shown)s", added=min(added, shown), shown=shown) if shown else "",
        state=state,
        tone=tone,
        code=codes.get(offer.offer_id, ""),
        is_ours=offer.owner != HQ,
        is_on=offer.stands and now < wish.ends_at,
    )


def _state(offer: Offer, _: Words, now: datetime) -> tuple[str, str]:
    if not offer.wish.active:
        return _("Stopped"), ""
    if offer.ended_at or now >= offer.wish.ends_at:
        return _("Over"), ""
    if now < offer.wish.starts_at:
        return _("Not begun"), "coming"
    return (_("Sold out"), "out") if offer.left == 0 else (_("Running"), "ready")


def _csv(
    offer: Offer, shown: Mapping[str, int], added: Mapping[str, int]
) -> tuple[csv_file.Cell, ...]:
    wish, beside = offer.wish, shown.get(offer.offer_id, 0)
    part = share(added.get(offer.offer_id, 0), beside)
    return (
        offer.words("en").title,
        offer.words("ja").title,
        offer.owner,
        wish.price_minor,
        wish.currency,
        wish.starts_at,
        wish.ends_at,
        wish.limit,
        offer.used,
        beside,
        part.taken,
        round(part.low, 4) if beside else None,
        round(part.high, 4) if beside else None,
    )


def _zone_and_digits(here: store_record.StoreRecord) -> tuple[ZoneInfo, int]:
    return here.zone, get_currency_precision(here.currency)
