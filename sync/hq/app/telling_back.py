"""What a store told HQ once and may have forgotten by a restore, told back to it by its feed."""

from __future__ import annotations

from collections.abc import Iterable

from sync.hq.base import feed as feeds
from sync.hq.base import records
from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.records import Ref
from sync.hq.base.rows import Unit
from sync.hq.consents import store as consents
from sync.records import RECORD_TYPES

# An offer comes before what was redeemed of it, and how far an order is before the order itself.
_ORDER = ("offer", "redemption", "order_status", "consent")


def tell_back(unit: Unit, store_id: str, refs: Iterable[Ref], *, feed: Feed) -> int:
    """Put these records, and the orders that they belong to, at the end of the store's feed."""
    known = records.load(unit, store_id, [ref for ref in refs if ref[0] in _ORDER])
    rows = [_row(unit, store_id, ref, known[ref]) for ref in sorted(known, key=_place)]
    rows += [
        row
        for name, record_id in sorted(known)
        if name == "order_status"
        and (row := feeds.row(unit, store_id, "order", record_id)) is not None
    ]
    feed.append(unit, rows)
    return len(rows)


def _place(ref: Ref) -> tuple[int, str]:
    return _ORDER.index(ref[0]), ref[1]


def _row(unit: Unit, store_id: str, ref: Ref, folded: object) -> FeedRow:
    name, record_id = ref
    if name == "consent" and (union := consents.known(unit, record_id)):
        folded = union[0]
    return FeedRow(
        store_id=store_id,
        record_type=name,
        record_id=record_id,
        revision=int(getattr(folded, "revision", 1)),
        body=RECORD_TYPES[name].text(folded).decode(),
    )
