"""The chain's other stores near a store: so that somebody at the wrong one hears which is right, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from geopy.distance import great_circle

from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.rows import Unit
from sync.hq.stores.rules import Store
from sync.hq.stores.store import registry
from sync.records.store import Sister

MOST = 12


def near(store: Store, every: Sequence[Store]) -> list[Store]:
    """The nearest other stores that have a pin, nearest first; none where the store itself has none."""
    if store.pin is None:
        return []
    others = [each for each in every if each.pin and each.store_id != store.store_id]
    return sorted(others, key=lambda each: (_metres(store, each), each.store_id))[:MOST]


def as_sisters(stores: Sequence[Store]) -> tuple[Sister, ...]:
    """How a store is told of others."""
    return tuple(
        Sister(
            code=each.code,
            name=each.name,
            name_ja=each.name_ja,
            north=each.pin.north,
            east=each.pin.east,
        )
        for each in stores
        if each.pin
    )


def tell(unit: Unit, before: Store | None, saved: Store, *, feed: Feed) -> None:
    """After a store came or changed its name, code or place, those around it are told of it."""
    if before is not None and as_sisters([before]) == as_sisters([saved]):
        return
    for each in near(saved, registry.every_store(unit)):
        told = msgspec.structs.replace(each, revision=each.revision + 1)
        registry.save(unit, told)
        feed.append(unit, [row(told)])


def row(store: Store) -> FeedRow:
    """The feed's row of a store. Pins stay in their one table: its body is read when it is asked for."""
    return FeedRow(
        store_id=store.store_id,
        record_type="store",
        record_id=store.store_id,
        revision=store.revision,
        body="",
    )


def _metres(one: Store, other: Store) -> float:
    if one.pin is None or other.pin is None:
        return 0.0
    here, there = (one.pin.north, one.pin.east), (other.pin.north, other.pin.east)
    return float(great_circle(here, there).meters)
