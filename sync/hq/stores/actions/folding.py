"""Folding a batch: each event into the records that it changes, all in memory, written once at the end.

An event that cannot be folded stays in the log; its effect waits in quarantine, and later events of the
same thing are parked behind it. Everything else goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from sync.core import hlc
from sync.hq.base import records, times
from sync.hq.base.records import Ref
from sync.hq.base.rows import Reader, Unit
from sync.hq.stores.rules import Epoch
from sync.hq.stores.store import log as store_log
from sync.protocol.batch import Link, PushedEvent
from sync.protocol.wire import Quarantined
from sync.records import CannotFold, Heard, RecordType, folded_into

log = logging.getLogger("hq.folding")

Fresh = list[tuple[PushedEvent, Link]]
# What a store has no right to say, by seq and with the reason: its effect waits for a person.
Refused = Callable[[Reader, str, Sequence[Heard]], Mapping[int, str]]
_body = msgspec.json.Decoder(dict[str, Any])


@lru_cache(maxsize=1024)
def _types(kind: str) -> tuple[RecordType, ...]:
    return tuple(folded_into(kind))


@dataclass
class Folding:
    """One batch on its way into the records."""

    unit: Unit
    epoch: Epoch
    heard: list[Heard]
    unreadable: dict[int, str]
    parked: set[str]
    held: frozenset[Ref] = frozenset()
    current: dict[Ref, Any] = field(default_factory=dict)
    changed: dict[Ref, Any] = field(default_factory=dict)
    quarantined: list[dict[str, object]] = field(default_factory=list)
    waiting: list[Quarantined] = field(default_factory=list)

    @classmethod
    def begin(
        cls,
        unit: Unit,
        epoch: Epoch,
        fresh: Fresh,
        *,
        refused: Refused,
        again: bool = False,
    ) -> Folding:
        """Read what can be read, and the records that it will touch. `again`: what waited is tried again."""
        known = set() if again else _known_before(unit, epoch, fresh)
        unreadable: dict[int, str] = {}
        ceiling = str(hlc.Hlc(hlc.milliseconds(unit.now) + hlc.DRIFT_MS, 0))
        heard = [
            _heard(epoch.store_id, event, link, ceiling=ceiling, unreadable=unreadable)
            for event, link in fresh
            if link.event_id not in known and _types(event.kind)
        ]
        unreadable.update(refused(unit, epoch.store_id, heard))
        folding = cls(
            unit, epoch, heard, unreadable, store_log.waiting_things(unit, epoch.store_id)
        )
        folding.current = records.load(unit, epoch.store_id, folding._refs())
        folding.held = frozenset(folding.current)
        return folding

    def run(self) -> None:
        """Fold every event in the order of the log."""
        for heard in self.heard:
            if heard.seq in self.unreadable:
                self._keep_out(heard, self.unreadable[heard.seq], parked=False)
            elif heard.aggregate_id in self.parked and _needs_order(heard.kind):
                self._keep_out(
                    heard, "waits behind an earlier event of the same thing", parked=True
                )
            else:
                self._fold(heard)

    def _fold(self, heard: Heard) -> None:
        after: dict[Ref, Any] = {}
        try:
            for record_type in _types(heard.kind):
                ref = (record_type.name, record_type.record_id(heard))
                after[ref] = record_type.fold(self.current.get(ref), heard)
        except CannotFold as reason:
            self._keep_out(heard, str(reason), parked=False)
            return
        except Exception as problem:  # a poison event must not stop the log
            log.exception("folding %s of %s failed", heard.kind, heard.event_id)
            self._keep_out(heard, f"{type(problem).__name__}", parked=False)
            return
        for ref, record in after.items():
            if record is not None and record is not self.current.get(ref):
                self.current[ref] = self.changed[ref] = record

    def _keep_out(self, heard: Heard, reason: str, *, parked: bool) -> None:
        self.parked.add(heard.aggregate_id)
        self.waiting.append(Quarantined(seq=heard.seq, reason=reason[:200]))
        self.quarantined.append(
            {
                "store_id": self.epoch.store_id,
                "epoch": self.epoch.epoch,
                "seq": heard.seq,
                "aggregate_id": heard.aggregate_id,
                "kind": heard.kind,
                "reason": reason[:200],
                "parked": int(parked),
                "at": times.text(self.unit.now),
            }
        )

    def _refs(self) -> set[Ref]:
        refs: set[Ref] = set()
        for heard in self.heard:
            for record_type in _types(heard.kind):
                try:
                    refs.add((record_type.name, record_type.record_id(heard)))
                except CannotFold as reason:
                    self.unreadable[heard.seq] = str(reason)
        return refs


def _needs_order(kind: str) -> bool:
    """Consents are sets that only grow: a withdrawal never waits behind anything."""
    return any(each.name != "consent" for each in _types(kind))


def _known_before(unit: Unit, epoch: Epoch, fresh: Fresh) -> set[str]:
    """Events that came in another incarnation already, issued again there or here: their effect was had."""
    is_again = store_log.was_overtaken(unit, epoch)
    again = [link.event_id for event, link in fresh if is_again or event.original_id]
    return store_log.holds(unit, epoch.store_id, again) if again else set()


def _heard(
    store_id: str, event: PushedEvent, link: Link, *, ceiling: str, unreadable: dict[int, str]
) -> Heard:
    body: dict[str, Any] = {}
    try:
        body = {} if event.is_erased else _body.decode(event.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        unreadable[link.seq] = f"the body cannot be read: {problem}"
    return Heard(
        store_id=store_id,
        seq=link.seq,
        event_id=link.event_id,
        kind=event.kind,
        aggregate_id=event.aggregate_id,
        at=event.at,
        hlc=min(event.hlc, ceiling),
        version=event.version,
        by=event.by,
        origin=event.origin,
        body=body,
    )
