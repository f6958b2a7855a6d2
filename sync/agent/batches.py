"""The next events, packed; and the ones after them, packed ahead while HQ's answer is awaited."""

from __future__ import annotations

from typing import NamedTuple

from sync.agent.view import View
from sync.protocol import wire
from sync.protocol.batch import Batch
from sync.protocol.limits import MAX_BATCH_PACKED, pack


class Packed(NamedTuple):
    """A batch as it is sent: after which event it begins, and how many it holds."""

    after: int
    size: int
    body: bytes


class Batches:
    """Packs what follows an event. `pack_ahead` may run in another thread: it only reads the disk."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._ahead: Packed | None = None

    def next(self, after: int, size: int) -> Packed:
        """At most `size` events after `after`, and no more bytes than HQ takes at once."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.after == after and ahead.size <= size:
            return ahead
        return self._packed(after, size)

    def pack_ahead(self, after: int, size: int) -> None:
        """Pack what will be wanted once everything up to `after` is acknowledged."""
        if self._view.disk.ends().last_seq > after:
            self._ahead = self._packed(after, size)

    def _packed(self, after: int, size: int) -> Packed:
        while True:
            packed = self._pack(after, size)
            if len(packed.body) <= MAX_BATCH_PACKED or packed.size == 1:
                return packed
            size = max(1, packed.size // 2)

    def _pack(self, after: int, size: int) -> Packed:
        disk = self._view.disk
        events = disk.events_after(after, size)
        count = len(events)
        before, last = ((disk.chain_at(seq) or b"").hex() for seq in (after, after + count))
        batch = Batch(
            store_id=disk.store_id(),
            epoch=disk.epoch(),
            first_seq=after + 1,
            prev_chain=before,
            events=events,
            last_chain=last,
        )
        return Packed(after, count, pack(wire.encode(batch)))
