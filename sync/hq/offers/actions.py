"""What is done with HQ's own offers."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sync.hq.base.facts import first_revision
from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.rows import Unit
from sync.hq.offers import store
from sync.records import RECORD_TYPES
from sync.records.offer import Offer


def publish(unit: Unit, offer: Offer, *, store_ids: Iterable[str], feed: Feed) -> Offer:
    """Make or change an offer of HQ's own and tell every store."""
    known = store.everything(unit).get(offer.offer_id)
    revision = known.revision + 1 if known else first_revision(unit)
    published = msgspec.structs.replace(offer, owner="hq", revision=revision)
    store.save(unit, published)
    for store_id in store_ids:
        tell(unit, published, store_id=store_id, feed=feed)
    return published


def tell(unit: Unit, offer: Offer, *, store_id: str, feed: Feed) -> None:
    """Put an offer into one store's feed."""
    row = FeedRow(
        store_id=store_id,
        record_type="offer",
        record_id=offer.offer_id,
        revision=offer.revision,
        body=RECORD_TYPES["offer"].text(offer).decode(),
    )
    feed.append(unit, [row])
