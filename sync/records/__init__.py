"""Every record type that travels. A new one is a file beside these and a line in RECORD_TYPES."""

from __future__ import annotations

from collections.abc import Mapping

from sync.records.consent import CONSENT
from sync.records.offer import OFFER
from sync.records.order import ORDER
from sync.records.order_status import ORDER_STATUS
from sync.records.product import PRODUCT
from sync.records.profile import PROFILE
from sync.records.record import CannotFold, Direction, Heard, RecordType
from sync.records.redemption import REDEMPTION
from sync.records.store import STORE

RECORD_TYPES: Mapping[str, RecordType] = {
    each.name: each
    for each in (ORDER, ORDER_STATUS, PRODUCT, OFFER, REDEMPTION, CONSENT, PROFILE, STORE)
}


def folded_into(kind: str) -> list[RecordType]:
    """The record types that an event of this kind changes at HQ; none for kinds only the log keeps."""
    return [each for each in RECORD_TYPES.values() if kind in each.kinds]


__all__ = [
    "RECORD_TYPES",
    "CannotFold",
    "Direction",
    "Heard",
    "RecordType",
    "folded_into",
]
