"""The page about stores: who is heard, how far each log is, what waits in quarantine."""

from __future__ import annotations

from typing import Any

from sync.hq import http
from sync.hq.base import feed
from sync.hq.base.rows import Reader
from sync.hq.http import Caller, Who
from sync.hq.stores.rules import Health, Store, StoreUnknown
from sync.hq.stores.store import line, log, registry
from sync.hq.stores.web.parts import StoresParts

bp = http.blueprint("stores")


@http.page(bp, "/stores", who=Who.VIEWER, summary="Stores and their health")
def show_stores(*, caller: Caller) -> str:
    """Every store with what was last heard of it."""
    hq = http.hq()
    last_report = hq.part(StoresParts).last_report
    with hq.read() as reader:
        rows = [_row(reader, store, last_report) for store in registry.every_store(reader)]
    return http.render("hq_stores", rows=rows, now=hq.clock.wall())


@http.page(bp, "/stores/<store_id>", who=Who.VIEWER, summary="One store")
def show_store(store_id: str, *, caller: Caller) -> str:
    """One store: its log, its feed, and every event whose effect waits."""
    hq = http.hq()
    last_report = hq.part(StoresParts).last_report
    with hq.read() as reader:
        store = registry.by_id(reader, store_id)
        if store is None:
            raise StoreUnknown(store_id=store_id)
        row = _row(reader, store, last_report)
        waiting = log.quarantined(reader, store_id)
    return http.render("hq_store", row=row, store=store, waiting=waiting, now=hq.clock.wall())


def _row(reader: Reader, store: Store, last_report: Any) -> dict[str, Any]:
    heard = line.heard(reader, store.store_id)
    health = Health(
        store=store,
        epoch=log.open_epoch(reader, store.store_id),
        heard_at=heard[0] if heard else None,
        taken=heard[1] if heard else 0,
        quarantined=log.count_quarantined(reader, store.store_id),
        feed_head=feed.head(reader, store.store_id),
    )
    return {"health": health, "report": last_report(reader, store.store_id)}
