"""Valid from its first moment until just before its last."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.gates.facts import Candidate, Customer, Declined, Moment

NOT_YET_VALID = Declined("not_yet_valid")
NO_LONGER_VALID = Declined("no_longer_valid")
REASONS: tuple[Declined, ...] = (NOT_YET_VALID, NO_LONGER_VALID)


def declines(offers: Iterable[Candidate], customer: Customer, at: Moment) -> dict[str, Declined]:
    """A withdrawn offer is over, whatever its dates say."""
    now = at.now
    return {
        offer.offer_id: NOT_YET_VALID if offer.active and now < offer.ends_at else NO_LONGER_VALID
        for offer in offers
        if not (offer.active and offer.starts_at <= now < offer.ends_at)
    }
