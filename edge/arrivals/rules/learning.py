"""What one more handover teaches: each level takes its share of the error, and what is old fades.

A level's share of an error is the share of its own uncertainty in the whole (a Kalman filter with a diagonal
covariance): empirical-Bayes shrinkage, one handover at a time. An error counts up to half a standard deviation and
is divided by the share of a normal distribution inside that (Huber 1964, near the median), so that an absurd one
moves nothing far. The variances grow a little with every handover, which is a window of about 200 of them: a moved
pin or a new road is learnt again.

The band's sides go by quantile steps (Robbins and Monro 1951): a customer outside widens one nine times as much as
one inside narrows it, so it comes to rest where one in ten is outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

import msgspec

from edge.arrivals.rules.forecast import Band
from edge.arrivals.rules.learned import (
    BOUNDS,
    ON_THE_WAY,
    RANGES,
    Learned,
    Level,
    Part,
    Seen,
    Step,
    correct,
    part_of_day,
    parts_of,
    sums,
    within,
)

WINDOW_HANDOVERS = 200
# What was wrong before anything was learnt is soon no news any more.
LATELY = 50
LONGEST_SECONDS = 7_200.0
AHEAD_SECONDS = 300.0
SHORTEST_SIGMA = 15.0
Z80 = 2.563  # from p10 to p90 of a normal distribution, in standard deviations
MOST_SIGMAS = 0.5
INSIDE = 0.383  # the share of a normal distribution within half a standard deviation
ROBUST_VARIANCE = 1.3  # of an error that was cut there and divided by that share
MOST_PRIORS = 3.0
FIRST_STEP, SETTLES, LAST_STEP = 1.5, 12, 0.04
NARROWEST, WIDEST = -0.1, 0.7


class Foretold(msgspec.Struct, frozen=True):
    """One forecast, as the shipped figures made it, and the seconds it truly took from then on."""

    step: Step
    band: Band
    seconds: float


class Observation(msgspec.Struct, frozen=True):
    """One handover: the hour of the store's day at which its customer came, their mode, and what was foretold."""

    hour: int
    mode: str
    foretold: tuple[Foretold, ...]


def learn(learned: Learned, observation: Observation) -> Learned:
    """What is known after one handover more; a forecast with a senseless truth teaches nothing."""
    hours, mode = part_of_day(observation.hour), observation.mode
    levels, seen = dict(learned.levels), dict(learned.seen)
    sensible = [each for each in observation.foretold if is_sensible(each)]
    levels.update(_begun(levels, sensible, hours, mode))
    alike = sum(each.step not in BOUNDS for each in sensible)
    judged = _five_minutes_before(sensible)
    # The nearest first: it knows best what belongs to the site itself.
    for each in sorted(sensible, key=lambda one: abs(one.seconds)):
        told = correct(
            each.band, Learned(levels, seen), step=each.step, hour=observation.hour, mode=mode
        )
        parts = parts_of(each.step, hours, mode)
        levels.update(_taught(levels, parts, each, 1 if each.step in BOUNDS else alike))
        for name in (each.step.value, hours) if each is judged else (each.step.value,):
            seen[name] = _noted(seen.get(name, Seen()), each, told)
    return msgspec.structs.replace(learned, levels=levels, seen=seen)


def is_sensible(each: Foretold) -> bool:
    """Within two hours, and later than it was said; only a promise may be met early."""
    least = -LONGEST_SECONDS if each.step is Step.PROMISE else 0.0
    return least <= each.seconds <= LONGEST_SECONDS


def _five_minutes_before(foretold: list[Foretold]) -> Foretold | None:
    """The one that a part of the day is judged by, as the day's figures judge an expected arrival."""
    live = [each for each in foretold if each.step in RANGES]
    return min(live, key=lambda each: abs(each.seconds - AHEAD_SECONDS), default=None)


def _begun(
    levels: Mapping[str, Level], foretold: list[Foretold], hours: str, mode: str
) -> dict[str, Level]:
    """The levels that this handover teaches, each counted once and a little less sure than before."""
    parts = {part.key: part for each in foretold for part in parts_of(each.step, hours, mode)}
    return {key: _faded(levels.get(key), part) for key, part in parts.items()}


def _faded(level: Level | None, part: Part) -> Level:
    if level is None:
        return Level(1, 0.0, part.prior**2)
    variance = level.variance * WINDOW_HANDOVERS / (WINDOW_HANDOVERS - 1)
    return Level(level.handovers + 1, level.value, min(part.prior**2, variance))


def _taught(
    levels: Mapping[str, Level], parts: tuple[Part, ...], each: Foretold, alike: int
) -> dict[str, Level]:
    """Each level with its share of the error; forecasts of one journey err alike and share its weight."""
    seconds, log = sums(levels, parts, BOUNDS.get(each.step, ON_THE_WAY))
    scaled = each.band.p50 * exp(log)
    sigma = _sigma(each.band)
    slopes = [scaled if part.is_log else 1.0 for part in parts]
    own = [levels[part.key].variance * slope for part, slope in zip(parts, slopes, strict=True)]
    whole = ROBUST_VARIANCE * alike * sigma**2 + sum(
        each_own * slope for each_own, slope in zip(own, slopes, strict=True)
    )
    error = within(each.seconds - scaled - seconds, MOST_SIGMAS * sigma) / INSIDE
    return {
        part.key: _moved(levels[part.key], part, gain=each_own / whole, error=error, slope=slope)
        for part, each_own, slope in zip(parts, own, slopes, strict=True)
    }


def _moved(level: Level, part: Part, *, gain: float, error: float, slope: float) -> Level:
    value = within(level.value + gain * error, MOST_PRIORS * part.prior)
    return Level(level.handovers, value, level.variance * (1.0 - gain * slope))


def _noted(was: Seen, each: Foretold, told: Band) -> Seen:
    """One forecast more among those before it: running middles and shares over the window."""
    n, most = was.handovers + 1, MOST_SIGMAS * _sigma(each.band)
    share, lately = 1.0 / min(n, WINDOW_HANDOVERS), 1.0 / min(n, LATELY)
    late, left = each.seconds - each.band.p50, each.seconds - told.p50
    is_early, is_late = each.seconds < told.p10, each.seconds > told.p90
    step = max(LAST_STEP, FIRST_STEP / (n + SETTLES))
    return Seen(
        handovers=n,
        shipped_s=was.shipped_s + share * within(late - was.shipped_s, most) / INSIDE,
        left_s=was.left_s + lately * within(left - was.left_s, most) / INSIDE,
        miss_s=was.miss_s + lately * within(abs(left) - was.miss_s, most) / INSIDE,
        held=was.held + lately * (float(not is_early and not is_late) - was.held),
        low=_stepped(was.low, is_outside=is_early, step=step),
        high=_stepped(was.high, is_outside=is_late, step=step),
    )


def _stepped(stretch: float, *, is_outside: bool, step: float) -> float:
    return max(NARROWEST, min(WIDEST, stretch + step * (float(is_outside) - 0.1)))


def _sigma(band: Band) -> float:
    return max(SHORTEST_SIGMA, (band.p90 - band.p10) / Z80)
