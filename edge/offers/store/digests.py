"""What the nightly compares of offers and redemptions."""

from __future__ import annotations

from collections.abc import Iterator

from edge.base.database import Rows
from edge.offers.store.offers import load_all

MOST = 1 << 40


def offer_digest_rows(rows: Rows) -> Iterator[tuple[str, dict[str, object]]]:
    """Every offer, with what edge and HQ must agree on."""
    for offer in load_all(rows, limit=MOST):
        yield (
            offer.offer_id,
            {
                "revision": offer.revision,
                "owner": offer.owner,
                "price_minor": offer.wish.price_minor,
                "limit": offer.wish.limit,
                "active": offer.wish.active,
            },
        )


def redemption_digest_rows(rows: Rows) -> Iterator[tuple[str, dict[str, object]]]:
    """Every redemption, with what edge and HQ must agree on."""
    found = rows.rows(
        "SELECT redemption_id, offer_id, order_id, price_minor FROM redemptions ORDER BY redemption_id"
    )
    for row in found:
        yield (
            row["redemption_id"],
            {
                "offer_id": row["offer_id"],
                "order_id": row["order_id"],
                "price_minor": row["price_minor"],
            },
        )
