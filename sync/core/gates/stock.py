"""Only while this store has some left."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.gates.facts import Candidate, Customer, Declined, Moment

SOLD_OUT = Declined("sold_out")
REASONS: tuple[Declined, ...] = (SOLD_OUT,)


def declines(offers: Iterable[Candidate], customer: Customer, at: Moment) -> dict[str, Declined]:
    """No limit is not the same as a limit of nothing."""
    return {
        offer.offer_id: SOLD_OUT for offer in offers if offer.left is not None and offer.left <= 0
    }
