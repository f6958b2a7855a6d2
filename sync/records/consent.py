"""consent (both ways): per person and purpose, two grow-only sets (sync.core.merge.consent)."""

from __future__ import annotations

import msgspec

from sync.core.merge import consent as sets
from sync.core.merge.consent import Consent, Grant
from sync.records.record import CannotFold, Direction, Heard, RecordType, body_as

GRANTED = "consent_granted"
WITHDRAWN = "consent_withdrawn"


class ConsentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """All grants and withdrawals known for one person and purpose."""

    customer_key: str
    purpose: str
    known: Consent = sets.NOTHING_KNOWN

    @property
    def withdrawals(self) -> tuple[str, ...]:
        """What must never be lost."""
        return self.known.withdrawals

    @property
    def grant_ids(self) -> tuple[str, ...]:
        """The grants by name."""
        return tuple(each.grant_id for each in self.known.grants)


class _Whose(msgspec.Struct, frozen=True):
    customer_key: str
    purpose: str


def record_id(heard: Heard) -> str:
    """Person and purpose name the record, whichever store speaks of it."""
    whose: _Whose = body_as(_Whose, heard)
    return f"{whose.customer_key}:{whose.purpose}"


def fold(current: ConsentRecord | None, heard: Heard) -> ConsentRecord:
    """One grant or withdrawal more."""
    whose: _Whose = body_as(_Whose, heard)
    told = ConsentRecord(
        customer_key=whose.customer_key, purpose=whose.purpose, known=_news(heard)
    )
    return told if current is None else merge(current, told)


def merge(one: ConsentRecord, other: ConsentRecord) -> ConsentRecord:
    """Union of what both know."""
    return msgspec.structs.replace(one, known=sets.merge(one.known, other.known))


def _news(heard: Heard) -> Consent:
    if heard.kind == WITHDRAWN:
        return Consent(withdrawals=(str(heard.body.get("withdrawal_id", heard.event_id)),))
    if heard.kind != GRANTED:
        raise CannotFold(f"{heard.kind} is neither a grant nor a withdrawal")
    grant_id = heard.body.get("grant_id", heard.event_id)
    at = heard.body.get("granted_at", heard.at)
    grant: Grant = body_as(Grant, heard, grant_id=grant_id, granted_at=at)
    return Consent(grants=(grant,))


CONSENT = RecordType(
    name="consent",
    shape=ConsentRecord,
    direction=Direction.BOTH,
    merge=merge,
    kinds=frozenset({GRANTED, WITHDRAWN}),
    fold=fold,
    record_id=record_id,
    digest_fields=("grant_ids", "withdrawals"),
)
