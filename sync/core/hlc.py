"""Hybrid logical clocks: they never go back, whatever the machine's clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

# A Pi has no battery clock and a peer may be a year ahead: nobody moves us further than this.
DRIFT_MS = 60_000
_COUNTER_LIMIT = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SYNCED = "synced"
UNSYNCED = "unsynced"


class Hlc(NamedTuple):
    """Milliseconds and a counter; compares like a tuple, and its text compares the same way."""

    ms: int
    counter: int

    def __str__(self) -> str:
        return f"{self.ms:013d}.{self.counter:04d}"


ZERO = Hlc(0, 0)


def parse(text: str) -> Hlc:
    """The value behind its text."""
    ms, counter = text.split(".")
    return Hlc(int(ms), int(counter))


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970; 0 before that (a clock without battery may say so)."""
    return max(0, (at - _EPOCH) // timedelta(milliseconds=1))


def tick(last: Hlc, now_ms: int) -> Hlc:
    """The stamp of the next event: above `last`, and at the wall clock when that is ahead."""
    if now_ms > last.ms:
        return Hlc(now_ms, 0)
    if last.counter + 1 < _COUNTER_LIMIT:
        return Hlc(last.ms, last.counter + 1)
    return Hlc(last.ms + 1, 0)


def receive(last: Hlc, remote: Hlc, now_ms: int) -> Hlc:
    """The stamp after hearing of `remote`, which pulls us ahead by DRIFT_MS at most."""
    return tick(max(last, effective(remote, now_ms)), now_ms)


def effective(stamp: Hlc, received_ms: int) -> Hlc:
    """What merges compare: a stamp from the future counts as DRIFT_MS after it was received."""
    return min(stamp, Hlc(received_ms + DRIFT_MS, 0))
