"""hello, push and pull: one transaction for what a store says, what follows from it, and the watermark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from sync.hq.base import feed, records
from sync.hq.base.facts import generation
from sync.hq.base.records import Ref
from sync.hq.base.rows import Reader, Unit
from sync.hq.stores.actions.folding import Folding, Refused
from sync.hq.stores.rules import StoreUnknown, continues, fresh_epoch, state_of
from sync.hq.stores.store import line, log
from sync.protocol.batch import Batch, Link
from sync.protocol.freshness import continued, greeted
from sync.protocol.limits import OLDEST_SCHEMA, PAGE_CHANGES, SCHEMA
from sync.protocol.refusals import EpochClosed, GenerationChanged, SchemaUnknown
from sync.protocol.signature import Signed
from sync.protocol.wire import Change, Hello, Page, Pull, PushReply, Quarantined, Welcome

BodyOf = Callable[[Reader, str, str, str], bytes]
Heard = Callable[[Unit, str, Mapping[Ref, Any]], None]


def admit(unit: Unit, store_id: str, signed: Signed, *, real_now: datetime) -> None:
    """Refuse a replay, and remember that this request was here."""
    moved = continued(line.session(unit, store_id), signed)
    line.save_session(unit, store_id, moved, heard_at=real_now)


def greet(
    unit: Unit,
    store_id: str,
    asked: Hello,
    *,
    signed: Signed,
    batch_events: int,
    real_now: datetime,
) -> Welcome:
    """Begin a session: HQ's own watermark decides where the store resumes."""
    if not OLDEST_SCHEMA <= asked.schema <= SCHEMA:
        raise SchemaUnknown(oldest=OLDEST_SCHEMA, newest=SCHEMA)
    nonce = unit.ids.token(16)
    moved = greeted(line.session(unit, store_id), signed, nonce)
    line.save_session(unit, store_id, moved, heard_at=real_now)
    epoch = log.epoch(unit, store_id, asked.epoch)
    held = epoch or fresh_epoch(store_id, asked.epoch)
    return Welcome(
        nonce=nonce,
        watermark=held.mark,
        generation=generation(unit),
        safe_through=held.safe_through,
        server_at=unit.now.isoformat(),
        batch_events=batch_events,
        feed_head=feed.head(unit, store_id),
        epoch_state=state_of(epoch),
    )


def push(
    unit: Unit,
    store_id: str,
    batch: Batch,
    links: list[Link],
    *,
    batch_events: int,
    heard: Heard,
    refused: Refused,
) -> PushReply:
    """Take in a batch: what is new is kept and folded, what is known is skipped, nothing goes between."""
    epoch = log.epoch(unit, store_id, batch.epoch)
    if epoch is None or not epoch.is_open:
        raise EpochClosed
    known = continues(epoch, batch, links)
    fresh = list(zip(batch.events[known:], links[known:], strict=True))
    waiting: list[Quarantined] = []
    if fresh:
        # Begun before the events are here, so that one issued again is known only if it came before.
        folding = Folding.begin(unit, epoch, fresh, refused=refused)
        log.append(unit, epoch, fresh)
        folding.run()
        records.save(unit, store_id, folding.changed, held=folding.held)
        heard(unit, store_id, folding.changed)
        log.quarantine(unit, folding.quarantined)
        log.move_mark(unit, epoch, seq=links[-1].seq, chain=links[-1].chain.hex())
        waiting = folding.waiting
    now = log.epoch(unit, store_id, batch.epoch) or epoch
    return PushReply(
        watermark=now.mark,
        safe_through=now.safe_through,
        batch_events=batch_events,
        feed_head=feed.head(unit, store_id),
        generation=generation(unit),
        quarantined=waiting,
    )


def retry(unit: Unit, store_id: str, *, heard: Heard, refused: Refused) -> tuple[int, int]:
    """Try again what waits, after its handler was mended: how many events, and how many still wait."""
    tried = still = 0
    for epoch_id, events in log.take_quarantined(unit, store_id).items():
        epoch = log.epoch(unit, store_id, epoch_id)
        assert epoch is not None
        folding = Folding.begin(unit, epoch, events, refused=refused, again=True)
        folding.run()
        records.save(unit, store_id, folding.changed, held=folding.held)
        heard(unit, store_id, folding.changed)
        log.quarantine(unit, folding.quarantined)
        tried, still = tried + len(events), still + len(folding.quarantined)
    return tried, still


def pull(unit: Unit, store_id: str, asked: Pull, *, page_rows: int, body_of: BodyOf) -> Page:
    """The next page of the store's feed."""
    if asked.generation != generation(unit):
        raise GenerationChanged
    line.save_position(unit, store_id, asked.position)
    head = feed.head(unit, store_id)
    most = min(asked.limit, page_rows, PAGE_CHANGES)
    rows = feed.page(unit, store_id, after=asked.position, most=most)
    changes = [
        Change(
            position=row["position"],
            record_type=row["record_type"],
            record_id=row["record_id"],
            revision=row["revision"],
            body=msgspec.Raw(
                row["body"].encode()
                or body_of(unit, store_id, row["record_type"], row["record_id"])
            ),
            tombstone=row["op"] == feed.TOMBSTONE,
        )
        for row in rows
    ]
    position = changes[-1].position if changes else max(asked.position, head)
    return Page(generation=asked.generation, position=position, head=head, changes=changes)


def require_own(store_id: str, named: str) -> None:
    """A store's key opens that store's data only."""
    if named != store_id:
        raise StoreUnknown(store_id=named)
