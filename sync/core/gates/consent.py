"""Nothing personal without every purpose that it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.gates.facts import Candidate, Customer, Declined, Moment

NO_CONSENT = Declined("no_consent")
REASONS: tuple[Declined, ...] = (NO_CONSENT,)


def declines(offers: Iterable[Candidate], customer: Customer, at: Moment) -> dict[str, Declined]:
    """Closed for every offer unless each needed purpose is granted now."""
    if at.needs <= customer.purposes:
        return {}
    return {offer.offer_id: NO_CONSENT for offer in offers}
