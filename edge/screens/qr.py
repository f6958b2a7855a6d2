"""What a printed code opens on a phone: an offer, a product, a bay, the door, or the way on. No script needed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import msgspec
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.acts.check_in import CheckedIn, Desk, Shown, check_in
from edge.acts.redeem import redeem
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import How
from edge.base import store_record
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.http import Caller
from edge.offers import store as offers
from edge.offers.rules import Outcome, QrCode, Result, form_key, qr_code
from edge.offers.rules.redemption import QR, REFUSALS
from edge.offers.rules.refusals import FormUnknown, UnknownCode, WrongStore
from edge.orders import actions as orders
from edge.screens import gather, qr_view
from edge.screens.qr_shown import QrView
from sync.core.answers import Key
from sync.core.errors import Refusal

COOKIE_LONGEST = timedelta(days=2)
LONGEST_TYPED = 60
PLACES = (qr_code.BAY, qr_code.DOOR)

bp = http.blueprint("qr")


@http.page(bp, "/q/<code>", who=http.PUBLIC, summary="What a printed code stands for")
def page(code: str, *, caller: Caller) -> Response:
    """The page of a code, in either case of its letters."""
    return _page(code, caller.lang)


@http.page(bp, "/Q/<code>", who=http.PUBLIC, summary="The same, as it is printed")
def printed(code: str, *, caller: Caller) -> Response:
    """Printed links are upper case, so that their codes are smaller."""
    return _page(code, caller.lang)


@http.page(bp, "/q/<code>/redeem", who=http.PUBLIC, summary="Back to the page of a code")
def back(code: str, *, caller: Caller) -> AnyResponse:
    """A reload or another language after redeeming: the page itself knows what was taken."""
    query = f"?lang={caller.lang}" if request.args.get("lang") else ""
    return redirect(f"/q/{code}{query}", code=303)


@http.page(
    bp, "/q/<code>/redeem", who=http.PUBLIC, method="POST", summary="Redeem an offer by its code"
)
def take(code: str, *, caller: Caller) -> Response:
    """A form without script; sent twice it is one redemption."""
    edge = http.edge()
    try:
        found = _resolve(edge, code, {qr_code.OFFER})
        token = form_key.token_of(edge.pepper, found.code, request.form.get("key", ""))
    except (UnknownCode, WrongStore, FormUnknown) as refusal:
        return _refused(edge, code, caller.lang, refusal)
    held = _held_token(edge, found.code) or token
    outcome = _redeem(edge, found, token=token, held=held)
    if outcome.result in (Result.OK, Result.ALREADY_USED) and outcome.redemption:
        said = outcome.redemption.spoken_code
        return _remember(_page(code, caller.lang, said=said), edge, found, held)
    return _refused(edge, code, caller.lang, REFUSALS[outcome.result]())


@http.page(bp, "/q/<code>/here", who=http.PUBLIC, summary="Back to the page of a bay or a door")
def back_to_place(code: str, *, caller: Caller) -> AnyResponse:
    """A reload or another language after "I am here"."""
    query = f"?lang={caller.lang}" if request.args.get("lang") else ""
    return redirect(f"/q/{code}{query}", code=303)


@http.page(
    bp,
    "/q/<code>/here",
    who=http.PUBLIC,
    method="POST",
    summary="Say at a bay or a door that you are here, with the code of your pass",
)
def here(code: str, *, caller: Caller) -> Response:
    """A form without script: the eight characters say whose order it is, the printed code says where. A claim."""
    edge = http.edge()
    typed = request.form.get("pass", "")[:LONGEST_TYPED]
    try:
        found = _resolve(edge, code, PLACES)
        form_key.token_of(edge.pepper, found.code, request.form.get("key", ""))
        checked = edge.write(lambda unit: _at_place(unit, edge, found, typed))
    except Refusal as refusal:
        return _refused(edge, code, caller.lang, refusal)
    with edge.read() as reader:
        shown = qr_view.here_page(reader, edge, caller.lang, found, checked=checked)
    return _html(edge, shown, caller.lang)


def _at_place(unit: Unit, edge: Edge, found: QrCode, typed: str) -> CheckedIn:
    is_bay = found.kind == qr_code.BAY
    desk = Desk(
        how=How.BAY if is_bay else How.TAP,
        by="customer",
        shop=orders.shop_here(unit, edge),
        seen=edge.part(RangeMemory).as_seen(edge.clock.monotonic()),
    )
    return check_in(unit, Shown(code=typed, bay=found.ref if is_bay else ""), desk)


def _redeem(edge: Edge, found: QrCode, *, token: str, held: str) -> Outcome:
    shopper = form_key.shopper_key(edge.pepper, found.ref, held)
    key = Key(f"qr:{found.code}", token, found.ref)
    answer: Any = edge.write(
        lambda unit: redeem(
            unit,
            found.ref,
            shop=orders.shop_here(unit, edge),
            surface=QR,
            shopper_key=shopper,
        ),
        key=key,
    )
    return msgspec.convert(answer, Outcome, strict=False)


def _page(code: str, lang: str, *, said: str = "") -> Response:
    edge = http.edge()
    try:
        with edge.read() as reader:
            found = offers.resolve(reader, qr_code.read(code, _host(reader)))
            held = _held_token(edge, found.code)
            shown = qr_view.view(reader, edge, lang, found, held=held, said=said)
    except (UnknownCode, WrongStore) as refusal:
        return _refused(edge, code, lang, refusal)
    return _html(edge, shown, lang)


def _refused(edge: Edge, code: str, lang: str, refusal: Refusal) -> Response:
    """The page with the reason, and with what can still be done."""
    message = refusal.message(http.text(refusal.sentence))
    with edge.read() as reader:
        try:
            found = offers.resolve(reader, qr_code.read(code, _host(reader)))
            shown = qr_view.view(reader, edge, lang, found, held="")
        except (UnknownCode, WrongStore):
            shown = QrView(kind="unknown", title=message)
    shown.message = message
    return _html(edge, shown, lang, status=refusal.status)


def _html(edge: Edge, shown: QrView, lang: str, status: int = 200) -> Response:
    with edge.read() as reader:
        here = store_record.load(reader)
        shown.others = qr_view.ways_on(reader, edge, lang, shown)
        name = gather.store_name(reader, lang)
    html = http.render("qr", view=shown, store_name=name, phone=here.phone)
    return Response(html, status=status, mimetype="text/html")


def _resolve(edge: Edge, code: str, kinds: Collection[str]) -> QrCode:
    with edge.read() as reader:
        found = offers.resolve(reader, qr_code.read(code, _host(reader)))
    if found.kind not in kinds:
        raise UnknownCode
    return found


def _host(rows: Rows) -> str:
    return store_record.load(rows).public_host


# -- what this phone took before: a token of our own in a cookie of that one code --


def _held_token(edge: Edge, code: str) -> str:
    """The token that this phone redeemed with before; "" if it did not, or if it was changed."""
    try:
        return form_key.token_of(edge.pepper, code, request.cookies.get(_cookie(code), ""))
    except FormUnknown:
        return ""


def _remember(response: Response, edge: Edge, found: QrCode, token: str) -> Response:
    response.set_cookie(
        _cookie(found.code),
        form_key.make(edge.pepper, found.code, token),
        max_age=COOKIE_LONGEST,
        httponly=True,
        samesite="Lax",
        secure=edge.settings.cookies_secure,
    )
    return response


def _cookie(code: str) -> str:
    return f"store_edge_took_{code}"
