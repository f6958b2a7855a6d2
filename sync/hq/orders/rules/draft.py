"""What an adapter makes of a shop system's message: only the fields that we may keep."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Literal

import msgspec

from sync.core import base32
from sync.core.errors import Refusal

Shipping = Literal["pickup", "delivery", "mixed", "none"]
# Why a pickup is doubtful before anybody has asked which store is meant.
PickupDoubt = Literal[
    "", "methods_contradict", "several_locations", "local_delivery", "method_unknown"
]
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """One sku of the order."""

    sku: str
    name: str
    qty: int
    unit_price_minor: int
    substitute_allowed: bool = False


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who ordered. The store gets a first name and an initial; the rest stays in an erasable table."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    ref: str = ""


class Pickup(msgspec.Struct, frozen=True, kw_only=True):
    """What the message says of the way to the customer; `hint` is never kept.

    `location` is the shop's own id of the place, for the map of its locations; `doubt` names why no rule may decide.
    """

    shipping: Shipping = "none"
    texts: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    hint: str = ""
    location: str = ""
    doubt: PickupDoubt = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an order at its source."""

    source_id: str
    shown_number: str = ""
    modified_at: datetime = NEVER
    placed_at: datetime | None = None
    promise_at: datetime | None = None
    currency: str = ""
    lang: str = ""
    lines: tuple[DraftLine, ...] = ()
    buyer: Buyer = Buyer()
    pickup: Pickup = Pickup()
    cancelled: bool = False
    unclear: str = ""
    # What the shop calls the parts of the order that are picked up; needed to write back to it.
    refs: tuple[str, ...] = ()


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """The message does not hold all that counts: HQ fetches the rest and completes what is known so far."""

    known: Draft

    @property
    def source_id(self) -> str:
        """The order's id at its source."""
        return self.known.source_id


class Ignored(msgspec.Struct, frozen=True, kw_only=True):
    """Answered, and without effect."""

    reason: Literal[
        "ping", "other_resource", "other_topic", "not_pickup", "not_paid", "completed", "unknown"
    ]
    source_id: str = ""


PrivacyTopic = Literal["customer_data", "customer_erasure", "shop_erasure"]


class PrivacyAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A shop passes on what a customer asks, or says good-bye itself. Turned into pseudonyms at once."""

    topic: PrivacyTopic
    buyer: Buyer = Buyer()
    source_ids: tuple[str, ...] = ()
    # So that the message has a place among others, which are about an order each.
    source_id: str = "privacy"


class HookForged(Refusal):
    """Unsigned, or not signed with a secret of this source."""

    code = "hook_forged"
    status = 401
    sentence = "The signature of this message does not hold."


class WrongShop(Refusal):
    """Signed rightly, but by another shop of the same app."""

    code = "wrong_shop"
    status = 403
    sentence = "This message is of another shop than the one that was set up under this address."


class NotAnOrder(Refusal):
    """Signed rightly, but nothing that could be an order."""

    code = "not_an_order"
    status = 422
    sentence = "This message holds no order: {problem}"


def customer_name(buyer: Buyer) -> str:
    """First name and initial: what the desk calls out, and all that a store learns of a name."""
    initial = f"{buyer.last_name[:1]}." if buyer.last_name else ""
    return " ".join(part for part in (buyer.first_name[:70], initial) if part)[:80]


def customer_key(secret: bytes, source: str, draft: Draft) -> str:
    """A pseudonym that is the same for all orders of one customer of one source."""
    return customer_keys(secret, source, draft.buyer, source_id=draft.source_id)[0]


def customer_keys(secret: bytes, source: str, buyer: Buyer, *, source_id: str = "") -> list[str]:
    """Every pseudonym under which this person can be known, the one for a new order first."""
    whos = [buyer.ref, buyer.email.casefold(), f"order:{source_id}" if source_id else ""]
    return [_pseudonym(secret, source, who) for who in whos if who]


def _pseudonym(secret: bytes, source: str, who: str) -> str:
    return hmac.new(secret, f"customer\n{source}\n{who}".encode(), hashlib.sha256).hexdigest()[:32]


def pass_token(secret: bytes, order_id: str) -> str:
    """What the customer's phone holds; made from the order's id, so that a link can be sent again."""
    raw = hmac.new(secret, f"pass\n{order_id}".encode(), hashlib.sha256).digest()[:16]
    return base32.encode(raw)


def token_hash(token: str) -> str:
    """All that is kept of a pass token."""
    return hashlib.sha256(token.encode()).hexdigest()
