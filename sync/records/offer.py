"""offer (both ways): a store's own offers go up, HQ's offers come down; each has one owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from sync.core.merge import revision
from sync.records.record import Direction, Heard, RecordType, body_as


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """All of an offer; its texts are public and in several languages."""

    offer_id: str
    owner: str
    offer_kind: str
    texts: dict[str, Any]
    price_minor: int
    currency: str
    starts_at: datetime
    ends_at: datetime
    revision: int = 1
    sku: str = ""
    was_minor: int | None = None
    limit: int | None = None
    once_per_customer: bool = False
    preparation_minutes: int = 0
    goes_with: tuple[str, ...] = ()
    active: bool = True
    store_id: str = ""


def fold(current: Offer | None, heard: Heard) -> Offer | None:
    """The offer as its store last described it; HQ's own offers coming back are no news."""
    if heard.origin == "hq":
        return current
    told: Offer = body_as(Offer, heard, store_id=heard.store_id)
    return told if current is None else revision.merge(current, told)


OFFER = RecordType(
    name="offer",
    shape=Offer,
    direction=Direction.BOTH,
    merge=revision.merge,
    kinds=frozenset({"offer_made", "offer_changed"}),
    fold=fold,
    digest_fields=("revision", "owner", "price_minor", "limit", "active"),
)
