"""A batch of reports as it comes in: which are believed, and how old the newest is."""

from collections.abc import Sequence

import msgspec

from edge.arrivals.rules.reports import Doubt, RangeReport, Trail, doubt, follow

MOST_IN_BATCH = 50


class Taken(msgspec.Struct, frozen=True):
    """What became of a batch."""

    trail: Trail
    taken: int
    doubts: tuple[Doubt, ...]
    lag_seconds: float


def take(
    trail: Trail, reports: Sequence[RangeReport], *, received_t: float, same_clock: bool = False
) -> Taken:
    """Follow what can be believed.

    A phone's clock may be wrong, so its reports are aged against the quickest one so far; a client
    that keeps good time (`same_clock`) is aged against ours, which shows batches held back for hours.
    """
    trail = _with_offset(trail, reports, received_t, same_clock=same_clock)
    offset = trail.clock_offset_s or 0.0
    doubts: list[Doubt] = []
    taken, lag_seconds = 0, 0.0
    for sent in sorted(reports, key=lambda one: (one.t, one.seq))[-MOST_IN_BATCH:]:
        # Such a client numbers nothing; its time alone says what is late or repeated.
        seq = trail.last_seq + 1 if same_clock else sent.seq
        report = msgspec.structs.replace(sent, seq=seq)
        lag = max(0.0, received_t - report.t - offset)
        if reason := doubt(report, trail, lag_seconds=lag):
            doubts.append(reason)
            continue
        trail, taken, lag_seconds = follow(trail, report), taken + 1, lag
    return Taken(trail, taken, tuple(doubts), lag_seconds)


def _with_offset(
    trail: Trail, reports: Sequence[RangeReport], received_t: float, *, same_clock: bool
) -> Trail:
    seen = [received_t - one.t for one in reports]
    if trail.clock_offset_s is not None:
        seen.append(trail.clock_offset_s)
    quickest = 0.0 if same_clock else min(seen, default=0.0)
    return msgspec.structs.replace(trail, clock_offset_s=quickest)
