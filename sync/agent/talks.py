"""The parts of a conversation: each says what to send and understands its own answer."""

from __future__ import annotations

from typing import Protocol

import msgspec

from sync.agent.batches import Batches, Packed
from sync.agent.pace import Pace
from sync.agent.steps import State
from sync.agent.view import View
from sync.protocol import wire
from sync.protocol.limits import SCHEMA, pack

UNDERSTOOD = True


class Talk(Protocol):
    """One request and what its answer means."""

    path: str

    def body(self) -> bytes:
        """The packed body to send."""

    def accepted(self, body: bytes, seconds: float) -> None:
        """HQ said yes; msgspec.MsgspecError if the answer cannot be read."""

    def refused(self, code: str) -> bool:
        """HQ said no; True if that was understood and dealt with."""

    def lost(self) -> None:
        """No answer came, or the wrong one: the request may or may not have been heard."""


class Greeting:
    """hello: who we are, how far our log goes; HQ's watermark tells where to resume."""

    path = "hello"

    def __init__(self, view: View) -> None:
        self._view = view

    def body(self) -> bytes:
        """See Talk."""
        view, ends = self._view, self._view.disk.ends()
        return pack(
            wire.encode(
                wire.Hello(
                    store_id=view.disk.store_id(),
                    epoch=view.disk.epoch(),
                    first_kept=ends.first_kept,
                    last=wire.Mark(seq=ends.last_seq, chain=ends.last_chain.hex()),
                    generation=view.generation,
                    position=view.position,
                )
            )
        )

    def accepted(self, body: bytes, seconds: float) -> None:
        """See Talk."""
        view = self._view
        welcome = msgspec.json.decode(body, type=wire.Welcome)
        view.nonce, view.pull_wanted = welcome.nonce, True
        view.stopped = view.deaf = None
        view.has_forked = False
        view.disk.compare_clock(welcome.server_at)
        if welcome.epoch_state != "open":
            view.stopped = State.EPOCH_CLOSED
            # HQ may have opened the next one, and its answer was lost.
            view.has_forked = bool(view.disk.wanted_epoch())
        elif view.agrees(welcome.watermark):
            view.acknowledged(welcome.watermark, welcome.safe_through)
        if welcome.generation != view.generation:
            view.generation, view.position = welcome.generation, 0
            view.disk.remember(generation=welcome.generation, position=0)

    def refused(self, code: str) -> bool:
        """See Talk."""
        if code == "epoch_closed":
            self._view.stopped = State.EPOCH_CLOSED
        return False

    def lost(self) -> None:
        """See Talk."""


class Pushing:
    """push: the next events in order; what HQ has seen of them already, it skips."""

    path = "push"

    def __init__(self, view: View, pace: Pace, batches: Batches) -> None:
        self._view = view
        self._pace = pace
        self._batches = batches
        self._packed = Packed(0, 0, b"")

    def body(self) -> bytes:
        """See Talk."""
        self._packed = self._batches.next(self._view.acked, self._pace.batch)
        return self._packed.body

    def accepted(self, body: bytes, seconds: float) -> None:
        """See Talk."""
        view = self._view
        reply = msgspec.json.decode(body, type=wire.PushReply)
        if not view.agrees(reply.watermark):
            return
        view.acknowledged(reply.watermark, reply.safe_through)
        view.quarantined += len(reply.quarantined)
        self._pace.took(seconds, reply.batch_events)
        if reply.generation != view.generation:
            view.hello_again()
        elif reply.feed_head > view.position:
            view.pull_wanted = True

    def refused(self, code: str) -> bool:
        """See Talk."""
        if code == "too_large" and self._packed.size > 1:
            return UNDERSTOOD
        stops = {
            "forked": State.FORKED,
            "epoch_closed": State.EPOCH_CLOSED,
            "too_large": State.EVENT_TOO_LARGE,
        }
        self._view.stopped = stops.get(code)
        if code == "gap":
            self._view.hello_again()
        return code in stops

    def lost(self) -> None:
        """See Talk."""

    def pack_ahead(self) -> None:
        """Pack the batch that follows this one, if all goes well."""
        self._batches.pack_ahead(self._packed.after + self._packed.size, self._pace.next_batch)


class Pulling:
    """pull: the next page of the feed, applied together with its cursor."""

    path = "pull"

    def __init__(self, view: View) -> None:
        self._view = view

    def body(self) -> bytes:
        """See Talk."""
        view = self._view
        view.pull_wanted = False  # a poke while this is under way asks for one more
        return pack(wire.encode(wire.Pull(generation=view.generation, position=view.position)))

    def accepted(self, body: bytes, seconds: float) -> None:
        """See Talk."""
        view = self._view
        page = msgspec.json.decode(body, type=wire.Page)
        if page.generation != view.generation or page.position < view.position:
            view.hello_again()
            return
        if any(change.schema > SCHEMA for change in page.changes):
            view.deaf = State.HQ_IS_NEWER
            return
        if page.position != view.position or page.changes:
            view.disk.apply_page(page)
            view.position = page.position
        view.pull_wanted = view.pull_wanted or page.position < page.head

    def refused(self, code: str) -> bool:
        """See Talk."""
        self._view.pull_wanted = True
        if code == "generation_changed":
            self._view.hello_again()
            return UNDERSTOOD
        return False

    def lost(self) -> None:
        """See Talk."""
        self._view.pull_wanted = True
