"""Offers as a manager makes them: a list, a form that works without script, and each code to print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.numbers import get_currency_precision
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base import qr, store_record
from edge.base.unit import Unit
from edge.http import Caller
from edge.locale import Words
from edge.offers import actions, store
from edge.offers.rules import HQ, Offer, Wish, form, qr_code
from edge.screens import gather
from sync.core.answers import Key
from sync.core.base32 import ALPHABET

FORM_LIMIT = 64 * 1024
PRINT_MM = 30.0
_TOKEN = re.compile(f"^[{ALPHABET}]{{16,40}}$")

bp = http.blueprint("offers_form", "/manage")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An offer in the list."""

    offer_id: str
    title: str
    price: str
    window: str
    count: str
    state: str
    code: str
    is_ours: bool


@http.page(bp, "/offers", who=http.MANAGER, summary="All offers, and a form for a new one")
def listed(*, caller: Caller) -> Response:
    """The form is empty, but for a window that begins now."""
    return _page(caller, {}, {}, made=request.args.get("made", ""))


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
    zone, digits = _zone_and_digits(here)
    filled = form.read(typed, zone=zone, currency=here.currency, digits=digits)
    if filled.wish is None:
        return _page(caller, typed, filled.faults, offer_id=offer_id, status=422)
    wish = filled.wish
    made: Any = edge.write(
        lambda unit: _write(unit, offer_id, wish, by=caller.id), key=_key(caller, typed)
    )
    return redirect(f"/manage/offers?made={made}", code=303)


def _write(unit: Unit, offer_id: str, wish: Wish, *, by: str) -> str:
    if offer_id:
        return actions.change(unit, offer_id, wish, by=by).offer_id
    return actions.make(unit, wish, by=by).offer_id


def _key(caller: Caller, typed: Mapping[str, str]) -> Key | None:
    """The key that was drawn into the form: sent twice, it is one offer."""
    token = typed.get("key", "")
    if not _TOKEN.match(token):
        return None
    asked = request.path.encode() + msgspec.json.encode(typed, order="sorted")
    return Key(f"manage:{caller.id}", token, sha256(asked).hexdigest())


def _page(
    caller: Caller,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    offer_id: str = "",
    made: str = "",
    status: int = 200,
) -> Response:
    edge = http.edge()
    with edge.read() as reader:
        here = store_record.load(reader)
        words, now = Words(caller.lang, here.time_zone), edge.clock.now()
        codes = {each.ref: each.code for each in store.codes(reader, [qr_code.OFFER])}
        rows = [_row(each, codes, words, now) for each in store.load_all(reader)]
        name = gather.store_name(reader, caller.lang)
    html = http.render(
        "offers_form",
        store_name=name,
        rows=rows,
        made=next((row for row in rows if row.offer_id == made), None),
        offer_id=offer_id,
        typed=dict(typed) or {"starts_at": form.local(now, here.zone), "once_per_customer": "on"},
        faults={field: words(fault) for field, fault in faults.items()},
        currency=here.currency,
        zone=here.time_zone,
        key=edge.ids.token(12),
    )
    return Response(html, status=status, mimetype="text/html")


def _row(offer: Offer, codes: Mapping[str, str], _: Words, now: datetime) -> Row:
    wish = offer.wish
    window = f"{_.near(wish.starts_at, now)} – {_.near(wish.ends_at, now)}"
    limit = _("%(used)s of %(limit)s", used=offer.used, limit=wish.limit)
    return Row(
        offer_id=offer.offer_id,
        title=offer.words(_.lang).title,
        price=_.money(wish.price_minor, wish.currency),
        window=window,
        count=limit if wish.limit else str(offer.used),
        state=_state(offer, _, now),
        code=codes.get(offer.offer_id, ""),
        is_ours=offer.owner != HQ,
    )


def _state(offer: Offer, _: Words, now: datetime) -> str:
    if not offer.wish.active:
        return _("Stopped")
    if now >= offer.wish.ends_at:
        return _("Over")
    if now < offer.wish.starts_at:
        return _("Not begun")
    return _("Sold out") if offer.left == 0 else _("Running")


def _zone_and_digits(here: store_record.StoreRecord) -> tuple[ZoneInfo, int]:
    return here.zone, get_currency_precision(here.currency)
