"""What is asked of offers: making and changing them, and what is on offer today."""

from __future__ import annotations

from datetime import datetime

import msgspec

from edge import http
from edge.http import Caller
from edge.offers import actions, store
from edge.offers.rules import Offer, Texts, Wish, qr_code
from edge.offers.rules.extra import Extra, ExtraState
from edge.offers.rules.shown import RedemptionShown, show_redemption

bp = http.blueprint("offers", "/api/v1")


class OfferShown(msgspec.Struct, frozen=True, kw_only=True):
    """An offer as managers see it."""

    offer_id: str
    owner: str
    revision: int
    wish: Wish
    used: int
    left: int | None


class OffersShown(msgspec.Struct, frozen=True):
    """Several offers."""

    offers: list[OfferShown]


class OfferToday(msgspec.Struct, frozen=True, kw_only=True):
    """An offer as a screen in the store shows it; `code` is the printed code that leads to it."""

    offer_id: str
    kind: str
    sku: str
    texts: dict[str, Texts]
    price_minor: int
    was_minor: int | None
    currency: str
    ends_at: datetime
    left: int | None
    once_per_customer: bool
    preparation_minutes: int
    code: str


class OffersToday(msgspec.Struct, frozen=True):
    """What is on offer now, the one that ends first first."""

    offers: list[OfferToday]


class ExtraBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far an extra is."""

    state: ExtraState


class ExtrasShown(msgspec.Struct, frozen=True):
    """Several extras."""

    extras: list[Extra]


def show(offer: Offer) -> OfferShown:
    """An offer as managers see it."""
    return OfferShown(
        offer_id=offer.offer_id,
        owner=offer.owner,
        revision=offer.revision,
        wish=offer.wish,
        used=offer.used,
        left=offer.left,
    )


@http.route(
    bp, "GET", "/offers", who=http.MANAGER, answers=OffersShown, summary="All offers of this store"
)
def listed(*, caller: Caller) -> OffersShown:
    """The one that ends last first."""
    with http.edge().read() as reader:
        return OffersShown([show(offer) for offer in store.load_all(reader)])


@http.route(
    bp,
    "POST",
    "/offers",
    who=http.MANAGER,
    reads=Wish,
    answers=OfferShown,
    status=201,
    summary="Make an offer",
)
def make(*, body: Wish, caller: Caller) -> OfferShown:
    """It gets a code to print at once."""
    return http.edge().write(
        lambda unit: show(actions.make(unit, body, by=caller.id)), key=caller.key
    )


@http.route(
    bp,
    "PUT",
    "/offers/<offer_id>",
    who=http.MANAGER,
    reads=Wish,
    answers=OfferShown,
    summary="Give an offer other contents",
)
def change(offer_id: str, *, body: Wish, caller: Caller) -> OfferShown:
    """What was redeemed stays redeemed; `active: false` ends it."""
    return http.edge().write(
        lambda unit: show(actions.change(unit, offer_id, body, by=caller.id)), key=caller.key
    )


@http.route(
    bp,
    "GET",
    "/offers/today",
    who=http.SCREEN,
    answers=OffersToday,
    summary="What is on offer now",
)
def today(*, caller: Caller) -> OffersToday:
    """Only what can be had now: begun, not over, not sold out."""
    now = http.edge().clock.now()
    with http.edge().read() as reader:
        on_offer = store.on_offer(reader, now)
        codes = {each.ref: each.code for each in store.codes(reader, [qr_code.OFFER])}
    return OffersToday([_today(offer, codes.get(offer.offer_id, "")) for offer in on_offer])


def _today(offer: Offer, code: str) -> OfferToday:
    wish = offer.wish
    return OfferToday(
        offer_id=offer.offer_id,
        kind=wish.kind,
        sku=wish.sku,
        texts=wish.texts,
        price_minor=wish.price_minor,
        was_minor=wish.was_minor,
        currency=wish.currency,
        ends_at=wish.ends_at,
        left=offer.left,
        once_per_customer=wish.once_per_customer,
        preparation_minutes=wish.preparation_minutes,
        code=code,
    )


@http.route(
    bp,
    "GET",
    "/redemptions/<spoken_code>",
    who=http.STAFF,
    answers=RedemptionShown,
    summary="What a spoken redemption code stands for",
)
def redemption(spoken_code: str, *, caller: Caller) -> RedemptionShown:
    """Looked at before anything is given out."""
    with http.edge().read() as reader:
        return show_redemption(actions.spoken(reader, spoken_code))


@http.route(
    bp,
    "POST",
    "/redemptions/<spoken_code>/honour",
    who=http.STAFF,
    answers=RedemptionShown,
    summary="Give out what a spoken redemption code stands for",
)
def honour(spoken_code: str, *, caller: Caller) -> RedemptionShown:
    """Once; the second time it is refused."""
    return http.edge().write(
        lambda unit: show_redemption(actions.honour(unit, spoken_code, by=caller.id)),
        key=caller.key,
    )


@http.route(
    bp, "GET", "/extras", who=http.STAFF, answers=ExtrasShown, summary="Extras still to prepare"
)
def extras(*, caller: Caller) -> ExtrasShown:
    """What customers added to their orders, the oldest first."""
    with http.edge().read() as reader:
        return ExtrasShown(store.open_extras(reader))


@http.route(
    bp,
    "POST",
    "/extras/<redemption_id>",
    who=http.STAFF,
    reads=ExtraBody,
    answers=Extra,
    summary="Begin an extra, or say that it is prepared",
)
def move_extra(redemption_id: str, *, body: ExtraBody, caller: Caller) -> Extra:
    """Waiting, started, done."""
    return http.edge().write(
        lambda unit: actions.move_extra(unit, redemption_id, body.state, by=caller.id),
        key=caller.key,
    )
