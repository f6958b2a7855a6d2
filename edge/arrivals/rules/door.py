"""Whether the ranges look like somebody standing at the store: a question to ask, never a fact."""

from collections.abc import Sequence
from itertools import pairwise

from edge.arrivals.rules.reports import RangeReport, Trail

RING_M = 80.0
DEEP_M = 25.0
SHORTEST_SECONDS = 8.0
LONGEST_SECONDS = 75.0


def is_likely_here(trail: Trail) -> bool:
    """Inside the ring for longer than driving past would take, or twice deep inside.

    Standing and passing by look alike in range; so this only makes the pass ask "Are you here?".
    """
    last = trail.last
    if last is None or last.distance_m is None:
        return False
    ring_m = RING_M + min(40.0, 0.5 * (last.accuracy_m or 0.0))
    if last.distance_m > ring_m:
        return False
    inside = _inside(trail.reports, ring_m)
    seconds = last.t - inside[0].t
    approach = _approach(trail.reports[: len(trail.reports) - len(inside) + 1])
    if seconds >= min(LONGEST_SECONDS, max(SHORTEST_SECONDS, ring_m / approach)):
        return True
    is_deep = all((one.distance_m or 0.0) <= DEEP_M for one in inside[-2:])
    return len(inside) >= 2 and seconds >= SHORTEST_SECONDS and is_deep


def _inside(reports: Sequence[RangeReport], ring_m: float) -> list[RangeReport]:
    """The unbroken run of reports inside the ring, up to the newest."""
    run: list[RangeReport] = []
    for one in reversed(reports):
        if (one.distance_m or 0.0) > ring_m:
            break
        run.append(one)
    return run[::-1]


def _approach(reports: Sequence[RangeReport]) -> float:
    """The greatest speed towards the store on the last stretch before the ring."""
    latest = reports[-13:]
    speeds = [
        ((a.distance_m or 0.0) - (b.distance_m or 0.0)) / (b.t - a.t)
        for a, b in pairwise(latest)
        if b.t - a.t > 3.0
    ]
    return max(1.0, min(15.0, max(speeds, default=1.0)))
