"""When the customer will come, from ranges alone: p10, p50 and p90 in seconds.

A small network weighs what the trail tells: a linear part, and one layer of tanh that bends it. Its
outputs are the log of the middle guess and how far the early and the late one lie from it. The
figures were fitted offline (see figures.py and docs/arrivals.md).
"""

from collections.abc import Sequence
from math import exp, log1p, tanh
from operator import mul
from typing import NamedTuple

from edge.arrivals.rules import figures
from edge.arrivals.rules.features import features
from edge.arrivals.rules.reports import Trail

BANDS_M = (300.0, 1_000.0, 3_000.0, 9_000.0)
SOFT_SECONDS = 15.0
# A feature counts no more than this many spreads from its mean: an odd way is not extrapolated.
MOST_SPREADS = 4.0
SHORTEST_LOG, LONGEST_LOG = 1.0, 9.5


class Band(NamedTuple):
    """Seconds until the customer is at the store: early, middle and late guess."""

    p10: float
    p50: float
    p90: float


def forecast(trail: Trail) -> Band:
    """The band at the moment of the newest report."""
    if trail.last is None or trail.last.distance_m is None:
        return Band(*figures.FAR_SECONDS)
    middle, early, late = _outputs(_scaled(features(trail)))
    middle = min(LONGEST_LOG, max(SHORTEST_LOG, middle))
    logs = (middle - _softplus(early), middle, middle + _softplus(late))
    offsets = figures.OFFSETS[band_of(trail.last.distance_m)]
    shifted = sorted(value + offset for value, offset in zip(logs, offsets, strict=True))
    return Band(*(max(0.0, exp(min(value, 10.0)) - SOFT_SECONDS) for value in shifted))


def band_of(distance_m: float) -> int:
    """Which of the range bands a distance falls into."""
    return sum(distance_m >= edge for edge in BANDS_M)


def _scaled(x: Sequence[float]) -> list[float]:
    """Features in spreads from their mean, and the one that carries the constants."""
    return [
        1.0,
        *(
            min(MOST_SPREADS, max(-MOST_SPREADS, (value - mean) / spread))
            for value, mean, spread in zip(x, figures.MEANS, figures.SPREADS, strict=True)
        ),
    ]


def _outputs(x: Sequence[float]) -> list[float]:
    """The network: each row of figures begins with its constant."""
    hidden = [tanh(sum(map(mul, weights, x))) for weights in figures.HIDDEN]
    return [
        sum(map(mul, direct, x)) + sum(map(mul, bent, hidden))
        for direct, bent in zip(figures.DIRECT, figures.BENT, strict=True)
    ]


def _softplus(x: float) -> float:
    """A distance that is never below zero."""
    return max(0.0, x) + log1p(exp(-abs(x)))
