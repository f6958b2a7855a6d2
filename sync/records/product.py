"""product (down): the catalogue as HQ keeps it."""

from __future__ import annotations

import msgspec

from sync.core.merge import revision
from sync.records.record import Direction, RecordType


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """One sku: names by language, price, where it stands; class is "shelf" or "made_to_order"."""

    sku: str
    names: dict[str, str]
    price_minor: int
    currency: str
    gtin: str = ""
    zone: str = "ambient"
    aisle_order: int = 0
    preparation_minutes: int = 0
    product_class: str = "shelf"
    age_check: bool = False
    revision: int = 1


PRODUCT = RecordType(
    name="product",
    shape=Product,
    direction=Direction.DOWN,
    merge=revision.merge,
    digest_fields=("revision", "price_minor"),
)
