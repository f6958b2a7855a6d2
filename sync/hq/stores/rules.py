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
from sync.protocol.wire import Mark, StoreHealth

CODE_BYTES = 10
CODE_LIFE = timedelta(minutes=10)
# A store asks for news every few seconds; after these it is told apart from one that is in touch.
QUIET_AFTER_SECONDS, LOST_AFTER_SECONDS = 60.0, 900.0
SKEW_SECONDS = 5.0
OLD_BACKUP_SECONDS = 36 * 3600.0

Degrees = Annotated[float, Meta(ge=-180, le=180)]


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pin of the store itself or of one of its bays: the only coordinates that are ever kept."""

    label: Annotated[str, Meta(min_length=1, max_length=40)]
    north: Annotated[float, Meta(ge=-90, le=90)]
    east: Degrees


class Store(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A store as HQ keeps it. `aliases` are other spellings that shop systems use for it."""

    store_id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$(?!\n)")]
    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{1,6}$(?!\n)")]
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    zone: Annotated[str, Meta(min_length=1, max_length=64)]
    public_host: Annotated[str, Meta(pattern=r"^[a-z0-9.-]+(:\d{1,5})?$(?!\n)", max_length=80)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")] = "JPY"
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
    """A store as the page about stores shows it. `skew` is its clock minus ours, in seconds."""

    store: Store
    now: datetime
    has_key: bool = True
    epoch: Epoch | None = None
    heard_at: datetime | None = None
    quarantined: int = 0
    feed_head: int = 0
    taken: int = 0
    told: StoreHealth | None = None
    told_at: datetime | None = None
    skew: float | None = None
    night: Literal["equal", "differs", "none"] = "none"
    backup_age: float | None = None

    @property
    def silent_seconds(self) -> float | None:
        """How long ago it was last heard, in real seconds."""
        return None if self.heard_at is None else (self.now - self.heard_at).total_seconds()

    @property
    def contact(self) -> Literal["never", "in_touch", "quiet", "lost", "shut_out"]:
        """Whether it is in touch."""
        if self.epoch is not None and not self.has_key:
            return "shut_out"
        if self.silent_seconds is None:
            return "never"
        if self.silent_seconds < QUIET_AFTER_SECONDS:
            return "in_touch"
        return "quiet" if self.silent_seconds < LOST_AFTER_SECONDS else "lost"

    @property
    def backlog(self) -> int | None:
        """How many of its events are not here yet, as far as it has told."""
        if self.told is None or self.epoch is None:
            return None
        return max(0, self.told.last_seq - self.epoch.seq)

    @property
    def clock(self) -> Literal["not_told", "right", "off"]:
        """Whether its clock is near ours."""
        if self.skew is None:
            return "not_told"
        return "right" if abs(self.skew) <= SKEW_SECONDS else "off"

    @property
    def line(self) -> Literal["none", "not_told", "up", "down"]:
        """Its own line to the front door, if there is one: what it said last, while it is in touch at all."""
        if self.told is None or self.contact != "in_touch":
            return "not_told"
        if self.told.line_up is None:
            return "none"
        return "up" if self.told.line_up else "down"

    @property
    def backup(self) -> Literal["none", "fresh", "old"]:
        """Whether its last backup is from last night."""
        if self.backup_age is None:
            return "none"
        return "fresh" if self.backup_age < OLD_BACKUP_SECONDS else "old"

    @property
    def troubles(self) -> int:
        """How much somebody should look at; the worst stores stand first."""
        return (
            4 * (self.contact in ("lost", "shut_out"))
            + 4 * (self.night == "differs")
            + 2 * bool(self.quarantined)
            + 2 * (self.line == "down")
            + (self.contact == "quiet")
            + (self.clock == "off")
            + (self.backup == "old")
        )


class StoreUnknown(NotFound):
    """No such store."""

    code = "store_unknown"
    sentence = "There is no store {store_id} here."


class StoreTaken(Refusal):
    """A store is added once; afterwards it is changed."""

    code = "store_taken"
    status = 409
    sentence = "There is a store {store_id} already."


class NotConfirmed(Refusal):
    """Shutting a box out stops a store's sync, so it takes two thoughts."""

    code = "not_confirmed"
    status = 409
    sentence = "Nothing was done. To shut this box out, type the store's code: {store_code}."


class LogTorn(Refusal):
    """A copy of HQ does not hold what its watermark says."""

    code = "log_torn"
    status = 409
    sentence = "The log of {store_id} is not whole in this copy."


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
