"""What one feature needs of another, handed over by value: the features do not know each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.hq.app.following import Following
from sync.hq.base import feed as feeds
from sync.hq.base.rows import Reader
from sync.hq.offers import store as offers
from sync.hq.orders.rules.route import KnownStore
from sync.hq.orders.store import orders as order_rows
from sync.hq.orders.web.parts import OrdersParts
from sync.hq.products import store as products
from sync.hq.reports import store as reports
from sync.hq.stores.actions.registry import as_record
from sync.hq.stores.rules import Store
from sync.hq.stores.store import line, registry
from sync.hq.stores.web.parts import StoresParts
from sync.protocol.wire import NightReport
from sync.records import RECORD_TYPES


def orders(following: Following) -> OrdersParts:
    """What the orders feature needs."""
    return OrdersParts(
        stores=known_stores,
        sent=following.order_sent,
        forget=following.person_erased,
        fetched=_fetched,
    )


def stores(following: Following) -> StoresParts:
    """What the stores feature needs."""
    return StoresParts(
        down=down,
        body_of=body_of,
        keep_report=reports.save,
        last_report=_last_report,
        heard=following.heard,
    )


def known_stores(reader: Reader) -> list[KnownStore]:
    """The stores as routing sees them."""
    return [_known(store) for store in registry.every_store(reader)]


def down(reader: Reader, store_id: str, record_type: str) -> Mapping[str, Any]:
    """What HQ's own tables say that this store was told."""
    if record_type == "order":
        rows = order_rows.of_store(reader, store_id)
        return {order.order_id: order for order in rows if order.was_sent}
    if record_type == "product":
        return products.everything(reader)
    if record_type == "offer":
        return offers.everything(reader)
    if record_type == "store":
        store = registry.by_id(reader, store_id)
        return {store_id: as_record(store)} if store else {}
    read = RECORD_TYPES[record_type].read
    told = feeds.told(reader, store_id, record_type)
    return {record_id: read(body) for record_id, body in told.items()}


def body_of(reader: Reader, store_id: str, record_type: str, record_id: str) -> bytes:
    """The body of a feed row that keeps none of its own."""
    return RECORD_TYPES[record_type].text(down(reader, store_id, record_type)[record_id])


def _known(store: Store) -> KnownStore:
    return KnownStore(
        store_id=store.store_id,
        name=store.name,
        texts=tuple(text for text in (store.name_ja, store.code, *store.aliases) if text),
        public_host=store.public_host,
        zone=store.zone,
        currency=store.currency,
        pin=(store.pin.north, store.pin.east) if store.pin else None,
    )


def _fetched(reader: Reader, store_id: str) -> int:
    heard = line.heard(reader, store_id)
    return heard[1] if heard else 0


def _last_report(reader: Reader, store_id: str) -> NightReport | None:
    night = reports.last(reader, store_id)
    return night.report if night else None
