"""When the customer will come, from ranges alone: p10, p50 and p90 in seconds.

The form is linear in what the trail tells; the figures were fitted offline (see figures.py).
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import exp, log, log1p
from operator import attrgetter, mul
from typing import NamedTuple

from edge.arrivals.rules import figures
from edge.arrivals.rules.reports import RangeReport, Trail

HINGES_M = (300.0, 1_000.0, 3_000.0, 9_000.0)
WINDOWS_SECONDS = (60.0, 180.0, 600.0)
BANDS_M = (300.0, 1_000.0, 3_000.0, 8_000.0)
STILL_M = 40.0
LONGEST_STILL_SECONDS = 300.0
SOFT_M = 30.0
SOFT_SECONDS = 15.0
_time = attrgetter("t")


class Band(NamedTuple):
    """Seconds until the customer is at the store: early, middle and late guess."""

    p10: float
    p50: float
    p90: float


def features(trail: Trail) -> list[float]:
    """What the trail tells, as the numbers that the figures weigh."""
    here = trail.reports[-1]
    d = here.distance_m or 0.0
    log_d = log(d + SOFT_M)
    hinges = [max(0.0, log_d - log(h + SOFT_M)) for h in HINGES_M]
    elapsed = here.t - trail.first_t
    prior = log(2.0 + 6.0 * min(1.0, trail.farthest_m / 4_000.0))
    closing = [_closing(trail.reports, window, prior) for window in WINDOWS_SECONDS]
    moving = _moving(trail.reports, prior)
    still = log1p(_still_seconds(trail.reports))
    near = max(0.0, 1.0 - d / 1_000.0)
    fastest = log(max(1.0, trail.fastest_m_per_s))
    return [
        1.0, log_d, *hinges, *closing, moving,
        1.0 if elapsed < 45.0 else 0.0, log1p(elapsed), still,
        near, near * closing[0], near * still, near * moving, (1.0 - near) * closing[2],
        d / (trail.farthest_m + 100.0), log(trail.farthest_m + 100.0),
        closing[1] * hinges[1], moving * hinges[1],
        fastest, near * fastest,
    ]  # fmt: skip


def forecast(trail: Trail) -> Band:
    """The band at the moment of the newest report."""
    if trail.last is None or trail.last.distance_m is None:
        return Band(*figures.FAR_SECONDS)
    x = features(trail)
    offsets = figures.OFFSETS[band_of(trail.last.distance_m)]
    logs = sorted(
        sum(map(mul, weights, x)) + offset
        for weights, offset in zip(figures.WEIGHTS, offsets, strict=True)
    )
    return Band(*(max(0.0, exp(min(value, 10.0)) - SOFT_SECONDS) for value in logs))


def band_of(distance_m: float) -> int:
    """Which of the range bands a distance falls into."""
    return sum(distance_m >= edge for edge in BANDS_M)


def _closing(reports: Sequence[RangeReport], window: float, prior: float) -> float:
    """Log closing speed over a window, shrunk to the prior while the window is not yet full."""
    here = reports[-1]
    past = reports[max(0, bisect_right(reports, here.t - window, key=_time) - 1)]
    seconds = here.t - past.t
    if seconds < 20.0:
        return prior
    share = min(1.0, seconds / window)
    speed = ((past.distance_m or 0.0) - (here.distance_m or 0.0)) / seconds
    return share * log(min(35.0, max(0.25, speed))) + (1.0 - share) * prior


def _moving(reports: Sequence[RangeReport], prior: float) -> float:
    """Log speed of the range either way, over the newest reports."""
    latest = reports[-21:]
    seconds = latest[-1].t - latest[0].t
    if seconds < 20.0:
        return prior
    metres = sum(abs((b.distance_m or 0.0) - (a.distance_m or 0.0)) for a, b in pairwise(latest))
    return log(min(35.0, max(0.25, metres / seconds)))


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
