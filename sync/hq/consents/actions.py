"""A "yes" or "no" that one store heard, told to every other store that knows the person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from sync.core.merge import consent as sets
from sync.core.merge.consent import Consent
from sync.hq.base.feed import Feed, FeedRow, told_body
from sync.hq.base.rows import Reader, Unit
from sync.hq.consents import store
from sync.records import RECORD_TYPES, Heard
from sync.records.consent import GRANTED, ConsentRecord, merge

Knowing = Callable[[Reader, str], set[str]]
MaySpeak = Callable[[Reader, str, str], bool]
NOT_THEIRS = "a grant of somebody who has no order at this store"


def spread(
    unit: Unit,
    store_id: str,
    changed: Mapping[tuple[str, str], Any],
    *,
    feed: Feed,
    knowing: Knowing,
) -> None:
    """Merge what one store heard into what HQ knows, and tell the others, and the store itself, what they lack."""
    for (record_type, record_id), record in changed.items():
        if record_type == "consent":
            _spread_one(unit, store_id, record_id, record, feed=feed, knowing=knowing)


def refused(
    reader: Reader, store_id: str, heard: Sequence[Heard], *, may_speak: MaySpeak
) -> dict[int, str]:
    """Grants of people who never had an order at this store: a store's key must not speak for them.

    A withdrawal is taken from anybody: it can only take away. Returns seq -> reason.
    """
    asked = {
        each.seq: str(each.body.get("customer_key", "")) for each in heard if each.kind == GRANTED
    }
    strangers = {key for key in set(asked.values()) if not may_speak(reader, store_id, key)}
    return {seq: NOT_THEIRS for seq, key in asked.items() if key in strangers}


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
    is_news = before is None or union != before[0]
    revision = (before[1] if before else 0) + is_news
    if is_news:
        store.save(unit, record_id, union, revision=revision)
    body = RECORD_TYPES["consent"].text(union).decode()
    others = knowing(unit, heard.customer_key) - {store_id} if is_news else set()
    if union != heard and told_body(unit, store_id, "consent", record_id) != body:
        # It may have said yes without having heard of a no elsewhere: by what it knows its yes would stand.
        others.add(store_id)
    feed.append(unit, _rows(record_id, body, revision=revision, store_ids=others))


def tell(unit: Unit, customer_key: str, *, store_id: str, feed: Feed) -> None:
    """An order of theirs goes to a store: from now on it must know each yes and no that is known."""
    for record_id, (record, revision) in store.of_person(unit, customer_key).items():
        body = RECORD_TYPES["consent"].text(record).decode()
        if told_body(unit, store_id, "consent", record_id) != body:
            feed.append(unit, _rows(record_id, body, revision=revision, store_ids={store_id}))


def withdraw_all(
    unit: Unit, customer_key: str, withdrawal_id: str, *, store_ids: Collection[str], feed: Feed
) -> None:
    """Nothing that this person allowed stands any more, here and at these stores; known twice it is known once."""
    no = Consent(withdrawals=(withdrawal_id,))
    for record_id, (record, revision) in store.of_person(unit, customer_key).items():
        after = msgspec.structs.replace(record, known=sets.merge(record.known, no))
        if after == record:
            continue
        store.save(unit, record_id, after, revision=revision + 1)
        body = RECORD_TYPES["consent"].text(after).decode()
        rows = _rows(record_id, body, revision=revision + 1, store_ids=store_ids)
        feed.append(unit, rows)


def _rows(
    record_id: str, body: str, *, revision: int, store_ids: Collection[str]
) -> list[FeedRow]:
    return [
        FeedRow(
            store_id=store_id,
            record_type="consent",
            record_id=record_id,
            revision=revision,
            body=body,
        )
        for store_id in sorted(store_ids)
    ]
