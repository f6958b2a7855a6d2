"""What the session needs of the store's database: a door, so that a simulator can bring its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from sync.core.digest import TableDigest
from sync.protocol.batch import PushedEvent
from sync.protocol.wire import NightReport, Page


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What outlives a restart. The feed cursor moves only together with the page it belongs to."""

    generation: str = ""
    position: int = 0
    # Request numbers up to here may have been used.
    sequence: int = 0
    acked: int = 0
    safe_through: int = 0


class LogEnds(msgspec.Struct, frozen=True, kw_only=True):
    """The first event still kept, the last one, and the chain there."""

    first_kept: int
    last_seq: int
    last_chain: bytes


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One moment of the store: its log's end, its feed cursor, and its tables, computed from their rows."""

    ends: LogEnds
    generation: str
    position: int
    tables: Mapping[str, TableDigest]
    # Row digests by table and record id, for the buckets that differ.
    rows: Mapping[str, Mapping[str, int]]


class Disk(Protocol):
    """The store's side of sync. Each call is one transaction."""

    def store_id(self) -> str:
        """Who we are at HQ; "" before enrolment."""

    def epoch(self) -> str:
        """The incarnation of this database."""

    def ends(self) -> LogEnds:
        """Where the log begins and ends."""

    def chain_at(self, seq: int) -> bytes | None:
        """The chain after event `seq` (0: before the first); None where the log has nothing."""

    def events_after(self, seq: int, limit: int) -> list[PushedEvent]:
        """Events that follow `seq`, gapless."""

    def remembered(self) -> Remembered:
        """What was remembered."""

    def remember(self, **changes: object) -> None:
        """Remember some fields of Remembered, durably."""

    def want_epoch(self) -> str:
        """The name of a fresh epoch, remembered: the same until it has begun."""

    def wanted_epoch(self) -> str:
        """The fresh epoch that HQ may have opened for us already; "" if none was asked for."""

    def begin_epoch(self, name: str, common: int) -> int:
        """Go on in that epoch after the first `common` events of this one; how many are to be sent again."""

    def apply_page(self, page: Page) -> None:
        """Apply all changes and move the cursor, together or not at all."""

    def compare_clock(self, hq_at: str) -> None:
        """HQ's clock reads this now; events say whether ours is near it."""

    def snapshot(self) -> Snapshot:
        """One moment to compare with HQ's."""

    def keep_report(self, report: NightReport) -> None:
        """Store what a night found."""
