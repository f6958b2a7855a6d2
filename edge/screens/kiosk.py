"""The kiosk: I am here, offers today, find a product, help. It works with the line to HQ cut."""

from __future__ import annotations

from datetime import datetime

import msgspec
from flask import Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from edge import http
from edge.base import store_record, times
from edge.http import Caller
from edge.locale import Words
from edge.offers import store as offers
from edge.offers.rules import Offer
from edge.products import store as products
from edge.products.rules import Product, ProductClass
from edge.screens import gather, places

LONGEST_QUESTION = 100
MOST_FOUND = 30
LATIN = ("1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
KANA = (
    "あいうえおかきくけこ",
    "さしすせそたちつてと",
    "なにぬねのはひふへほ",
    "まみむめもやゆよらり",
    "るれろわをんーっゃゅ",
)
_TO_KATAKANA = {ord(c): ord(c) + 0x60 for c in map(chr, range(0x3041, 0x3097))}

bp = http.blueprint("kiosk")


@http.page(bp, "/kiosk", who=http.PUBLIC, summary="The self-service kiosk")
def page(*, caller: Caller) -> Response | Redirect:
    """Everything in one page, so that a tap never waits for a page to load."""
    if not caller.may(http.SCREEN):
        return redirect("/pair?next=kiosk")
    edge = http.edge()
    now = edge.clock.now()
    with edge.read() as reader:
        here = store_record.load(reader)
        name = gather.store_name(reader, caller.lang)
        on_offer = offers.on_offer(reader, now)
    _ = Words(caller.lang, here.time_zone)
    keys, other = _keyboard(caller.lang)
    html = http.render(
        "kiosk",
        store_name=name,
        now=times.text(now),
        time=_.clock(now),
        zone=here.time_zone,
        offers=len(on_offer),
        keyboard=keys,
        other_keys=other,
        words=kiosk_words(_),
    )
    return Response(html, mimetype="text/html")


class KioskOffer(msgspec.Struct, kw_only=True):
    """An offer as the kiosk shows it: words only."""

    offer_id: str
    title: str
    body: str
    facts: list[str]
    price: str
    instead_of: str


class KioskProduct(msgspec.Struct, kw_only=True):
    """A product that was found: its name, where it is, what it costs."""

    name: str
    place: str
    price: str


class KioskList(msgspec.Struct, kw_only=True):
    """What a list of the kiosk holds."""

    offers: list[KioskOffer] = []
    products: list[KioskProduct] = []


@http.route(
    bp,
    "GET",
    "/api/v1/kiosk/offers",
    who=http.SCREEN,
    answers=KioskList,
    summary="Offers at the kiosk",
)
def todays(*, caller: Caller) -> KioskList:
    """What can be had now, the one that ends first first."""
    now = http.edge().clock.now()
    with http.edge().read() as reader:
        _ = Words(caller.lang, store_record.load(reader).time_zone)
        on_offer = offers.on_offer(reader, now)
    return KioskList(offers=[_offer(each, now, _) for each in on_offer])


@http.route(
    bp,
    "GET",
    "/api/v1/kiosk/products",
    who=http.SCREEN,
    answers=KioskList,
    summary="Find a product",
)
def found(*, caller: Caller) -> KioskList:
    """Products with every word of `q` in a name or bar code, in walking order; kana of either kind."""
    asked = request.args.get("q", "")[:LONGEST_QUESTION]
    with http.edge().read() as reader:
        _ = Words(caller.lang, store_record.load(reader).time_zone)
        wanted = {
            each.sku: each
            for text in dict.fromkeys((asked, asked.translate(_TO_KATAKANA)))
            for each in products.search(reader, text, limit=MOST_FOUND)
        }
    return KioskList(products=[_product(each, _) for each in wanted.values()])


def _offer(offer: Offer, now: datetime, _: Words) -> KioskOffer:
    wish, texts = offer.wish, offer.words(_.lang)
    facts = [_("until %(time)s", time=_.near(wish.ends_at, now))]
    if offer.left is not None:
        facts.append(_.many("%(n)s left", "%(n)s left", offer.left))
    if wish.preparation_minutes:
        facts.append(_("fresh in %(n)s min", n=wish.preparation_minutes))
    return KioskOffer(
        offer_id=offer.offer_id,
        title=texts.title,
        body=texts.body,
        facts=facts,
        price=_.money(wish.price_minor, wish.currency),
        instead_of=_.money(wish.was_minor, wish.currency) if wish.was_minor else "",
    )


def _product(product: Product, _: Words) -> KioskProduct:
    made = product.product_class is ProductClass.MADE_TO_ORDER
    return KioskProduct(
        name=product.name(_.lang),
        place=_("Made for you in %(n)s min", n=product.prep_minutes)
        if made
        else places.place(product.zone, product.aisle_order, _),
        price=_.money(product.price_minor, product.currency),
    )


def _keyboard(lang: str) -> tuple[tuple[str, ...], str]:
    if lang != "ja":
        return LATIN, ""
    if request.args.get("keys") == "latin":
        return LATIN, "kana"
    return KANA, "latin"


def kiosk_words(_: Words) -> dict[str, str]:
    """What the kiosk's script says by itself; {holes} are filled there."""
    return {
        "welcome": _("Welcome, {name}"),
        "welcome_nobody": _("Welcome"),
        "ready": _("Your order is ready. We bring it to you now: watch for your number."),
        "not_ready": _("We know that you are here. Your order is first in line now."),
        "redeemed": _("It is yours"),
        "say_this": _("Say this code, or show it, at the desk. You pay there."),
        "sorry": _("That did not work"),
        "lost": _("The store's computer does not answer. Please ask at the desk."),
        "coming": _("We are coming"),
        "stay": _("Somebody comes to you. Please stay near this screen."),
        "at_desk": _("Please go to the desk and say your order number and your initial."),
    }
