"""What HQ tells a store of a person: only with their leave, and only while they have an order there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sync.core.hlc import Hlc
from sync.core.merge.fields import Written
from sync.records.profile import Profile

# The purpose whose standing grant lets past orders be used.
PURPOSE = "purchase_offers"
REGULAR_ORDERS = 5
MOST_WEIGHTS = 50
HQ = "hq"


def of_orders(orders: Sequence[Iterable[str]]) -> dict[str, Any]:
    """What past orders say: how often each sku is in one, and whether the person comes often."""
    counts = Counter(sku for skus in orders for sku in set(skus))
    weights = {sku: round(n / len(orders), 3) for sku, n in counts.most_common(MOST_WEIGHTS)}
    flags = ["regular"] if len(orders) >= REGULAR_ORDERS else []
    return {"item_weights": weights, "flags": flags}


def record(customer_key: str, values: dict[str, Any], *, stamp: Hlc, revision: int) -> Profile:
    """The record that travels; without values it takes back what was told."""
    fields = {
        name: Written(value=value, hlc=str(stamp), store_id=HQ, event_id="")
        for name, value in values.items()
    }
    return Profile(customer_key=customer_key, fields=fields, revision=revision)
