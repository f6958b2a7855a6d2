"""A batch of reports as it comes in: which are believed, by which clock, and how old the newest is."""

from collections.abc import Sequence
from math import isfinite

import msgspec
from msgspec.structs import replace

from edge.arrivals.rules.reports import (
    AHEAD_SECONDS,
    STALE_AFTER_SECONDS,
    Doubt,
    RangeReport,
    Trail,
    doubt,
    follow,
    is_jump,
)

MOST_IN_BATCH = 50
# So long a doubted report must be borne out by others, and so little may their times drift apart.
BORNE_OUT_SECONDS = 5.0
NEW_CLOCK_SECONDS = 10.0
DRIFT_SECONDS, DRIFT_SHARE = 1.0, 0.2


class Taken(msgspec.Struct, frozen=True):
    """What became of a batch."""

    trail: Trail
    taken: int
    doubts: tuple[Doubt, ...]
    lag_seconds: float


def take(
    trail: Trail,
    reports: Sequence[RangeReport],
    *,
    received_t: float,
    sent_t: float | None = None,
    same_clock: bool = False,
) -> Taken:
    """Follow what can be believed, the newest of a batch that is too long.

    A phone's clock may be wrong, so its reports are aged against the quickest post so far, by what the phone's
    clock was at sending (`sent_t`), or at its newest report. A client that keeps good time (`same_clock`) is aged
    against ours, which shows batches held back for hours.
    """
    posted = sorted((one for one in reports if isfinite(one.t)), key=lambda one: (one.t, one.seq))
    doubts = [Doubt.SENSELESS] * (len(reports) - len(posted))
    if posted and not same_clock:
        told_t = posted[-1].t
        if sent_t is not None and isfinite(sent_t):
            told_t = max(told_t, sent_t)
        trail = _told_the_time(trail, told_t, received_t)
    offset = 0.0 if same_clock else trail.clock_offset_s or 0.0
    taken, lag_seconds = 0, 0.0
    for sent in posted[-MOST_IN_BATCH:]:
        # A client numbers nothing; its time alone says what is late or repeated.
        seq = trail.last_seq + 1 if same_clock else sent.seq
        report = replace(sent, seq=seq, t=sent.t + offset)
        lag = received_t - report.t
        trail, reason = _judged(trail, report, lag)
        if reason:
            doubts.append(reason)
            continue
        # Numbers are the page's own: it goes on from its last one, whatever a client sent meanwhile.
        number = trail.last_seq if same_clock else seq
        trail = replace(follow(trail, report), last_seq=number)
        taken, lag_seconds = taken + 1, max(0.0, lag)
    return Taken(trail, taken, tuple(doubts), lag_seconds)


def _judged(trail: Trail, report: RangeReport, lag: float) -> tuple[Trail, Doubt | None]:
    """Whether to doubt the report; when it bears out one that was doubted, the trail begins anew there."""
    reason = doubt(report, trail, lag_seconds=lag)
    if reason is not Doubt.JUMP:
        return trail, reason
    stray = trail.stray
    if stray is None or report.t <= stray.t or is_jump(report, stray):
        return replace(trail, stray=report), reason
    if report.t - stray.t < BORNE_OUT_SECONDS:
        return trail, reason
    clean = Trail(last_seq=trail.last_seq, clock_offset_s=trail.clock_offset_s)
    return follow(clean, stray), None


def _told_the_time(trail: Trail, told_t: float, received_t: float) -> Trail:
    """What is known of a page's clock after its post; a clock that was set is believed when it goes on."""
    offset, known = received_t - told_t, trail.clock_offset_s
    if known is None:
        return replace(trail, clock_offset_s=offset)
    if -AHEAD_SECONDS <= offset - known <= STALE_AFTER_SECONDS:
        return _earlier(replace(trail, odd_post=None), max(0.0, known - offset))
    if trail.odd_post is None or not _keeps_step(trail.odd_post, told_t, received_t):
        return replace(trail, odd_post=(told_t, received_t))
    if received_t - trail.odd_post[1] < NEW_CLOCK_SECONDS:
        return trail
    return _by_new_clock(trail, offset, received_t)


def _earlier(trail: Trail, seconds: float) -> Trail:
    """The trail when a quicker post shows that all the reports before it had been slower than thought."""
    if not seconds:
        return trail
    return replace(
        trail,
        reports=tuple(replace(one, t=one.t - seconds) for one in trail.reports),
        first_t=trail.first_t - seconds,
        clock_offset_s=(trail.clock_offset_s or 0.0) - seconds,
        stray=trail.stray and replace(trail.stray, t=trail.stray.t - seconds),
    )


def _keeps_step(before: tuple[float, float], newest_t: float, received_t: float) -> bool:
    """Whether as much time went by for the phone as for us: a queue that is sent late runs faster."""
    for_the_phone, for_us = newest_t - before[0], received_t - before[1]
    return abs(for_the_phone - for_us) <= DRIFT_SECONDS + DRIFT_SHARE * max(0.0, for_us)


def _by_new_clock(trail: Trail, offset: float, received_t: float) -> Trail:
    """Our own clock may have been the one that was set: what then lies ahead of it is forgotten."""
    if trail.last is not None and trail.last.t >= received_t:
        return Trail(last_seq=trail.last_seq, clock_offset_s=offset)
    return replace(trail, clock_offset_s=offset, odd_post=None)
