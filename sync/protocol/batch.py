"""A pushed batch: consecutive events as compact arrays, whose chain HQ computes for itself."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from sync.core import chain
from sync.protocol.limits import MAX_BATCH_EVENTS
from sync.protocol.refusals import Forked, Malformed
from sync.protocol.wire import ChainHex, Epoch, StoreId

ERASED = b"null"
HASH_DIGITS = 64
Word = Annotated[str, Meta(max_length=64)]


class PushedEvent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event on the wire. `proof` is the salt; once the body is erased, the body's hash."""

    kind: Annotated[str, Meta(min_length=1, max_length=64)]
    version: int
    aggregate_id: Word
    at: Word
    hlc: Word
    clock_state: Word
    by: Word
    origin: Word
    body: msgspec.Raw
    proof: Annotated[str, Meta(pattern=r"^([0-9a-f]{32}|[0-9a-f]{64})$")]
    original_id: Word = ""

    @property
    def is_erased(self) -> bool:
        """True once the body was dropped: its hash is longer than a salt."""
        return len(self.proof) == HASH_DIGITS


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Events `first_seq`, `first_seq` + 1, ... of one epoch, between two chain values."""

    store_id: StoreId
    epoch: Epoch
    first_seq: Annotated[int, Meta(ge=1)]
    prev_chain: ChainHex
    events: Annotated[list[PushedEvent], Meta(min_length=1, max_length=MAX_BATCH_EVENTS)]
    last_chain: ChainHex

    @property
    def last_seq(self) -> int:
        """The seq of its last event."""
        return self.first_seq + len(self.events) - 1


class Link(NamedTuple):
    """What an event's place in the chain says of it."""

    seq: int
    event_id: str
    chain: bytes
    body_hash: str


_decoder = msgspec.json.Decoder(Batch)


def read(body: bytes) -> Batch:
    """The batch in an unpacked body; Malformed if it is none."""
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as broken:
        raise Malformed(reason=str(broken)) from broken


def links(batch: Batch) -> list[Link]:
    """Every event's link, computed from `prev_chain`; Forked unless it ends at `last_chain`."""
    previous = bytes.fromhex(batch.prev_chain)
    found: list[Link] = []
    for seq, event in enumerate(batch.events, batch.first_seq):
        proof = _body_hash(event)
        previous = chain.link(previous, _envelope(seq, event, proof))
        event_id = event.original_id or chain.event_id(previous)
        found.append(Link(seq, event_id, previous, proof))
    if previous.hex() != batch.last_chain:
        raise Forked(seq=batch.last_seq)
    return found


def _body_hash(event: PushedEvent) -> str:
    body = bytes(event.body)
    if event.is_erased:
        if body != ERASED:
            raise Malformed(reason="a body comes with its salt")
        return event.proof
    if body == ERASED:
        raise Malformed(reason="an erased body leaves its hash")
    return chain.body_hash(bytes.fromhex(event.proof), body)


def _envelope(seq: int, event: PushedEvent, body_hash: str) -> chain.Envelope:
    return chain.Envelope(
        seq,
        event.kind,
        event.version,
        event.aggregate_id,
        event.at,
        event.hlc,
        event.clock_state,
        event.by,
        event.origin,
        body_hash,
        event.original_id,
    )
