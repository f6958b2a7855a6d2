"""A "yes" or "no" that one store heard, told to every other store that knows the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.rows import Reader, Unit
from sync.hq.consents import store
from sync.records import RECORD_TYPES
from sync.records.consent import ConsentRecord, merge

Knowing = Callable[[Reader, str], set[str]]


def spread(
    unit: Unit,
    store_id: str,
    changed: Mapping[tuple[str, str], Any],
    *,
    feed: Feed,
    knowing: Knowing,
) -> None:
    """Merge what one store heard into what HQ knows, and tell the others what they lack."""
    for (record_type, record_id), record in changed.items():
        if record_type == "consent":
            _spread_one(unit, store_id, record_id, record, feed=feed, knowing=knowing)


def _spread_one(
    unit: Unit,
    store_id: str,
    record_id: str,
    heard: ConsentRecord,
    *,
    feed: Feed,
    knowing: Knowing,
) -> None:
    before = store.known(unit, record_id)
    union = merge(before[0], heard) if before else heard
    if before and union == before[0]:
        return
    revision = before[1] + 1 if before else 1
    store.save(unit, record_id, union, revision=revision)
    body = RECORD_TYPES["consent"].text(union).decode()
    others = knowing(unit, heard.customer_key) - {store_id}
    feed.append(
        unit,
        [
            FeedRow(
                store_id=other,
                record_type="consent",
                record_id=record_id,
                revision=revision,
                body=body,
            )
            for other in sorted(others)
        ],
    )
