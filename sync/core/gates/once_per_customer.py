"""Once per customer means once."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.gates.facts import Candidate, Customer, Declined, Moment

ALREADY_USED = Declined("already_used")
REASONS: tuple[Declined, ...] = (ALREADY_USED,)


def declines(offers: Iterable[Candidate], customer: Customer, at: Moment) -> dict[str, Declined]:
    """An offer without that rule may be used again."""
    redeemed = customer.redeemed
    if not redeemed:
        return {}
    return {
        offer.offer_id: ALREADY_USED
        for offer in offers
        if offer.once_per_customer and offer.offer_id in redeemed
    }
