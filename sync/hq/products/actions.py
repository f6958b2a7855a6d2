"""What is done with the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sync.hq.base.facts import first_revision
from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.rows import Unit
from sync.hq.products import store
from sync.records import RECORD_TYPES
from sync.records.product import Product


def take_catalogue(
    unit: Unit, read: Sequence[Product], *, store_ids: Iterable[str], feed: Feed
) -> int:
    """Take a catalogue in and tell every store what changed; says how many products did."""
    known = store.everything(unit)
    first = first_revision(unit)
    fresh = [_revised(product, known.get(product.sku), first) for product in read]
    changed = [product for product in fresh if product != known.get(product.sku)]
    store.save(unit, changed)
    for store_id in store_ids:
        tell(unit, changed, store_id=store_id, feed=feed)
    return len(changed)


def tell(unit: Unit, products: Iterable[Product], *, store_id: str, feed: Feed) -> None:
    """Put products into one store's feed."""
    text = RECORD_TYPES["product"].text
    feed.append(
        unit,
        [
            FeedRow(
                store_id=store_id,
                record_type="product",
                record_id=product.sku,
                revision=product.revision,
                body=text(product).decode(),
            )
            for product in products
        ],
    )


def _revised(product: Product, known: Product | None, first: int) -> Product:
    if known is None:
        return msgspec.structs.replace(product, revision=max(product.revision, first))
    same = msgspec.structs.replace(product, revision=known.revision)
    return same if same == known else msgspec.structs.replace(same, revision=known.revision + 1)
