"""Once per customer means once."""

from __future__ import annotations

from sync.core.gates.facts import Candidate, Check, Customer, Declined, Moment

ALREADY_USED = Declined("already_used")
REASONS: tuple[Declined, ...] = (ALREADY_USED,)


def check(customer: Customer, at: Moment) -> Check | None:
    """An offer without that rule may be used again."""
    redeemed = customer.redeemed

    def applies(offer: Candidate) -> Declined | None:
        return ALREADY_USED if offer.once_per_customer and offer.offer_id in redeemed else None

    return applies if redeemed else None
