"""Facts about offers. They name customers by pseudonym only; an offer's own texts are public."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sync.core.event import Event


class OfferFacts(Event, frozen=True, kw_only=True):
    """All of an offer, so that whoever reads the event can fold it without asking back."""

    aggregate: ClassVar[str] = "offer_id"

    offer_id: str
    owner: str
    revision: int
    offer_kind: str
    sku: str
    texts: dict[str, Any]
    price_minor: int
    was_minor: int | None
    currency: str
    starts_at: datetime
    ends_at: datetime
    limit: int | None
    once_per_customer: bool
    preparation_minutes: int
    goes_with: tuple[str, ...]
    active: bool


class OfferMade(OfferFacts, frozen=True, kw_only=True):
    """Somebody in this store made an offer."""


class OfferChanged(OfferFacts, frozen=True, kw_only=True):
    """An offer has other contents now."""


class OfferEnded(Event, frozen=True, kw_only=True):
    """An offer's end came; it stays over, whatever the clock is set to, until somebody changes the offer."""

    aggregate: ClassVar[str] = "offer_id"

    offer_id: str
    revision: int


class OfferShown(Event, frozen=True, kw_only=True):
    """An offer was put beside an order, for a reason that the customer can read."""

    aggregate: ClassVar[str] = "offer_id"

    offer_id: str
    order_id: str
    why: str


class OfferRedeemed(Event, frozen=True, kw_only=True):
    """One of an offer was taken; it is paid at the desk. `order_id` is empty when no order was named."""

    aggregate: ClassVar[str] = "redemption_id"

    redemption_id: str
    offer_id: str
    order_id: str
    surface: str
    price_minor: int
    currency: str


class OfferHonoured(Event, frozen=True, kw_only=True):
    """The desk gave out what a spoken redemption code stands for."""

    aggregate: ClassVar[str] = "redemption_id"

    redemption_id: str
    offer_id: str


class OfferReleased(Event, frozen=True, kw_only=True):
    """An order ended without a handover: what was added to it and not made yet goes back to what is left."""

    aggregate: ClassVar[str] = "redemption_id"

    redemption_id: str
    offer_id: str
    order_id: str


class OfferAccepted(Event, frozen=True, kw_only=True):
    """The customer added an offer to the order at hand: one more task on the board."""

    aggregate: ClassVar[str] = "offer_id"

    offer_id: str
    order_id: str
    redemption_id: str


class ExtraStarted(Event, frozen=True, kw_only=True):
    """Somebody began to prepare an extra."""

    aggregate: ClassVar[str] = "redemption_id"

    redemption_id: str
    order_id: str


class ExtraDone(Event, frozen=True, kw_only=True):
    """An extra is prepared."""

    aggregate: ClassVar[str] = "redemption_id"

    redemption_id: str
    order_id: str


class ExtraDropped(Event, frozen=True, kw_only=True):
    """The order ended before its extra was prepared."""

    aggregate: ClassVar[str] = "redemption_id"

    redemption_id: str
    order_id: str


class OfferDeclined(Event, frozen=True, kw_only=True):
    """The customer said "not now"; it is not shown beside this order again."""

    aggregate: ClassVar[str] = "offer_id"

    offer_id: str
    order_id: str


class OfferKindStopped(Event, frozen=True, kw_only=True):
    """The customer wants no more offers of this kind."""

    aggregate: ClassVar[str] = "customer_key"

    customer_key: str
    offer_kind: str
