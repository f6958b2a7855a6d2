"""An offer: what is proposed, for how much, from when to when, how many, and what it goes with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from edge.offers.rules.events import OfferChanged, OfferEnded, OfferMade
from edge.offers.rules.refusals import OfferOfHq
from sync.core.gates.facts import Candidate
from sync.core.instants import of_our_time

STORE = "store"
HQ = "hq"
# Both must be there before anybody sees the offer: a page half in another language helps nobody.
LANGUAGES = ("en", "ja")

Title = Annotated[str, Meta(min_length=1, max_length=80)]
Body = Annotated[str, Meta(max_length=400)]
Reason = Annotated[str, Meta(max_length=200)]
Kind = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}$(?!\n)")]
Sku = Annotated[str, Meta(max_length=64)]
Money = Annotated[int, Meta(ge=0, le=100_000_000)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
Instant = Annotated[datetime, Meta(tz=True)]
Limit = Annotated[int, Meta(ge=1, le=1_000_000)]
Minutes = Annotated[int, Meta(ge=0, le=240)]
GoesWith = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=64)], ...], Meta(max_length=50)
]


class Texts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people read, in one language. `why` is why the shop offers it."""

    title: Title
    body: Body = ""
    why: Reason = ""


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An offer as somebody fills it in. No `limit` means as many as people want."""

    kind: Kind
    texts: dict[str, Texts]
    price_minor: Money
    currency: Currency
    starts_at: Instant
    ends_at: Instant
    was_minor: Money | None = None
    limit: Limit | None = None
    once_per_customer: bool = False
    preparation_minutes: Minutes = 0
    sku: Sku = ""
    goes_with: GoesWith = ()
    active: bool = True

    def __post_init__(self) -> None:
        """Refuse what no single field can show."""
        of_our_time(self.starts_at, self.ends_at)
        if missing := [lang for lang in LANGUAGES if lang not in self.texts]:
            raise ValueError(f"texts are missing in {', '.join(missing)}")
        for fault in contradictions(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            price_minor=self.price_minor,
            was_minor=self.was_minor,
        ).values():
            raise ValueError(fault)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of this store, or one that HQ sent down. `used` counts what was redeemed here.

    `ended_at` is when its end was seen to pass: it stays over then, also for a clock that is set back.
    """

    offer_id: str
    owner: str
    revision: int
    wish: Wish
    used: int = 0
    ended_at: datetime | None = None

    @property
    def left(self) -> int | None:
        """How many are left here; None without a limit, never below 0."""
        return None if self.wish.limit is None else max(0, self.wish.limit - self.used)

    def is_on(self, now: datetime) -> bool:
        """Whether anybody can have it now: begun, not over, not stopped, not sold out."""
        wish = self.wish
        return self.stands and wish.starts_at <= now < wish.ends_at and self.left != 0

    @property
    def stands(self) -> bool:
        """Neither stopped nor seen to end; whether it has begun is another question."""
        return self.wish.active and self.ended_at is None

    def words(self, lang: str) -> Texts:
        """The texts in a language, or in the first one there is."""
        return self.wish.texts.get(lang) or next(iter(self.wish.texts.values()))


def contradictions(
    *, starts_at: datetime, ends_at: datetime, price_minor: int, was_minor: int | None
) -> dict[str, str]:
    """What is wrong between fields, by the field to mend; the sentences are keys of the catalogues."""
    found: dict[str, str] = {}
    if ends_at <= starts_at:
        found["ends_at"] = "The end must come after the beginning"
    if was_minor is not None and was_minor <= price_minor:
        found["was_minor"] = "The earlier price must be above the price"
    return found


def make(wish: Wish, offer_id: str) -> tuple[Offer, OfferMade]:
    """A new offer of this store."""
    offer = Offer(offer_id=offer_id, owner=STORE, revision=1, wish=wish)
    return offer, OfferMade(**_facts(offer))


def change(offer: Offer, wish: Wish) -> tuple[Offer, OfferChanged]:
    """The same offer with other contents; OfferOfHq for one that HQ sent down."""
    if offer.owner != STORE:
        raise OfferOfHq
    changed = msgspec.structs.replace(offer, wish=wish, revision=offer.revision + 1, ended_at=None)
    return changed, OfferChanged(**_facts(changed))


def end(offer: Offer, now: datetime) -> tuple[Offer, OfferEnded] | None:
    """The offer over for good, if its end has come; None when it is not over, or was before."""
    if not offer.stands or now < offer.wish.ends_at:
        return None
    ended = msgspec.structs.replace(offer, ended_at=now)
    return ended, OfferEnded(offer_id=offer.offer_id, revision=offer.revision)


def from_hq(offer_id: str, revision: int, wish: Wish, held: Offer | None) -> Offer | None:
    """HQ's offer as it will stand here; None when we hold this revision or a newer one, or it is our own."""
    if held and (held.owner == STORE or held.revision >= revision):
        return None
    used = held.used if held else 0
    return Offer(offer_id=offer_id, owner=HQ, revision=revision, wish=wish, used=used)


def own_again(offer_id: str, revision: int, wish: Wish) -> Offer:
    """An offer of this store's own, as HQ remembers it."""
    return Offer(offer_id=offer_id, owner=STORE, revision=revision, wish=wish)


def read_record(record: Mapping[str, Any]) -> tuple[str, int, Wish]:
    """Id, revision and contents of an offer as HQ describes it; msgspec.ValidationError if it is none."""
    fields = dict(record)
    fields["kind"] = fields.pop("offer_kind", "")
    wish = {name: fields[name] for name in Wish.__struct_fields__ if name in fields}
    return str(fields["offer_id"]), int(fields["revision"]), msgspec.convert(wish, Wish)


def told(offer: Offer) -> OfferMade | OfferChanged:
    """The fact of an offer that HQ sent down."""
    return (OfferMade if offer.revision == 1 else OfferChanged)(**_facts(offer))


def candidate(offer: Offer) -> Candidate:
    """What the gates look at."""
    wish = offer.wish
    return Candidate(
        offer_id=offer.offer_id,
        kind=wish.kind,
        sku=wish.sku,
        active=offer.stands,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        left=offer.left,
        once_per_customer=wish.once_per_customer,
        preparation_minutes=wish.preparation_minutes,
        goes_with=frozenset(wish.goes_with),
    )


def _facts(offer: Offer) -> dict[str, Any]:
    facts = msgspec.structs.asdict(offer.wish)
    facts["offer_kind"] = facts.pop("kind")
    return {
        **facts,
        "offer_id": offer.offer_id,
        "owner": offer.owner,
        "revision": offer.revision,
    }
