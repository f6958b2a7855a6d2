"""What a trail of ranges tells, as the numbers that the forecast weighs: logs of metres, of speeds, of seconds."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import log, log1p, tanh
from operator import attrgetter

from edge.arrivals.rules.reports import RangeReport, Trail

HINGES_M = (300.0, 1_000.0, 3_000.0, 9_000.0)
CLOSING_SECONDS = (30.0, 60.0, 180.0, 600.0)
TREND_SECONDS = (120.0, 300.0)
MOVING_SECONDS = (90.0, 300.0)
SHORTEST_SECONDS = 20.0
STILL_M = 40.0
LONGEST_STILL_SECONDS = 300.0
SOFT_M = 30.0
_time = attrgetter("t")


def features(trail: Trail) -> list[float]:
    """The features of a trail with at least one distance, in the order of the figures."""
    reports, here = trail.reports, trail.reports[-1]
    d = here.distance_m or 0.0
    log_d = log(d + SOFT_M)
    prior = log(2.0 + 6.0 * min(1.0, trail.farthest_m / 4_000.0))
    returning = here.t - trail.farthest_t
    moving = [_moving(reports, window, prior) for window in MOVING_SECONDS]
    fastest = log(max(1.0, trail.fastest_m_per_s))
    overall = _shrunk((trail.farthest_m - d) / max(1.0, returning), returning / 120.0, prior)
    return [
        log_d, *(max(0.0, log_d - log(hinge + SOFT_M)) for hinge in HINGES_M),
        *(_closing(reports, window, prior) for window in CLOSING_SECONDS), overall,
        *(_trend(reports, window) for window in TREND_SECONDS),
        *moving, fastest,
        log1p(here.t - trail.first_t), log1p(_still_seconds(reports)),
        log(trail.farthest_m + 100.0), d / (trail.farthest_m + 100.0), max(0.0, 1.0 - d / 1_000.0),
    ]  # fmt: skip


def _since(reports: Sequence[RangeReport], seconds: float) -> int:
    """Where the reports of the last so many seconds begin."""
    return max(0, bisect_right(reports, reports[-1].t - seconds, key=_time) - 1)


def _net_speed(reports: Sequence[RangeReport], window: float) -> tuple[float, float]:
    """Metres a second towards the store over a window, and how many seconds of it were seen."""
    past, here = reports[_since(reports, window)], reports[-1]
    seconds = here.t - past.t
    return ((past.distance_m or 0.0) - (here.distance_m or 0.0)) / max(1.0, seconds), seconds


def _shrunk(speed: float, share: float, prior: float) -> float:
    """Log speed, shrunk to what is usual at such a range while little has been seen."""
    share = max(0.0, min(1.0, share))
    return share * log(min(35.0, max(0.25, speed))) + (1.0 - share) * prior


def _closing(reports: Sequence[RangeReport], window: float, prior: float) -> float:
    """Log closing speed over a window."""
    speed, seconds = _net_speed(reports, window)
    return _shrunk(speed, seconds / window, prior) if seconds >= SHORTEST_SECONDS else prior


def _trend(reports: Sequence[RangeReport], window: float) -> float:
    """Closing (above zero) or going away, with great speeds pressed together."""
    speed, seconds = _net_speed(reports, window)
    return tanh(speed / 5.0) if seconds >= SHORTEST_SECONDS else 0.0


def _moving(reports: Sequence[RangeReport], window: float, prior: float) -> float:
    """Log speed of the range either way, over a window."""
    latest = reports[_since(reports, window) :]
    seconds = latest[-1].t - latest[0].t
    if seconds < SHORTEST_SECONDS:
        return prior
    metres = sum(abs((b.distance_m or 0.0) - (a.distance_m or 0.0)) for a, b in pairwise(latest))
    return _shrunk(metres / seconds, seconds / window, prior)


def _still_seconds(reports: Sequence[RangeReport]) -> float:
    """For how long the range has stayed where it is."""
    here = reports[-1]
    since = here.t
    for one in reversed(reports):
        if abs((one.distance_m or 0.0) - (here.distance_m or 0.0)) > STILL_M:
            break
        if here.t - one.t > LONGEST_STILL_SECONDS:
            return LONGEST_STILL_SECONDS
        since = one.t
    return here.t - since
