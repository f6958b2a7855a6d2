"""Telling a store of a person, and taking it back when the order is over or the leave is withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sync.core import hlc
from sync.hq.base.feed import PUT, TOMBSTONE, Feed, FeedRow
from sync.hq.base.rows import Unit
from sync.hq.profiles import rules, store
from sync.records import RECORD_TYPES

# What a store looks for in the last word on somebody: they asked to be forgotten, not only their visit is over.
ERASED = "erased"


def tell(
    unit: Unit, customer_key: str, *, store_id: str, orders: Sequence[Iterable[str]], feed: Feed
) -> None:
    """An order of theirs goes to a store: it may know what they like. The caller has asked for leave."""
    feed.append(unit, [_row(unit, customer_key, store_id, values=rules.of_orders(orders))])


def take_back(unit: Unit, customer_keys: list[str], *, feed: Feed) -> None:
    """Leave was withdrawn: every store that was told something is told nothing instead."""
    for customer_key, store_ids in store.stores_told(unit, customer_keys).items():
        feed.append(
            unit, [_row(unit, customer_key, each, values={}) for each in sorted(store_ids)]
        )


def forget(unit: Unit, customer_keys: list[str], *, store_id: str, feed: Feed) -> None:
    """Their orders at a store are over: it has no more reason to know them."""
    told = store.stores_told(unit, customer_keys)
    rows = [
        _row(unit, key, store_id, values={}, op=TOMBSTONE)
        for key in sorted(told)
        if store_id in told[key]
    ]
    feed.append(unit, rows)


def erase(unit: Unit, customer_key: str, *, store_ids: Collection[str], feed: Feed) -> None:
    """The person is to be forgotten: every store that was told of them, or has an order of theirs, forgets."""
    told = store.stores_told(unit, [customer_key]).get(customer_key, [])
    rows = [
        _row(unit, customer_key, each, values={ERASED: True}, op=TOMBSTONE)
        for each in sorted({*told, *store_ids})
    ]
    feed.append(unit, rows)


def _row(
    unit: Unit, customer_key: str, store_id: str, *, values: dict[str, object], op: str = PUT
) -> FeedRow:
    revision = store.next_revision(unit, customer_key)
    stamp = hlc.Hlc(hlc.milliseconds(unit.now), 0)
    profile = rules.record(customer_key, values, stamp=stamp, revision=revision)
    return FeedRow(
        store_id=store_id,
        record_type="profile",
        record_id=customer_key,
        revision=revision,
        body=RECORD_TYPES["profile"].text(profile).decode(),
        op=op,
    )
