"""Ready before the customer can be here, or not offered."""

from __future__ import annotations

from sync.core.gates.facts import Candidate, Check, Customer, Declined, Moment

NO_ETA = Declined("no_eta")
NOT_READY_IN_TIME = Declined("not_ready_in_time")
REASONS: tuple[Declined, ...] = (NO_ETA, NOT_READY_IN_TIME)


def check(customer: Customer, at: Moment) -> Check | None:
    """Measured against the early end of the ETA: nobody waits for an extra."""
    minutes_left = at.minutes_left
    if minutes_left is None:
        return _no_eta

    def applies(offer: Candidate) -> Declined | None:
        return None if offer.preparation_minutes <= minutes_left else NOT_READY_IN_TIME

    return applies


def _no_eta(offer: Candidate) -> Declined | None:
    return NO_ETA
