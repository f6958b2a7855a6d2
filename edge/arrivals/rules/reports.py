"""What a phone sends, and when a report is not to be believed."""

from collections.abc import Iterable
from enum import StrEnum
from math import isfinite

import msgspec

MOST_REPORTS = 128
LONGEST_WINDOW_SECONDS = 600.0
STALE_AFTER_SECONDS = 120.0
SPEED_SECONDS = 30.0
COARSEST_M = 1_000.0
FASTEST_M_PER_S = 70.0
FARTHEST_M = 200_000.0
# How far ahead of us a clock may run before what it says lies in the future.
AHEAD_SECONDS = 60.0


class RangeReport(msgspec.Struct, frozen=True):
    """One reported distance to the store; no distance means only "far"; of a ring, that it was crossed."""

    seq: int
    t: float
    distance_m: float | None
    accuracy_m: float | None = None
    is_crossing: bool = False


class Trail(msgspec.Struct, frozen=True):
    """What is remembered of one journey's reports: the latest ten minutes and two extremes.

    Its times are the store's own (`clock_offset_s` is what a page's clock lacks to it). `stray` is the
    report that was last doubted for where it is, `odd_post` the (phone's, our) time of the post that
    was last doubted for when it is: one such is a slip, a second that bears it out is the truth.
    """

    reports: tuple[RangeReport, ...] = ()
    first_t: float = 0.0
    farthest_m: float = 0.0
    farthest_t: float = 0.0
    fastest_m_per_s: float = 0.0
    last_seq: int = -1
    clock_offset_s: float | None = None
    is_far: bool = False
    stray: RangeReport | None = None
    odd_post: tuple[float, float] | None = None

    @property
    def last(self) -> RangeReport | None:
        """The newest believed report that has a distance."""
        return self.reports[-1] if self.reports else None


class Doubt(StrEnum):
    """Why a report is ignored."""

    REPEATED = "repeated"
    LATE = "late"
    STALE = "stale"
    COARSE = "coarse"
    JUMP = "jump"
    FUTURE = "future"
    SENSELESS = "senseless"


def doubt(report: RangeReport, trail: Trail, *, lag_seconds: float = 0.0) -> Doubt | None:
    """The first reason not to believe this report after that trail, if there is one."""
    reasons = (
        (Doubt.SENSELESS, _is_senseless(report)),
        (Doubt.REPEATED, report.seq <= trail.last_seq and not _is_silent(trail, report.t)),
        (Doubt.FUTURE, lag_seconds < -AHEAD_SECONDS),
        (Doubt.STALE, lag_seconds > STALE_AFTER_SECONDS),
        (Doubt.COARSE, _is_coarse(report)),
        (Doubt.LATE, trail.last is not None and report.t <= trail.last.t),
        (Doubt.JUMP, is_jump(report, trail.last)),
    )
    return next((reason for reason, holds in reasons if holds), None)


def follow(trail: Trail, report: RangeReport) -> Trail:
    """The trail with one believed report more, and what is too old for any window dropped."""
    if report.distance_m is None:
        return msgspec.structs.replace(trail, last_seq=report.seq, is_far=True, stray=None)
    since = report.t - LONGEST_WINDOW_SECONDS
    kept = [*trail.reports, report]
    first_inside = next(i for i, one in enumerate(kept) if one.t > since)
    kept = kept[max(0, first_inside - 1) :][-MOST_REPORTS:]
    is_farthest = not trail.reports or report.distance_m >= trail.farthest_m
    return Trail(
        reports=tuple(kept),
        first_t=trail.first_t if trail.reports else report.t,
        farthest_m=report.distance_m if is_farthest else trail.farthest_m,
        farthest_t=report.t if is_farthest else trail.farthest_t,
        fastest_m_per_s=max(trail.fastest_m_per_s, _speed(kept)),
        last_seq=report.seq,
        clock_offset_s=trail.clock_offset_s,
    )


def trail_of(reports: Iterable[tuple[float, float, float | None]]) -> Trail:
    """A trail from bare (t, distance_m, accuracy_m), oldest first."""
    trail = Trail()
    for seq, (t, distance_m, accuracy_m) in enumerate(reports):
        trail = follow(trail, RangeReport(seq, t, distance_m, accuracy_m))
    return trail


def _speed(kept: list[RangeReport]) -> float:
    """How fast the range has changed over the last half minute, either way."""
    here = kept[-1]
    past = next((one for one in reversed(kept) if here.t - one.t >= SPEED_SECONDS), None)
    if past is None:
        return 0.0
    metres = abs((here.distance_m or 0.0) - (past.distance_m or 0.0))
    return min(35.0, metres / (here.t - past.t))


def _is_silent(trail: Trail, t: float) -> bool:
    """Whether so long nothing was heard that another page, with numbers of its own, may go on."""
    return trail.last is None or t - trail.last.t > STALE_AFTER_SECONDS


def _is_senseless(report: RangeReport) -> bool:
    if not (isfinite(report.t) and (report.accuracy_m or 0.0) >= 0.0):
        return True
    return report.distance_m is not None and not 0.0 <= report.distance_m <= FARTHEST_M


def _is_coarse(report: RangeReport) -> bool:
    return report.accuracy_m is not None and report.accuracy_m > COARSEST_M


def is_jump(report: RangeReport, last: RangeReport | None) -> bool:
    """Whether nobody can have come from there to here in the time between."""
    if last is None or last.distance_m is None or report.distance_m is None:
        return False
    slack = 200.0 + (report.accuracy_m or 0.0) + (last.accuracy_m or 0.0)
    seconds = max(0.0, report.t - last.t)
    return abs(report.distance_m - last.distance_m) > slack + FASTEST_M_PER_S * seconds
