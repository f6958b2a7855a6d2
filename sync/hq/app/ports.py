"""What one feature needs of another, handed over by value: the features do not know each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sync.hq.app.following import Following
from sync.hq.app.telling_back import tell_back
from sync.hq.base import feed as feeds
from sync.hq.base import records
from sync.hq.base.rows import Reader, Unit
from sync.hq.offers import actions as offer_actions
from sync.hq.offers import store as offers
from sync.hq.orders.rules.intake import HqOrder
from sync.hq.orders.rules.route import KnownStore
from sync.hq.orders.store import orders as order_rows
from sync.hq.orders.web.parts import OrdersParts
from sync.hq.products import actions as product_actions
from sync.hq.products import store as products
from sync.hq.reports import store as reports
from sync.hq.reports.web.parts import ReportsParts
from sync.hq.stores.actions import sisters
from sync.hq.stores.actions.registry import as_record
from sync.hq.stores.rules import Store
from sync.hq.stores.store import course, line, registry
from sync.hq.stores.web.parts import StoresParts
from sync.protocol.wire import NightReport
from sync.records import RECORD_TYPES


def orders(following: Following) -> OrdersParts:
    """What the orders feature needs."""
    return OrdersParts(
        stores=known_stores,
        sent=following.order_sent,
        course=course.of_thing,
        heard=_heard_at,
        may_have=_may_have,
        forget=following.person_erased,
        fetched=_fetched,
    )


def stores(following: Following, feed: feeds.Feed) -> StoresParts:
    """What the stores feature needs."""
    return StoresParts(
        down=down,
        body_of=body_of,
        keep_report=reports.save,
        last_report=_last_report,
        nights=reports.of_store,
        heard=following.heard,
        refused=following.refused,
        tell_back=lambda unit, store_id, refs: tell_back(unit, store_id, refs, feed=feed),
        tell_everything=lambda unit, store_id: tell_everything(unit, store_id, feed=feed),
    )


def reporting() -> ReportsParts:
    """What the reports need."""
    return ReportsParts(stores=known_stores, happened=course.of_kinds, offer_titles=offer_titles)


def offer_titles(reader: Reader) -> dict[str, dict[str, str]]:
    """The titles of every offer, HQ's own and the stores', by language."""
    every = {
        **{each.offer_id: each for each in records.every(reader, "offer")},
        **offers.everything(reader),
    }
    return {
        offer_id: {lang: str(texts.get("title", "")) for lang, texts in offer.texts.items()}
        for offer_id, offer in every.items()
    }


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
        if store is None:
            return {}
        return {store_id: as_record(store, sisters.near(store, registry.every_store(reader)))}
    read = RECORD_TYPES[record_type].read
    told = feeds.told(reader, store_id, record_type)
    return {record_id: read(body) for record_id, body in told.items()}


def body_of(reader: Reader, store_id: str, record_type: str, record_id: str) -> bytes:
    """The body of a feed row that keeps none of its own."""
    return RECORD_TYPES[record_type].text(down(reader, store_id, record_type)[record_id])


def tell_everything(unit: Unit, store_id: str, *, feed: feeds.Feed) -> None:
    """A new store is told the whole catalogue and every offer of HQ's own."""
    every = products.everything(unit).values()
    product_actions.tell(unit, every, store_id=store_id, feed=feed)
    for offer in offers.everything(unit).values():
        offer_actions.tell(unit, offer, store_id=store_id, feed=feed)


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


def _heard_at(reader: Reader, store_id: str) -> datetime | None:
    heard = line.heard(reader, store_id)
    return heard[0] if heard else None


def _may_have(reader: Reader, order: HqOrder) -> bool:
    """Whether the store may have fetched the order: its cursor is past it, or it was heard since."""
    heard = line.heard(reader, order.store_id)
    place = feeds.place_of(reader, order.store_id, "order", order.order_id)
    if heard is None or place is None:
        return False
    return heard[1] >= place[0] or heard[0] >= place[1]


def _fetched(reader: Reader, store_id: str) -> int:
    heard = line.heard(reader, store_id)
    return heard[1] if heard else 0


def _last_report(reader: Reader, store_id: str) -> NightReport | None:
    night = reports.last(reader, store_id)
    return night.report if night else None
