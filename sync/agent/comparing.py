"""The nightly comparison: chains and tables, computed at both ends; what differs is named row by row."""

from __future__ import annotations

import msgspec

from sync.agent.disk import Disk, Snapshot
from sync.agent.talks import UNDERSTOOD
from sync.core.digest import bucket_of
from sync.protocol import wire
from sync.protocol.limits import pack

TRIES = 5
# When everything differs, a few hundred rows by name say as much as all of them.
MOST_BUCKETS = 64


class Comparing:
    """A talk of two or three questions, asked only when nothing else is left to say."""

    path = "reconcile"

    def __init__(self, disk: Disk, business_date: str) -> None:
        self.business_date = business_date
        self.report: wire.NightReport | None = None
        self.is_over = False
        self._disk = disk
        self._tries = 0
        self._snapshot: Snapshot | None = None
        self._heads: wire.HeadsAnswer | None = None

    def body(self) -> bytes:
        """See Talk."""
        return pack(wire.encode(self._question()))

    def accepted(self, body: bytes, seconds: float) -> None:
        """See Talk."""
        if self.report is not None:
            self._finish(self.report)
        elif self._heads is None:
            self._heads = msgspec.json.decode(body, type=wire.HeadsAnswer)
            if not self._differing():
                self.report = self._report([])
        else:
            self.report = self._report(msgspec.json.decode(body, type=wire.RowsAnswer).differences)

    def refused(self, code: str) -> bool:
        """Log or feed moved between two questions: begin again, but not for ever, whatever the reason."""
        self._tries += 1
        self._begin()
        if self._tries >= TRIES:
            self._finish(self._report([]))
            return UNDERSTOOD
        return code == "moved_on"

    def lost(self) -> None:
        """Ask the same again when the line is back; a report twice is a report once."""

    def _begin(self) -> None:
        self._snapshot, self._heads, self.report = None, None, None

    def _question(self) -> msgspec.Struct:
        if self.report is not None:
            return self.report
        if self._heads is None:
            self._snapshot = self._disk.snapshot()
            return _heads(self._snapshot)
        return self._rows()

    def _differing(self) -> dict[str, list[int]]:
        if self._heads is None:
            return {}
        found = self._heads.tables.items()
        return {name: each.differing[:MOST_BUCKETS] for name, each in found if each.differing}

    def _rows(self) -> wire.CompareRows:
        found = self._snapshot.rows if self._snapshot else {}
        differing = self._differing()
        rows = {
            name: {
                record_id: f"{digest:016x}"
                for record_id, digest in found.get(name, {}).items()
                if bucket_of(record_id) in numbers
            }
            for name, numbers in differing.items()
        }
        return wire.CompareRows(rows=rows, buckets=differing)

    def _report(self, differences: list[wire.Difference]) -> wire.NightReport:
        seen = self._snapshot or self._disk.snapshot()
        heads = self._heads
        return wire.NightReport(
            business_date=self.business_date,
            seq=seen.ends.last_seq,
            position=seen.position,
            chain_equal=heads is not None and heads.chain_equal,
            digests_equal=heads is not None
            and not self._differing()
            and _counts_agree(seen, heads),
            tables={name: table.count for name, table in seen.tables.items()},
            differences=differences,
        )

    def _finish(self, report: wire.NightReport) -> None:
        self.report, self.is_over = report, True
        self._disk.keep_report(report)


def _heads(seen: Snapshot) -> wire.CompareHeads:
    return wire.CompareHeads(
        last=wire.Mark(seq=seen.ends.last_seq, chain=seen.ends.last_chain.hex()),
        generation=seen.generation,
        position=seen.position,
        tables={
            name: wire.TableDigestText(count=table.count, buckets=table.text())
            for name, table in seen.tables.items()
        },
    )


def _counts_agree(seen: Snapshot, heads: wire.HeadsAnswer) -> bool:
    return all(
        name in heads.tables and heads.tables[name].count == table.count
        for name, table in seen.tables.items()
    )
