"""Whether the ranges look like somebody standing at the store: a question to ask, never a fact."""

from collections.abc import Sequence
from itertools import pairwise
from math import log, log1p
from operator import mul

from edge.arrivals.rules import figures
from edge.arrivals.rules.reports import RangeReport, Trail

FARTHEST_M = 170.0
RINGS_M = (100.0, 60.0, 30.0)
DEEP_M = 25.0
LATEST = 41
USUAL_ACCURACY_M = 12.0
COARSEST_M = 60.0
SHORTEST_LEG_SECONDS = 3.0
FASTEST_M_PER_S = 20.0
GLANCE_SECONDS = 10.0
DRIVING_M_PER_S = 9.0


def is_likely_here(trail: Trail) -> bool:
    """Weighs how near, how long inside, and how much slower than on the way here.

    Standing and passing by look alike in range, so this only makes the pass ask "Are you here?".
    The weights are a logistic regression on recorded arrivals and drives past (see figures.py).
    """
    last = trail.last
    if last is None or last.distance_m is None or last.distance_m > FARTHEST_M:
        return False
    if _is_driving(trail.reports[-2:]):
        return False
    return bool(sum(map(mul, figures.DOOR, signs(trail))) > 0.0)


def signs(trail: Trail) -> list[float]:
    """What speaks for standing there, as numbers; the first carries the constant."""
    reports = trail.reports[-LATEST:]
    here = reports[-1]
    d = here.distance_m or 0.0
    accuracy_m = min(COARSEST_M, USUAL_ACCURACY_M if here.accuracy_m is None else here.accuracy_m)
    approach = log(_approach(reports))
    wide, middle, narrow = (_inside(reports, ring_m) for ring_m in RINGS_M)
    just_now, lately = _leg(reports, 8.0), _leg(reports, 20.0)
    near, deep = min(d, 200.0) / 50.0, 1.0 if d <= DEEP_M else 0.0
    closest_m = min(one.distance_m or 0.0 for one in reports[-30:])
    return [
        1.0, near, deep, 1.0 if d <= RINGS_M[1] else 0.0, accuracy_m / 20.0,
        wide, middle, narrow, approach,
        log(max(0.3, abs(just_now))), log(max(0.3, abs(lately))), max(-1.0, min(1.0, lately / 5.0)),
        min(3.0, (d - closest_m) / 30.0),
        near * approach, deep * approach, middle * approach, wide * approach,
    ]  # fmt: skip


def _is_driving(latest: Sequence[RangeReport]) -> bool:
    """Seen twice within seconds, and moving at a pace at which nobody stands."""
    past, here = latest[0], latest[-1]
    metres, seconds = abs((past.distance_m or 0.0) - (here.distance_m or 0.0)), here.t - past.t
    return seconds <= GLANCE_SECONDS and metres > DRIVING_M_PER_S * seconds


def _inside(reports: Sequence[RangeReport], ring_m: float) -> float:
    """For how long the range has been within the ring without a break, pressed together."""
    here, since = reports[-1], None
    for one in reversed(reports):
        if (one.distance_m or 0.0) > ring_m:
            break
        since = one.t
    return 0.0 if since is None else log1p(min(120.0, here.t - since) / 5.0)


def _leg(reports: Sequence[RangeReport], seconds: float) -> float:
    """Metres a second towards the store over the last so many seconds; fast, if too little was seen."""
    here = reports[-1]
    past = next((one for one in reversed(reports) if here.t - one.t >= seconds), reports[0])
    took = here.t - past.t
    if took < SHORTEST_LEG_SECONDS:
        return FASTEST_M_PER_S
    return max(
        -FASTEST_M_PER_S,
        min(FASTEST_M_PER_S, ((past.distance_m or 0.0) - (here.distance_m or 0.0)) / took),
    )


def _approach(reports: Sequence[RangeReport]) -> float:
    """The greatest speed towards the store lately."""
    speeds = [
        ((a.distance_m or 0.0) - (b.distance_m or 0.0)) / (b.t - a.t)
        for a, b in pairwise(reports[-15:])
        if b.t - a.t > SHORTEST_LEG_SECONDS
    ]
    return max(1.0, min(FASTEST_M_PER_S, max(speeds, default=1.0)))
