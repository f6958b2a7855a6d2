"""What a store knows of its own arrivals: how much later or earlier its customers come than the shipped figures say.

The figures know the average place. A store has a pin beside the door, a barrier, a lift: seconds that come on top
from wherever somebody comes. And it has roads: minutes that grow with the way. So a forecast of m seconds becomes

    m * exp(range + hours + mode + cell) + site

with `site` in seconds and the others as logarithms, each 0 until something was learnt (see learning.py). In seconds
alone a slow road would be wrong at every other distance; in logarithms alone a barrier would grow with the way, and
the reports near the door, which know it best, could not teach the far ones.

Each row is a sum over everybody who came in some part of the day, without order, date, person or way. Until others
follow, a row that one handover taught is how wrong the forecast was for that one person: screens show no row of fewer
than five, but the file, its backups and the export hold it. It stays in the store: another one has other doors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from math import exp
from typing import NamedTuple

import msgspec

from edge.arrivals.rules.forecast import Band

EDGES_M = (100.0, 300.0, 1_000.0, 3_000.0, 8_000.0)
HOURS = ((5, "morning"), (11, "midday"), (15, "afternoon"), (18, "evening"))
# The first handovers only teach; what they taught is applied little by little.
ONLY_TEACHES = 5
COUNTS_IN_FULL = 25
# However wrong the shipped figures are here, a correction leaves at least this share of what they say.
LEAST_SHARE = 0.25
# What a promise foretells before anything was learnt: people come around it.
PROMISED = Band(-900.0, 0.0, 900.0)


class Step(StrEnum):
    """What an arrival was foretold from: a range, or what there was instead of one."""

    DOOR = "under_100_m"
    NEAR = "under_300_m"
    CLOSE = "under_1_km"
    TOWN = "under_3_km"
    OUTSKIRTS = "under_8_km"
    AWAY = "over_8_km"
    FAR = "far"
    TAP = "tap"
    PROMISE = "promise"


RANGES = (Step.DOOR, Step.NEAR, Step.CLOSE, Step.TOWN, Step.OUTSKIRTS, Step.AWAY)


class Level(msgspec.Struct, frozen=True):
    """One summand: how many handovers taught it, what it has come to, how unsure that is (a variance)."""

    handovers: int = 0
    value: float = 0.0
    variance: float = 0.0


class Seen(msgspec.Struct, frozen=True):
    """How it went at one step or in one part of the day.

    Seconds: customers came `shipped_s` later than the shipped figures said, `left_s` later than was said with what
    was known by then, `miss_s` is the usual size of that. `held` is the share inside the band; `low` and `high`
    stretch the band on its two sides (logarithms).
    """

    handovers: int = 0
    shipped_s: float = 0.0
    left_s: float = 0.0
    miss_s: float = 0.0
    held: float = 0.0
    low: float = 0.0
    high: float = 0.0


class Learned(msgspec.Struct, frozen=True):
    """All that a store has learnt, by name of level, step or part of the day, and where its clocks stand."""

    levels: Mapping[str, Level] = {}
    seen: Mapping[str, Seen] = {}
    time_zone: str = "UTC"

    @property
    def handovers(self) -> int:
        """How many handovers taught something."""
        return self.levels["promise"].handovers if "promise" in self.levels else 0


NOTHING = Learned()


class Part(NamedTuple):
    """A summand by name, with its prior: the standard deviation between stores before anything is known.

    The recorded journeys' medians by person differ by less than 0.3 in logarithms, noise of a few trips included;
    a store is a mean over many people, so its levels start with a fraction of that.
    """

    key: str
    prior: float
    is_log: bool


class Bounds(NamedTuple):
    """How far the sums of a step may go, in seconds and as a logarithm."""

    seconds: float
    log: float


ON_THE_WAY = Bounds(180.0, 0.35)
BOUNDS = {Step.TAP: Bounds(0.0, 1.2), Step.PROMISE: Bounds(1_200.0, 0.0)}


def step_of(distance_m: float | None) -> Step:
    """The step of a range; "far" without a distance."""
    return Step.FAR if distance_m is None else RANGES[sum(distance_m >= edge for edge in EDGES_M)]


def part_of_day(hour: int) -> str:
    """The part of the day of an hour (0 to 23); the evening lasts until the morning."""
    return next((name for begin, name in reversed(HOURS) if hour >= begin), HOURS[-1][1])


def correct(band: Band, learned: Learned, *, step: Step, hour: int, mode: str) -> Band:
    """The band as this store would tell it: ordered, bounded, never before now; for a promise, seconds after it."""
    parts = parts_of(step, part_of_day(hour), mode)
    trust = _trust(learned.levels.get(parts[0].key))
    if not trust:
        return Band(0.0, 0.0, 0.0) if step is Step.PROMISE else band
    seconds, log = sums(learned.levels, parts, BOUNDS.get(step, ON_THE_WAY))
    told = _stretched(band, learned.seen.get(step, Seen()), trust)
    if step is Step.PROMISE:
        return Band(*(trust * (seconds + each) for each in told))
    factor, more = exp(trust * log), trust * seconds
    moved = (each * factor + more for each in told)
    return Band(*(max(LEAST_SHARE * was, each) for was, each in zip(band, moved, strict=True)))


@lru_cache(maxsize=512)
def parts_of(step: Step, hours: str, mode: str) -> tuple[Part, ...]:
    """The summands of a forecast, the one that all of its kind share first."""
    mode = mode or "unsaid"
    if step is Step.PROMISE:
        return (Part("promise", 600.0, False), Part(f"promise {hours}", 180.0, False))
    if step is Step.TAP:
        return (
            Part("tap", 0.4, True),
            Part(f"tap {hours}", 0.15, True),
            Part(f"tap {mode}", 0.2, True),
        )
    return (
        Part("site", 60.0, False),
        Part(step.value, 0.07, True),
        Part(hours, 0.05, True),
        Part(mode, 0.05, True),
        Part(f"{step.value} {hours} {mode}", 0.035, True),
    )


def sums(
    levels: Mapping[str, Level], parts: tuple[Part, ...], bounds: Bounds
) -> tuple[float, float]:
    """Seconds and logarithm that the levels have come to, within their bounds."""
    seconds, log = (sum(_values(levels, parts, is_log=is_log)) for is_log in (False, True))
    return within(seconds, bounds.seconds), within(log, bounds.log)


def within(value: float, most: float) -> float:
    """Cut at `most` either way."""
    return max(-most, min(most, value))


def _values(
    levels: Mapping[str, Level], parts: tuple[Part, ...], *, is_log: bool
) -> Iterator[float]:
    return (
        levels[part.key].value for part in parts if part.is_log is is_log and part.key in levels
    )


def _trust(root: Level | None) -> float:
    """How much of what was learnt is applied, from 0 to 1."""
    handovers = root.handovers if root else 0
    return max(0.0, min(1.0, (handovers - ONLY_TEACHES) / (COUNTS_IN_FULL - ONLY_TEACHES)))


def _stretched(band: Band, seen: Seen, trust: float) -> Band:
    early = exp(trust * seen.low) * (band.p50 - band.p10)
    late = exp(trust * seen.high) * (band.p90 - band.p50)
    return Band(band.p50 - early, band.p50, band.p50 + late)
