"""The customer's copy of what was agreed, in the shape of ISO/IEC TS 27560."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from edge.consents.rules.purposes import FACTS, Purpose

SCHEMA = "ISO/IEC TS 27560:2023"


class State(StrEnum):
    """What became of a permission; only "given" allows anything."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One grant as it is kept, with what became of it."""

    grant_id: str
    customer_key: str
    purpose: Purpose
    order_id: str
    granted_at: datetime
    expires_at: datetime | None
    notice_hash: str
    notice_version: str
    lang: str
    value_offer: str
    served_id: str
    how: str
    state: State


class Controller(msgspec.Struct, frozen=True):
    """Who answers for the data."""

    store_id: str
    name: str
    contact: str


def receipt(
    kept: Iterable[Kept], controller: Controller, *, withdraw_at: str, issued_at: datetime
) -> dict[str, Any]:
    """The receipt: one entry a permission; what was never asked is not in it."""
    return {
        "schema_version": SCHEMA,
        "issued_at": issued_at.isoformat(),
        "pii_controllers": [
            {"id": controller.store_id, "name": controller.name, "contact": controller.contact}
        ],
        "withdrawal_method": f"POST {withdraw_at}, the Stop button of your pass, or staff at the store",
        "records": [_entry(each) for each in kept],
    }


def _entry(kept: Kept) -> dict[str, Any]:
    facts = FACTS[kept.purpose]
    return {
        "record_id": kept.grant_id,
        "pii_principal_id": kept.customer_key,
        "purpose": kept.purpose.value,
        "lawful_basis": "consent",
        "service": f"pickup of order {kept.order_id}" if kept.order_id else "pickup",
        "pii_categories": list(facts.data_categories),
        "is_sensitive": facts.is_sensitive,
        "recipients": list(facts.recipients),
        "storage_location": facts.storage,
        "retention": facts.retention,
        "privacy_notice": {
            "version": kept.notice_version,
            "sha256": kept.notice_hash,
            "language": kept.lang,
            "value_offer": kept.value_offer,
            "served_id": kept.served_id,
        },
        "events": [
            {"state": State.GIVEN.value, "at": kept.granted_at.isoformat(), "method": kept.how}
        ],
        "state": kept.state.value,
        "valid_until": kept.expires_at.isoformat() if kept.expires_at else None,
    }
