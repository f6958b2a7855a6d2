"""The store's database as the sync agent sees it."""

from __future__ import annotations

from typing import Any

import msgspec

from edge.base import epochs, sync_store, times
from edge.base.database import Reader
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.sync_bindings import apply_page, digest_rows
from sync.agent.disk import LogEnds, Remembered, Snapshot
from sync.core import chain, hlc
from sync.core.digest import TableDigest, row_digest
from sync.protocol.batch import ERASED, PushedEvent
from sync.protocol.wire import NightReport, Page


class EdgeDisk:
    """See sync.agent.disk.Disk."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def store_id(self) -> str:
        """See Disk."""
        with self._edge.read() as reader:
            return sync_store.enrolled_as(reader)

    def epoch(self) -> str:
        """See Disk."""
        return self._edge.epoch

    def ends(self) -> LogEnds:
        """See Disk."""
        with self._edge.read() as reader:
            return self._ends(reader)

    def chain_at(self, seq: int) -> bytes | None:
        """See Disk."""
        with self._edge.read() as reader:
            if seq == 0:
                return chain.genesis(self._edge.epoch)
            return sync_store.chain_at(reader, self._base + seq, self._edge.epoch)

    def events_after(self, seq: int, limit: int) -> list[PushedEvent]:
        """See Disk."""
        with self._edge.read() as reader:
            rows = sync_store.events_after(reader, self._base + seq, limit)
            return [_pushed(row, is_first=self._base == 0) for row in rows]

    def remembered(self) -> Remembered:
        """See Disk."""
        with self._edge.read() as reader:
            return msgspec.convert(sync_store.place(reader), Remembered)

    def remember(self, **changes: Any) -> None:
        """See Disk."""
        self._edge.write(lambda unit: sync_store.remember(unit, **changes))

    def want_epoch(self) -> str:
        """See Disk."""
        wanted: str = self._edge.write(epochs.want)
        return wanted

    def wanted_epoch(self) -> str:
        """See Disk."""
        with self._edge.read() as reader:
            return epochs.wanted(reader)

    def begin_epoch(self, name: str, common: int) -> int:
        """See Disk."""

        def begin(unit: Unit) -> int:
            sync_store.remember(unit, acked=0, safe_through=0)
            return epochs.begin(unit, name, common=common)

        return self._edge.write(begin)

    def apply_page(self, page: Page) -> None:
        """See Disk."""
        apply_page(self._edge, page)

    def compare_clock(self, hq_at: str) -> None:
        """See Disk."""
        apart = abs(hlc.milliseconds(self._edge.clock.now()) - _milliseconds(hq_at))
        self._edge.log.clock_state = hlc.SYNCED if apart <= hlc.DRIFT_MS else hlc.UNSYNCED

    def snapshot(self) -> Snapshot:
        """See Disk."""
        with self._edge.read() as reader:
            ends = self._ends(reader)
            place = msgspec.convert(sync_store.place(reader), Remembered)
            tables = digest_rows(reader)
        return Snapshot(
            ends=ends,
            generation=place.generation,
            position=place.position,
            tables={name: TableDigest.of(rows) for name, rows in tables.items()},
            rows={
                name: {record_id: row_digest(record_id, values) for record_id, values in rows}
                for name, rows in tables.items()
            },
        )

    def keep_report(self, report: NightReport) -> None:
        """See Disk."""
        is_equal = report.chain_equal and report.digests_equal
        text = msgspec.json.encode(report).decode()
        self._edge.write(
            lambda unit: sync_store.keep_night(unit, report.business_date, text, is_equal=is_equal)
        )

    @property
    def _base(self) -> int:
        """On the wire an epoch counts from 1."""
        return self._edge.log.base

    def _ends(self, reader: Reader) -> LogEnds:
        last, link = sync_store.last_link(reader, self._edge.epoch, self._base)
        first = max(1, sync_store.first_kept(reader) - self._base)
        return LogEnds(first_kept=first, last_seq=last - self._base, last_chain=link)


def _milliseconds(text: str) -> int:
    try:
        return hlc.milliseconds(times.parse(text))
    except (ValueError, TypeError):
        return 0


def _pushed(row: Any, *, is_first: bool) -> PushedEvent:
    erased = row["body"] is None
    return PushedEvent(
        row["kind"],
        row["version"],
        row["aggregate_id"],
        row["at"],
        row["hlc"],
        row["clock_state"],
        row["by"],
        row["origin"],
        msgspec.Raw(ERASED if erased else row["body"].encode()),
        row["body_hash"] if erased else row["salt"].hex(),
        "" if is_first else epochs.original_id(row["event_id"], row["chain"]),
    )
