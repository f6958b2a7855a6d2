"""It goes with the order, and is not on it already."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.gates.facts import ANY_ORDER, Candidate, Customer, Declined, Moment

ON_THE_ORDER = Declined("on_the_order")
GOES_WITH_OTHERS = Declined("goes_with_others")
REASONS: tuple[Declined, ...] = (ON_THE_ORDER, GOES_WITH_OTHERS)


def declines(offers: Iterable[Candidate], customer: Customer, at: Moment) -> dict[str, Declined]:
    """An offer that names nothing it goes with is for shelf and kiosk, never for an order."""
    skus = at.order_skus
    fits_nothing = (skus | at.order_classes | {ANY_ORDER}).isdisjoint
    return {
        offer.offer_id: ON_THE_ORDER if offer.sku in skus else GOES_WITH_OTHERS
        for offer in offers
        if offer.sku in skus or fits_nothing(offer.goes_with)
    }
