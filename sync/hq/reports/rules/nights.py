"""What a night's report says in one word."""

from __future__ import annotations

import msgspec

from sync.protocol.wire import NightReport


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """One store's night."""

    store_id: str
    received_at: str
    report: NightReport

    @property
    def holds(self) -> bool:
        """Whether store and HQ hold the same facts."""
        return is_equal(self.report)


def is_equal(report: NightReport) -> bool:
    """Equal history, equal tables, and not one row that differs."""
    return report.chain_equal and report.digests_equal and not report.differences
