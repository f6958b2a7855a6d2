"""It goes with the order, and is not on it already."""

from __future__ import annotations

from sync.core.gates.facts import ANY_ORDER, Candidate, Check, Customer, Declined, Moment

ON_THE_ORDER = Declined("on_the_order")
GOES_WITH_OTHERS = Declined("goes_with_others")
REASONS: tuple[Declined, ...] = (ON_THE_ORDER, GOES_WITH_OTHERS)


def check(customer: Customer, at: Moment) -> Check | None:
    """An offer that names nothing it goes with is for shelf and kiosk, never for an order."""
    skus = at.order_skus
    wanted = skus | at.order_classes | {ANY_ORDER}

    def applies(offer: Candidate) -> Declined | None:
        if offer.sku in skus:
            return ON_THE_ORDER
        return GOES_WITH_OTHERS if wanted.isdisjoint(offer.goes_with) else None

    return applies
