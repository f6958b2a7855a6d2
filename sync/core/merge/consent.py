"""Consent: two grow-only sets, and no clock in the rule, so that a withdrawal is never lost.

A grant counts only if whoever wrote it had seen every withdrawal that is known now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from sync.core.canonical import canonical


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One "yes", bound to the text that was shown and to the withdrawals known at that moment."""

    grant_id: str
    granted_at: datetime
    expires_at: datetime | None = None
    notice_version: str = ""
    order_id: str = ""
    seen: tuple[str, ...] = ()


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known for one person and purpose; both sets are kept sorted by id."""

    grants: tuple[Grant, ...] = ()
    withdrawals: tuple[str, ...] = ()


NOTHING_KNOWN = Consent()


def merge(one: Consent, other: Consent) -> Consent:
    """Union of both sets. Of two grants under one id (a forgery) the lower one stands."""
    return Consent(
        grants=_by_id((*one.grants, *other.grants)),
        withdrawals=tuple(sorted({*one.withdrawals, *other.withdrawals})),
    )


def grant(consent: Consent, given: Grant) -> Consent:
    """`consent` with one more "yes"."""
    return merge(consent, Consent(grants=(given,)))


def withdraw(consent: Consent, withdrawal_id: str) -> Consent:
    """`consent` with one more "no"; needs no grant to refer to."""
    return merge(consent, Consent(withdrawals=(withdrawal_id,)))


def standing_grant(consent: Consent, now: datetime, order_id: str = "") -> Grant | None:
    """The latest grant that holds at `now` (for that order, if named); None: not allowed."""
    holding = [each for each in consent.grants if _holds(each, consent, now, order_id)]
    return max(holding, key=lambda each: (each.granted_at, each.grant_id), default=None)


def _holds(given: Grant, consent: Consent, now: datetime, order_id: str) -> bool:
    in_time = given.expires_at is None or now < given.expires_at
    in_scope = not order_id or given.order_id in ("", order_id)
    return in_time and in_scope and set(consent.withdrawals) <= set(given.seen)


def _by_id(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    kept: dict[str, Grant] = {}
    for each in map(_normal, grants):
        rival = kept.setdefault(each.grant_id, each)
        if canonical(each) < canonical(rival):
            kept[each.grant_id] = each
    return tuple(kept[key] for key in sorted(kept))


def _normal(given: Grant) -> Grant:
    seen = tuple(sorted(set(given.seen)))
    return given if seen == given.seen else msgspec.structs.replace(given, seen=seen)
