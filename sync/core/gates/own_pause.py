"""The customer's own "stop this kind" and "not now"."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.gates.facts import Candidate, Customer, Declined, Moment

KIND_STOPPED = Declined("kind_stopped")
NOT_NOW = Declined("not_now")
REASONS: tuple[Declined, ...] = (KIND_STOPPED, NOT_NOW)


def declines(offers: Iterable[Candidate], customer: Customer, at: Moment) -> dict[str, Declined]:
    """A stopped kind stays stopped; "not now" holds for the order at hand."""
    kinds, put_off = customer.stopped_kinds, customer.put_off
    if not kinds and not put_off:
        return {}
    return {
        offer.offer_id: KIND_STOPPED if offer.kind in kinds else NOT_NOW
        for offer in offers
        if offer.kind in kinds or offer.offer_id in put_off
    }
