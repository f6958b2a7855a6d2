"""Valid from its first moment until just before its last."""

from __future__ import annotations

from sync.core.gates.facts import Candidate, Check, Customer, Declined, Moment

NOT_YET_VALID = Declined("not_yet_valid")
NO_LONGER_VALID = Declined("no_longer_valid")
REASONS: tuple[Declined, ...] = (NOT_YET_VALID, NO_LONGER_VALID)


def check(customer: Customer, at: Moment) -> Check | None:
    """A withdrawn offer is over, whatever its dates say."""
    now = at.now

    def applies(offer: Candidate) -> Declined | None:
        if not offer.active or now >= offer.ends_at:
            return NO_LONGER_VALID
        return NOT_YET_VALID if now < offer.starts_at else None

    return applies
