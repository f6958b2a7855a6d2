"""Recorded trips as a phone that obeys the shipped plan would report them."""

from __future__ import annotations

import gzip
import json
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

from edge.arrivals.rules import forecast, plan
from edge.arrivals.rules.forecast import Band
from edge.arrivals.rules.reports import RangeReport, Trail, follow

Trip = dict[str, Any]


def load(path: Path) -> list[Trip]:
    """All trips of a file."""
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


def metres(a: float, b: float, c: float, d: float) -> float:
    """The great circle between two points."""
    x = sin(radians(c - a) / 2) ** 2
    x += cos(radians(a)) * cos(radians(c)) * sin(radians(d - b) / 2) ** 2
    return 2 * 6371008.8 * asin(min(1.0, sqrt(x)))


def reports(trip: Trip, *, until: float | None = None) -> list[RangeReport]:
    """What is sent before the arrival: rounded and spaced by the plan, "far" beyond its limit."""
    sent: list[RangeReport] = []
    due, first_t = -1.0, None
    for t, lat, lon, accuracy_m in trip["points"]:
        if t >= trip["arrival_t"] or t < due:
            continue
        first_t = t if first_t is None else first_t
        distance_m = metres(lat, lon, *trip["dest"])
        due = t + plan.seconds_to_next(distance_m, t - first_t)
        if until is None or t <= first_t + until:
            sent.append(RangeReport(len(sent), t, plan.rounded(distance_m), accuracy_m))
    return sent


def forecasts(trip: Trip, *, until: float | None = None) -> list[tuple[float, Band]]:
    """The band after each report, with its time."""
    trail, out = Trail(), []
    for report in reports(trip, until=until):
        trail = follow(trail, report)
        out.append((report.t, forecast.forecast(trail)))
    return out
