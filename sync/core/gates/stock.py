"""Only while this store has some left."""

from __future__ import annotations

from sync.core.gates.facts import Candidate, Check, Customer, Declined, Moment

SOLD_OUT = Declined("sold_out")
REASONS: tuple[Declined, ...] = (SOLD_OUT,)


def check(customer: Customer, at: Moment) -> Check | None:
    """No limit is not the same as a limit of nothing."""
    return _applies


def _applies(offer: Candidate) -> Declined | None:
    left = offer.left
    return SOLD_OUT if left is not None and left <= 0 else None
