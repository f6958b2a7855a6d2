"""What the gates look at: an offer, a customer, a moment. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import msgspec

ANY_ORDER = "*"


class Declined(msgspec.Struct, frozen=True):
    """Why an offer is not made: a name from the gate's own closed list."""

    reason: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What decides about one offer. `left` None means no limit; `goes_with` holds skus, classes or "*"."""

    offer_id: str
    kind: str
    sku: str
    active: bool
    starts_at: datetime
    ends_at: datetime
    left: int | None
    once_per_customer: bool
    preparation_minutes: int
    goes_with: frozenset[str]


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an offer would be shown to. Unknown means nothing is allowed."""

    purposes: frozenset[str] = frozenset()
    stopped_kinds: frozenset[str] = frozenset()
    put_off: frozenset[str] = frozenset()
    redeemed: frozenset[str] = frozenset()


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """When and beside what: `minutes_left` is None while nobody knows when the customer comes."""

    now: datetime
    needs: frozenset[str] = frozenset()
    order_skus: frozenset[str] = frozenset()
    order_classes: frozenset[str] = frozenset()
    minutes_left: float | None = None


def moment(
    now: datetime,
    *,
    needs: frozenset[str],
    order: tuple[frozenset[str], frozenset[str]],
    eta_low_at: datetime | None,
    backlog_minutes: float,
) -> Moment:
    """The moment of an order (its skus and their classes) whose customer comes at `eta_low_at` at the earliest.

    The staff's backlog is work that stands before anything new, so it shortens the time that is left.
    """
    left = (
        None if eta_low_at is None else (eta_low_at - now).total_seconds() / 60 - backlog_minutes
    )
    skus, classes = order
    return Moment(now=now, needs=needs, order_skus=skus, order_classes=classes, minutes_left=left)


class Gate(Protocol):
    """One reason not to make an offer. A module with these two names is a gate.

    REASONS: every answer other than "pass" that this gate can give.
    """

    REASONS: tuple[Declined, ...]

    def declines(
        self, offers: Iterable[Candidate], customer: Customer, at: Moment
    ) -> dict[str, Declined]:
        """The offers that do not pass, by id, each with the reason. Never raises.

        All offers at once: a call for each would cost more than the question itself.
        """
