"""Ready before the customer can be here, or not offered."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.gates.facts import Candidate, Customer, Declined, Moment

NO_ETA = Declined("no_eta")
NOT_READY_IN_TIME = Declined("not_ready_in_time")
REASONS: tuple[Declined, ...] = (NO_ETA, NOT_READY_IN_TIME)


def declines(offers: Iterable[Candidate], customer: Customer, at: Moment) -> dict[str, Declined]:
    """Measured against the early end of the ETA: nobody waits for an extra."""
    minutes_left = at.minutes_left
    if minutes_left is None:
        return {offer.offer_id: NO_ETA for offer in offers}
    return {
        offer.offer_id: NOT_READY_IN_TIME
        for offer in offers
        if offer.preparation_minutes > minutes_left
    }
