"""What is true of stores: who they are, how a box becomes one, and when a log may go on."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from sync.core import base32, chain
from sync.core.errors import NotFound, Refusal
from sync.protocol.batch import Batch, Link
from sync.protocol.refusals import CodeRefused, Forked, Gap
from sync.protocol.wire import Mark

CODE_BYTES = 10
CODE_LIFE = timedelta(minutes=10)

Degrees = Annotated[float, Meta(ge=-180, le=180)]


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pin of the store itself or of one of its bays: the only coordinates that are ever kept."""

    label: Annotated[str, Meta(min_length=1, max_length=40)]
    north: Annotated[float, Meta(ge=-90, le=90)]
    east: Degrees


class Store(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A store as HQ keeps it. `aliases` are other spellings that shop systems use for it."""

    store_id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{1,6}$")]
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    zone: Annotated[str, Meta(min_length=1, max_length=64)]
    public_host: Annotated[str, Meta(pattern=r"^[a-z0-9.-]+(:\d{1,5})?$", max_length=80)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "JPY"
    name_ja: Annotated[str, Meta(max_length=80)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    aliases: tuple[str, ...] = ()
    pin: Place | None = None
    bays: tuple[Place, ...] = ()
    revision: int = 1

    def __post_init__(self) -> None:
        """Refuse a zone that this machine does not know."""
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{self.zone} is not a time zone") from None


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """One incarnation of a store's log, and how far HQ holds it."""

    store_id: str
    epoch: str
    seq: int
    chain: str
    is_open: bool
    safe_through: int = 0

    @property
    def mark(self) -> Mark:
        """The watermark."""
        return Mark(seq=self.seq, chain=self.chain)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A store as the page about stores shows it."""

    store: Store
    epoch: Epoch | None = None
    heard_at: datetime | None = None
    quarantined: int = 0
    feed_head: int = 0
    taken: int = 0


class StoreUnknown(NotFound):
    """No such store."""

    code = "store_unknown"
    sentence = "There is no store {store_id} here."


class CodeTaken(Refusal):
    """Two stores cannot print the same code."""

    code = "code_taken"
    status = 409
    sentence = "Another store has the code {store_code} already."


def code_hash(code: str) -> str:
    """What is kept of an enrolment code."""
    return hashlib.sha256(base32.normalise(code).encode()).hexdigest()


def check_code(*, expires_at: datetime, used: bool, now: datetime) -> None:
    """Codes work once, for ten minutes of real time."""
    if used or now >= expires_at:
        raise CodeRefused


def fresh_epoch(store_id: str, epoch: str) -> Epoch:
    """A log of which nothing is here yet."""
    return Epoch(
        store_id=store_id, epoch=epoch, seq=0, chain=chain.genesis(epoch).hex(), is_open=True
    )


def state_of(epoch: Epoch | None) -> Literal["open", "closed", "unknown"]:
    """Whether a log may go on here."""
    if epoch is None:
        return "unknown"
    return "open" if epoch.is_open else "closed"


def continues(epoch: Epoch, batch: Batch, links: list[Link]) -> int:
    """How many events of the batch are here already; Gap or Forked when it does not fit the log."""
    if batch.first_seq > epoch.seq + 1:
        raise Gap(seq=epoch.seq)
    known = min(epoch.seq - batch.first_seq + 1, len(links))
    if known == 0 and batch.prev_chain != epoch.chain:
        raise Forked(seq=epoch.seq)
    ends_here = 0 < known and batch.first_seq + known - 1 == epoch.seq
    if ends_here and links[known - 1].chain.hex() != epoch.chain:
        raise Forked(seq=epoch.seq)
    return known
