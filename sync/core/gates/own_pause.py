"""The customer's own "stop this kind" and "not now"."""

from __future__ import annotations

from sync.core.gates.facts import Candidate, Check, Customer, Declined, Moment

KIND_STOPPED = Declined("kind_stopped")
NOT_NOW = Declined("not_now")
REASONS: tuple[Declined, ...] = (KIND_STOPPED, NOT_NOW)


def check(customer: Customer, at: Moment) -> Check | None:
    """A stopped kind stays stopped; "not now" holds for the order at hand."""
    kinds, put_off = customer.stopped_kinds, customer.put_off

    def applies(offer: Candidate) -> Declined | None:
        if offer.kind in kinds:
            return KIND_STOPPED
        return NOT_NOW if offer.offer_id in put_off else None

    return applies if kinds or put_off else None
