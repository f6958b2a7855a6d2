"""Adding stores, letting a box become one, and shutting a box out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from sync.hq.base import records
from sync.hq.base.facts import first_revision
from sync.hq.base.feed import Feed
from sync.hq.base.rows import Unit
from sync.hq.stores.actions import sisters
from sync.hq.stores.actions.forking import TellBack
from sync.hq.stores.rules import (
    CODE_BYTES,
    CODE_LIFE,
    CodeTaken,
    Store,
    StoreUnknown,
    check_code,
    code_hash,
    fresh_epoch,
)
from sync.hq.stores.store import line, log, registry
from sync.protocol.refusals import CodeRefused
from sync.protocol.signature import fingerprint
from sync.protocol.wire import Enrol, Enrolled
from sync.records.store import Bay
from sync.records.store import Store as StoreRecord


def save_store(unit: Unit, store: Store, *, feed: Feed) -> Store:
    """Add a store, or change it; the store hears of it through its feed."""
    rival = registry.by_code(unit, store.code)
    if rival is not None and rival.store_id != store.store_id:
        raise CodeTaken(store_code=store.code)
    before = registry.by_id(unit, store.store_id)
    revision = before.revision + 1 if before else first_revision(unit)
    saved = msgspec.structs.replace(store, revision=revision)
    registry.save(unit, saved)
    feed.append(unit, [sisters.row(saved)])
    sisters.tell(unit, before, saved, feed=feed)
    return saved


def make_code(unit: Unit, store_id: str, *, real_now: datetime) -> str:
    """A code that lets one box become this store, for ten minutes of real time."""
    if registry.by_id(unit, store_id) is None:
        raise StoreUnknown(store_id=store_id)
    code = unit.ids.token(CODE_BYTES)
    registry.add_code(unit, store_id, code_hash(code), expires_at=real_now + CODE_LIFE)
    return code


def enrol(unit: Unit, asked: Enrol, *, real_now: datetime, tell_back: TellBack) -> Enrolled:
    """Let the box that shows a code become its store; whichever box it was before is shut out.

    A box of a store that another one was before is told what HQ knows of that store's orders, offers and customers.
    """
    known = registry.code(unit, code_hash(asked.code))
    if known is None:
        raise CodeRefused
    store_id, expires_at, used = known
    check_code(expires_at=expires_at, used=used, now=real_now)
    store = registry.by_id(unit, store_id)
    if store is None:
        raise CodeRefused
    registry.use_code(unit, code_hash(asked.code))
    registry.revoke_keys(unit, store_id)
    registry.add_key(unit, store_id, asked.public_key)
    line.reset(unit, store_id)
    if log.epoch(unit, store_id, asked.epoch) is None:
        log.begin_epoch(unit, fresh_epoch(store_id, asked.epoch))
    else:
        log.reopen(unit, store_id, asked.epoch)
    if len(log.every_epoch(unit, store_id)) > 1:
        tell_back(unit, store_id, records.refs_of(unit, store_id))
    return Enrolled(store_id=store_id, name=store.name, fingerprint=fingerprint(asked.public_key))


def shut_out(unit: Unit, store_id: str) -> None:
    """A box was lost or stolen: its key and its log go no further."""
    if registry.by_id(unit, store_id) is None:
        raise StoreUnknown(store_id=store_id)
    registry.revoke_keys(unit, store_id)
    log.close_epochs(unit, store_id)


def as_record(store: Store, nearby: Sequence[Store] = ()) -> StoreRecord:
    """What a store is told of itself, and of the others near it."""
    return StoreRecord(
        store_id=store.store_id,
        code=store.code,
        name=store.name,
        name_ja=store.name_ja,
        time_zone=store.zone,
        currency=store.currency,
        public_host=store.public_host,
        phone=store.phone,
        north=store.pin.north if store.pin else 0.0,
        east=store.pin.east if store.pin else 0.0,
        bays=tuple(Bay(number=bay.label, north=bay.north, east=bay.east) for bay in store.bays),
        sisters=sisters.as_sisters(nearby),
        revision=store.revision,
    )
