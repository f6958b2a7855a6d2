"""A store that was restored or copied: where both logs part, and the fresh epoch in which its own goes on.

HQ keeps what it has: events after the common one stay, with their effects. What the store may have forgotten of them
is told back to it by its feed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sync.hq.base.records import Ref
from sync.hq.base.rows import Reader, Unit
from sync.hq.stores.rules import Epoch, fresh_epoch
from sync.hq.stores.store import log
from sync.protocol.refusals import EpochClosed, Forked
from sync.protocol.wire import Common, EpochOpened, LookBack, OpenEpoch
from sync.records import CannotFold, folded_into

# Puts records that a store may not know any more into its feed; returns how many.
TellBack = Callable[[Unit, str, Iterable[Ref]], int]
BEGINNING = 0


def look_back(reader: Reader, store_id: str, asked: LookBack) -> Common:
    """The last of the shown places at which HQ's copy has the same chain."""
    epoch = log.epoch(reader, store_id, asked.epoch)
    if epoch is None:
        raise EpochClosed
    for mark in sorted(asked.marks, key=lambda each: -each.seq):
        if log.chain_at(reader, epoch, mark.seq) == mark.chain:
            return Common(seq=mark.seq)
    return Common(seq=BEGINNING)


def open_epoch(unit: Unit, store_id: str, asked: OpenEpoch, *, tell_back: TellBack) -> EpochOpened:
    """Close the epoch that forked, open the one the store asks for, and tell it what it lacks. Twice is once."""
    opened = log.epoch(unit, store_id, asked.fresh)
    if opened is not None and opened.is_open:
        return EpochOpened(epoch=asked.fresh)
    epoch = log.epoch(unit, store_id, asked.epoch)
    if opened is not None or epoch is None or not epoch.is_open:
        raise EpochClosed
    common = asked.common
    is_same = common == fresh_epoch(store_id, asked.epoch).mark
    if not is_same and log.chain_at(unit, epoch, common.seq) != common.chain:
        raise Forked(seq=common.seq)
    lacking = _concerned(unit, epoch, after=common.seq)
    log.begin_epoch(unit, fresh_epoch(store_id, asked.fresh))
    return EpochOpened(epoch=asked.fresh, told_back=tell_back(unit, store_id, lacking))


def _concerned(reader: Reader, epoch: Epoch, *, after: int) -> list[Ref]:
    """The records that events after a place had a part in, in the order of their first one."""
    found: dict[Ref, None] = {}
    for heard in log.heard_after(reader, epoch, after):
        for record_type in folded_into(heard.kind):
            try:
                found[record_type.name, record_type.record_id(heard)] = None
            except CannotFold:
                continue
    return list(found)
