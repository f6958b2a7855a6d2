"""What travels between a store and HQ, as PROTOCOL.md has it. Unknown fields are let pass."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sync.protocol.limits import MOST_MARKS, PAGE_CHANGES, PROTOCOL, SCHEMA

StoreId = Annotated[str, Meta(min_length=1, max_length=64)]
Epoch = Annotated[str, Meta(min_length=16, max_length=64)]
Seq = Annotated[int, Meta(ge=0)]
ChainHex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]

PATH = "/sync/v1/"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a log: how many events, and the chain there."""

    seq: Seq
    chain: ChainHex


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """Start of a session: who, which incarnation of the log, how far, and the feed cursor."""

    store_id: StoreId
    epoch: Epoch
    first_kept: Seq
    last: Mark
    generation: str = ""
    position: Seq = 0
    protocol: int = PROTOCOL
    schema: int = SCHEMA


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """HQ's watermark decides where to resume; the nonce goes with every further request."""

    nonce: str
    watermark: Mark
    generation: str
    safe_through: Seq
    server_at: str
    batch_events: int
    feed_head: Seq
    epoch_state: Literal["open", "closed", "unknown"] = "open"
    protocol: int = PROTOCOL
    schema: int = SCHEMA


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is stored, but whose effect waits (as do later ones of the same thing)."""

    seq: Seq
    reason: str


class PushReply(msgspec.Struct, frozen=True, kw_only=True):
    """What HQ holds after the batch, committed."""

    watermark: Mark
    safe_through: Seq
    batch_events: int
    feed_head: Seq
    generation: str
    quarantined: list[Quarantined] = []


class Pull(msgspec.Struct, frozen=True, kw_only=True):
    """The next page of the feed after `position`."""

    generation: str
    position: Seq
    limit: Annotated[int, Meta(ge=1, le=PAGE_CHANGES)] = PAGE_CHANGES


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One record as it is now; a tombstone says "deleted" and travels as others do."""

    position: Seq
    record_type: str
    record_id: str
    revision: int
    body: msgspec.Raw = msgspec.Raw(b"{}")
    tombstone: bool = False
    schema: int = SCHEMA


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in commit order. `position` is where to go on; `head` where the feed ends now."""

    generation: str
    position: Seq
    head: Seq
    changes: list[Change] = []


class TableDigestText(msgspec.Struct, frozen=True, kw_only=True):
    """The buckets of one table (sync.core.digest), as text."""

    count: Seq
    buckets: str


class CompareHeads(msgspec.Struct, frozen=True, kw_only=True, tag_field="step", tag="heads"):
    """First question of the night: is your history mine, and do our tables agree?"""

    last: Mark
    generation: str
    position: Seq
    tables: dict[str, TableDigestText]


class TableAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How one table compares; `differing` numbers the buckets to look into."""

    count: Seq
    differing: list[int] = []


class HeadsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """HQ's own computation, made from its own tables."""

    chain_equal: bool
    tables: dict[str, TableAnswer]


class CompareRows(msgspec.Struct, frozen=True, kw_only=True, tag_field="step", tag="rows"):
    """Second question: row digests (hex) of the differing buckets, by table and record id."""

    rows: dict[str, dict[str, str]]
    buckets: dict[str, list[int]]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One row on which edge and HQ do not agree."""

    table: str
    record_id: str
    what: Literal["differs", "missing_at_hq", "missing_at_edge"]


class RowsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Each difference by name."""

    differences: list[Difference] = []


class NightReport(msgspec.Struct, frozen=True, kw_only=True, tag_field="step", tag="report"):
    """What the night found; stored at both ends."""

    business_date: str
    seq: Seq
    position: Seq
    chain_equal: bool
    digests_equal: bool
    tables: dict[str, int]
    differences: list[Difference] = []


class StoreHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How a store is, told once a minute; HQ keeps the newest. `at` is the store's business clock."""

    at: Annotated[str, Meta(max_length=40)]
    last_seq: Seq
    version: Annotated[str, Meta(max_length=40)] = ""
    sqlite: Annotated[str, Meta(max_length=40)] = ""
    clock: Annotated[str, Meta(max_length=20)] = ""
    line_up: bool | None = None
    line_seconds: float = 0.0
    disk_free: float | None = None
    printer: Annotated[str, Meta(max_length=120)] = ""
    backup_at: Annotated[str, Meta(max_length=40)] = ""
    backup_said: Annotated[str, Meta(max_length=120)] = ""


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """Taken note of."""

    ok: bool = True


Reconcile = CompareHeads | CompareRows | NightReport


class Enrol(msgspec.Struct, frozen=True, kw_only=True):
    """A new box shows its one-time code and its public key (64 hex digits), signed by that key."""

    code: Annotated[str, Meta(min_length=4, max_length=64)]
    public_key: ChainHex
    epoch: Epoch
    protocol: int = PROTOCOL


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """Who the box is from now on."""

    store_id: StoreId
    name: str
    fingerprint: str


class LineWay(msgspec.Struct, frozen=True, kw_only=True):
    """One more front door, and the ticket for it."""

    ticket: str
    url: str


class LookBack(msgspec.Struct, frozen=True, kw_only=True, tag_field="step", tag="look"):
    """HQ knows another end of our log: which of these places is the last that both of us have?"""

    epoch: Epoch
    marks: Annotated[list[Mark], Meta(min_length=1, max_length=MOST_MARKS)]


class Common(msgspec.Struct, frozen=True, kw_only=True):
    """The highest of the places at which HQ has the same chain."""

    seq: Seq


class OpenEpoch(msgspec.Struct, frozen=True, kw_only=True, tag_field="step", tag="open"):
    """Close our epoch, and open a fresh one that goes on after `common`."""

    epoch: Epoch
    common: Mark
    fresh: Epoch


class EpochOpened(msgspec.Struct, frozen=True, kw_only=True):
    """It is open; `told_back` records, of which we may know nothing any more, are in our feed."""

    epoch: Epoch
    told_back: int = 0


Fork = LookBack | OpenEpoch


class LineTicket(msgspec.Struct, frozen=True, kw_only=True):
    """Lets the store's own line in at its front door for a short while; `others` are tried when that one is away."""

    ticket: str
    url: str = ""
    seconds: int = 60
    others: list[LineWay] = []


def encode(message: msgspec.Struct) -> bytes:
    """A message as JSON."""
    return msgspec.json.encode(message)
