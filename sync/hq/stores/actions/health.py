"""How a store is, put together from what HQ keeps of it: for the page, the command line, and whoever watches."""

from __future__ import annotations

from datetime import datetime

from sync.hq.base import feed
from sync.hq.base.rows import Reader
from sync.hq.stores.rules import Epoch, Health, Store
from sync.hq.stores.store import health as healths
from sync.hq.stores.store import line, log, registry
from sync.protocol.wire import NightReport


def of(
    reader: Reader, store: Store, *, report: NightReport | None, now: datetime, real_now: datetime
) -> Health:
    """What is known of one store now. `report` is its newest night; contact is counted in real time."""
    heard = line.heard(reader, store.store_id)
    said = healths.last(reader, store.store_id)
    is_equal = report is not None and report.chain_equal and report.digests_equal
    return Health(
        store=store,
        now=real_now,
        has_key=registry.has_key(reader, store.store_id),
        epoch=log.open_epoch(reader, store.store_id) or _newest_epoch(reader, store.store_id),
        heard_at=heard[0] if heard else None,
        taken=heard[1] if heard else 0,
        quarantined=log.count_quarantined(reader, store.store_id),
        feed_head=feed.head(reader, store.store_id),
        told=said.health if said else None,
        told_at=said.real_at if said else None,
        skew=_seconds(said.health.at, said.at) if said else None,
        night="none" if report is None else "equal" if is_equal else "differs",
        backup_age=_backup_age(said, now),
    )


def _newest_epoch(reader: Reader, store_id: str) -> Epoch | None:
    known = log.every_epoch(reader, store_id)
    return known[-1] if known else None


def _backup_age(said: healths.Said | None, now: datetime) -> float | None:
    age = _seconds(said.health.backup_at, now) if said else None
    return None if age is None else -age


def _seconds(text: str, since: datetime) -> float | None:
    """From a moment of ours to one that a store wrote; None when it wrote none that can be read."""
    try:
        return (datetime.fromisoformat(text) - since).total_seconds()
    except (ValueError, TypeError):
        return None
