"""Nothing personal without every purpose that it rests on."""

from __future__ import annotations

from sync.core.gates.facts import Candidate, Check, Customer, Declined, Moment

NO_CONSENT = Declined("no_consent")
REASONS: tuple[Declined, ...] = (NO_CONSENT,)


def check(customer: Customer, at: Moment) -> Check | None:
    """Closed for every offer unless each needed purpose is granted now."""
    return None if at.needs <= customer.purposes else _closed


def _closed(offer: Candidate) -> Declined | None:
    return NO_CONSENT
