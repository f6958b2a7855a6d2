"""The view models of printed codes: offer, product, bay, door and kiosk, and the ways on from each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from edge.acts.check_in import CheckedIn
from edge.base import store_record
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.locale import Words
from edge.offers import store as offers
from edge.offers.rules import Offer, QrCode, form_key, qr_code
from edge.offers.rules.redemption import as_said
from edge.offers.rules.refusals import UnknownCode
from edge.orders.rules import State
from edge.products import store as products
from edge.products.rules import Product, ProductClass
from edge.screens import doubt_words, places
from edge.screens.qr_shown import Link, OfferView, PlaceView, ProductView, QrView

MOST_LINKS = 4
# A number to ring is not broken at the end of a line.
NO_BREAK = "\N{NON-BREAKING HYPHEN}"


def view(rows: Rows, edge: Edge, lang: str, found: QrCode, *, held: str, said: str = "") -> QrView:
    """What the page of a code shows now."""
    words = Words(lang, store_record.load(rows).time_zone)
    draw: dict[str, Callable[[], QrView]] = {
        qr_code.OFFER: lambda: _offer_page(rows, edge, words, found, held=held, said=said),
        qr_code.PRODUCT: lambda: _product_page(rows, edge, words, found),
        qr_code.BAY: lambda: _bay_page(edge, words, found),
        qr_code.DOOR: lambda: _door_page(edge, words, found),
        qr_code.KIOSK: lambda: _kiosk_page(words, found),
    }
    return draw[found.kind]()


def _offer_page(
    rows: Rows, edge: Edge, _: Words, found: QrCode, *, held: str, said: str
) -> QrView:
    offer, now = offers.load(rows, found.ref), edge.clock.now()
    wish, texts = offer.wish, offer.words(_.lang)
    shopper = form_key.shopper_key(edge.pepper, offer.offer_id, held) if held else ""
    earlier = offers.redemption_of(rows, offer.offer_id, shopper)
    code = said or (earlier.spoken_code if earlier else "")
    product = products.find(rows, wish.sku) if wish.sku else None
    shown = OfferView(
        body=texts.body,
        price=_.money(wish.price_minor, wish.currency),
        was=_.money(wish.was_minor, wish.currency) if wish.was_minor else "",
        until=_.near(wish.ends_at, now),
        until_note=_left_of(wish.ends_at - now, _) if now < wish.ends_at else "",
        left=offer.left,
        per_person=_("1 per person") if wish.once_per_customer else "",
        aisle=_aisle(product),
        fresh=_.many("Made for you in %(n)s minute", "Made for you in %(n)s minutes", minutes)
        if (minutes := wish.preparation_minutes)
        else "",
        why=texts.why,
        said=as_said(code) if code else "",
        state=_state(offer, now, _),
        form_key=form_key.make(edge.pepper, found.code, edge.ids.token(12)),
    )
    return QrView(kind=found.kind, code=found.code, title=texts.title, offer=shown)


def _state(offer: Offer, now: datetime, _: Words) -> str:
    """Why it cannot be had now, in words; "" when it can."""
    if not offer.stands or now >= offer.wish.ends_at:
        return _("This offer is over.")
    if now < offer.wish.starts_at:
        return _("This offer begins at %(time)s.", time=_.near(offer.wish.starts_at, now))
    return _("All of these are gone.") if offer.left == 0 else ""


def _left_of(span: timedelta, _: Words) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes >= 24 * 60:
        return _.many("%(n)s day left", "%(n)s days left", minutes // (24 * 60))
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return _("%(hours)s h %(minutes)s min left", hours=hours, minutes=rest)
    if hours:
        return _("%(hours)s h left", hours=hours)
    return _("%(minutes)s min left", minutes=minutes)


def _aisle(product: Product | None) -> str:
    """The number over the aisle; "" for what stands elsewhere or is made when it is wanted."""
    if product is None or product.product_class is ProductClass.MADE_TO_ORDER:
        return ""
    number = places.aisle(product.aisle_order)
    return str(number) if number and product.zone not in places.COLD else ""


def _product_page(rows: Rows, edge: Edge, _: Words, found: QrCode) -> QrView:
    product = products.find(rows, found.ref)
    if product is None:
        raise UnknownCode
    minutes = product.prep_minutes
    zones = {"chilled": _("Cold shelf"), "frozen": _("Freezer")}
    now = edge.clock.now()
    cheaper = [each for each in offers.not_over(rows, now) if each.wish.sku == product.sku]
    shown = ProductView(
        price=_.money(product.price_minor, product.currency),
        aisle=_aisle(product),
        zone=zones.get(product.zone, ""),
        fresh=_.many("Made for you in %(n)s minute", "Made for you in %(n)s minutes", minutes)
        if minutes
        else "",
        offers=[_link(rows, each, _) for each in cheaper[:MOST_LINKS]],
    )
    return QrView(kind=found.kind, code=found.code, title=product.name(_.lang), product=shown)


def _bay_page(edge: Edge, _: Words, found: QrCode) -> QrView:
    place = PlaceView(
        mark=found.ref,
        lead=_("Tell us, and we come to you here."),
        steps=[
            _("Tap “I am here” above, or on your pickup pass, the link we sent you."),
            _("Stay in the car: somebody brings your order."),
            _without_a_phone(edge, _),
        ],
        bay=found.ref,
        form_key=_seal(edge, found),
    )
    title = _("You are at bay %(bay)s", bay=found.ref)
    return QrView(kind=found.kind, code=found.code, title=title, place=place)


def _door_page(edge: Edge, _: Words, found: QrCode) -> QrView:
    place = PlaceView(
        lead=_("Show the code of your pickup pass at the kiosk or the desk."),
        steps=[
            _("Open your pickup pass, the link we sent you."),
            _("Tap “I am here”, or hold its code to the scanner."),
            _without_a_phone(edge, _),
        ],
        form_key=_seal(edge, found),
    )
    return QrView(
        kind=found.kind, code=found.code, title=_("You are at the main door"), place=place
    )


def here_page(rows: Rows, edge: Edge, lang: str, found: QrCode, *, checked: CheckedIn) -> QrView:
    """After "I am here": where we come to, and what the customer waits for."""
    _ = Words(lang, store_record.load(rows).time_zone)
    bay = checked.journey.bay
    if not checked.journey.has_arrived:
        return QrView(
            kind=found.kind,
            code=found.code,
            title=_("Are you here?"),
            place=PlaceView(lead=doubt_words.asked_again(checked.journey.doubts, _)),
        )
    is_ready = checked.order.state is State.READY
    place = PlaceView(
        mark=bay,
        number=checked.order.number,
        lead=_("Your order is ready. Somebody brings it.")
        if is_ready
        else _("Your order is not quite ready. It is first in line."),
        steps=[_("Show the code of your pass to whoever brings it."), _without_a_phone(edge, _)],
    )
    title = (
        _("You are at bay %(bay)s: we are coming", bay=bay) if bay else _("We know you are here")
    )
    return QrView(kind=found.kind, code=found.code, title=title, place=place)


def _without_a_phone(edge: Edge, _: Words) -> str:
    with edge.read() as reader:
        phone = store_record.load(reader).phone
    if phone:
        return _(
            "Without your pass: ring %(phone)s, or give your order number at the desk.",
            phone=phone.replace("-", NO_BREAK),
        )
    return _("Without your phone: give your order number at the desk.")


def _seal(edge: Edge, found: QrCode) -> str:
    return form_key.make(edge.pepper, found.code, edge.ids.token(12))


def _kiosk_page(_: Words, found: QrCode) -> QrView:
    place = PlaceView(lead=_("Check in here, look for a product, or see what is on offer today."))
    return QrView(kind=found.kind, code=found.code, title=_("You are at the kiosk"), place=place)


def ways_on(rows: Rows, edge: Edge, lang: str, shown: QrView) -> list[Link]:
    """Offers that this page does not speak of already."""
    there = {f"/q/{shown.code}"}
    if shown.product:
        there |= {each.url for each in shown.product.offers}
    return [each for each in links(rows, edge, lang) if each.url not in there][:MOST_LINKS]


def links(rows: Rows, edge: Edge, lang: str) -> list[Link]:
    """Offers that can be had now."""
    words, now = Words(lang, store_record.load(rows).time_zone), edge.clock.now()
    return [_link(rows, each, words) for each in offers.on_offer(rows, now)[: 2 * MOST_LINKS]]


def _link(rows: Rows, offer: Offer, _: Words) -> Link:
    code = offers.code_for(rows, qr_code.OFFER, offer.offer_id)
    return Link(
        url=f"/q/{code.code}" if code else "",
        title=offer.words(_.lang).title,
        price=_.money(offer.wish.price_minor, offer.wish.currency),
    )
