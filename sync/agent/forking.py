"""A fork: HQ knows another end of our log, because we were restored or copied. Both look for where they agree.

First a few places of the log are shown to HQ, then closer ones, until the last common event is known; then HQ closes
this epoch and opens a fresh one. What HQ lacks is sent again under its own ids, what we lack comes by the feed.
"""

from __future__ import annotations

import msgspec

from sync.agent.view import View
from sync.protocol import wire
from sync.protocol.limits import MOST_MARKS, pack

_FINAL = frozenset({"epoch_closed", "forked", "not_found", "malformed"})


class Forking:
    """A talk of some questions; when it is over the session begins anew."""

    path = "fork"

    def __init__(self, view: View) -> None:
        self._view = view
        # Both have the log so far; from `_differs` on they do not.
        self._common, self._differs = 0, view.disk.ends().last_seq + 1

    def body(self) -> bytes:
        """See Talk."""
        return pack(wire.encode(self._question()))

    def accepted(self, body: bytes, seconds: float) -> None:
        """See Talk."""
        if self._is_found:
            opened = msgspec.json.decode(body, type=wire.EpochOpened)
            self._view.disk.begin_epoch(opened.epoch, self._common)
            self._view.begin_anew()
            return
        common = msgspec.json.decode(body, type=wire.Common).seq
        places = [*self._places(), self._differs]
        self._common = max(self._common, common)
        self._differs = min(place for place in places if place > self._common)

    def refused(self, code: str) -> bool:
        """Only people can mend it then: another computer is this store, or HQ is too old for the question."""
        self._view.is_beyond_repair = code in _FINAL
        return self._view.is_beyond_repair

    def lost(self) -> None:
        """See Talk."""

    @property
    def _is_found(self) -> bool:
        return self._differs == self._common + 1

    def _places(self) -> list[int]:
        """Places between what is common and what differs, evenly spread."""
        first, last = self._common + 1, self._differs - 1
        step = max(1, -(-(last - first + 1) // MOST_MARKS))
        return list(range(last, first - 1, -step))

    def _question(self) -> msgspec.Struct:
        disk = self._view.disk
        if self._is_found:
            return wire.OpenEpoch(
                epoch=disk.epoch(), common=self._mark(self._common), fresh=disk.want_epoch()
            )
        return wire.LookBack(epoch=disk.epoch(), marks=[self._mark(at) for at in self._places()])

    def _mark(self, seq: int) -> wire.Mark:
        return wire.Mark(seq=seq, chain=(self._view.disk.chain_at(seq) or b"").hex())
