"""The arrival as everybody uses it: a band in time, its source and its age.

It steps down by itself: live ranges, the first minute's ranges aged, the tap, the promise.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import exp, log
from statistics import NormalDist
from zoneinfo import ZoneInfo

import msgspec

from edge.arrivals.rules import figures, plan
from edge.arrivals.rules.door import is_likely_here
from edge.arrivals.rules.forecast import Band
from edge.arrivals.rules.journey import TRAVELLING, Journey, Phase
from edge.arrivals.rules.learned import NOTHING, PROMISED, Learned, Step, correct, step_of
from edge.arrivals.rules.reports import RangeReport, Trail

NORMAL = NormalDist()
Z90 = NORMAL.inv_cdf(0.9)
FIRST_MINUTE_SECONDS = 90.0


class Source(StrEnum):
    """What an eta is taken from, the most trusted last."""

    PROMISED = "promised"
    TAP = "tap"
    FIRST_MINUTE = "first_minute"
    LIVE = "live"
    SCAN = "scan"


class Sighting(msgspec.Struct, frozen=True):
    """What the memory holds of a journey: its trail, and the band as it was at the last report."""

    trail: Trail
    band: Band
    as_of: datetime


class Eta(msgspec.Struct, frozen=True):
    """When the customer comes: early, middle and late, and how far to trust it."""

    low_at: datetime
    middle_at: datetime
    high_at: datetime
    source: Source
    as_of: datetime
    age_seconds: float
    is_signal_lost: bool = False
    is_likely_here: bool = False


def expect(
    journey: Journey,
    sighting: Sighting | None,
    promise_at: datetime,
    now: datetime,
    *,
    learned: Learned = NOTHING,
) -> Eta:
    """The eta by the best source there is for this journey now, as this store has learnt to tell it."""
    if journey.arrived_at is not None and journey.has_arrived:
        source = Source.SCAN if journey.evidence_at else Source.TAP
        return _at(journey.arrived_at, source, as_of=journey.arrived_at, now=now)
    if journey.phase not in TRAVELLING or journey.phase is Phase.TURNED_AWAY:
        # A promise was learnt by the hour for which it was given, not by that of whoever looks.
        band = _as_learned(PROMISED, learned, Step.PROMISE, journey=journey, at=promise_at)
        low, middle, high = _from_now(band, promise_at)
        as_of = journey.started_at or now
        age = max(0.0, (now - as_of).total_seconds())
        return Eta(low, middle, high, Source.PROMISED, as_of, age)
    if sighting is not None:
        band = _as_learned(sighting.band, learned, step_seen(sighting), journey=journey, at=now)
        return _from_sighting(sighting, band, now)
    band = _as_learned(Band(*figures.TAP_SECONDS), learned, Step.TAP, journey=journey, at=now)
    return _from_tap(band, journey.started_at or now, now)


def step_seen(sighting: Sighting) -> Step:
    """The step that a sighting's forecast stands on."""
    last = sighting.trail.last
    return step_of(None if sighting.trail.is_far or last is None else last.distance_m)


def aged(band: Band, seconds: float) -> Band:
    """The band so many seconds later, knowing that the customer has not come meanwhile.

    The forecast is read as a split log-normal; what has passed is cut off and the rest is
    stretched over the same quantiles: silence makes the band later and wider.
    """
    if seconds <= 0.0:
        return band
    gone = _share_before(band, seconds)
    left = [_quantile(band, gone + (1.0 - gone) * q) - seconds for q in (0.1, 0.5, 0.9)]
    return Band(*(max(0.0, value) for value in left))


def _at(at: datetime, source: Source, *, as_of: datetime, now: datetime) -> Eta:
    return Eta(at, at, at, source, as_of, max(0.0, (now - as_of).total_seconds()))


def _as_learned(
    band: Band, learned: Learned, step: Step, *, journey: Journey, at: datetime
) -> Band:
    if not learned.levels:
        return Band(0.0, 0.0, 0.0) if step is Step.PROMISE else band
    hour = at.astimezone(ZoneInfo(learned.time_zone)).hour
    return correct(band, learned, step=step, hour=hour, mode=journey.mode)


def _from_sighting(sighting: Sighting, band: Band, now: datetime) -> Eta:
    age = max(0.0, (now - sighting.as_of).total_seconds())
    last = sighting.trail.last
    far = sighting.trail.is_far or last is None
    is_lost = age > _patience(last, far=far)
    seen_seconds = 0.0 if last is None else last.t - sighting.trail.first_t
    source = (
        Source.FIRST_MINUTE if is_lost and seen_seconds <= FIRST_MINUTE_SECONDS else Source.LIVE
    )
    low, middle, high = _from_now(aged(band, age), now)
    here = is_likely_here(sighting.trail)
    return Eta(low, middle, high, source, sighting.as_of, age, is_lost, here)


def _patience(last: RangeReport | None, *, far: bool) -> float:
    """How long after the newest report silence is nothing unusual."""
    if last is not None and last.is_crossing:
        return plan.CROSSING_PATIENCE_SECONDS
    return plan.patience_seconds(None if far or last is None else last.distance_m)


def _from_tap(band: Band, started_at: datetime, now: datetime) -> Eta:
    age = max(0.0, (now - started_at).total_seconds())
    low, middle, high = _from_now(aged(band, age), now)
    return Eta(low, middle, high, Source.TAP, started_at, age)


def _from_now(band: Band, now: datetime) -> tuple[datetime, datetime, datetime]:
    low, middle, high = (now + timedelta(seconds=seconds) for seconds in band)
    return low, middle, high


def _spread(band: Band, *, is_early: bool) -> float:
    low, middle, high = (max(1.0, value) for value in band)
    ratio = middle / low if is_early else high / middle
    return max(0.01, log(ratio) / Z90)


def _share_before(band: Band, seconds: float) -> float:
    middle = max(1.0, band.p50)
    z = log(max(1e-3, seconds) / middle) / _spread(band, is_early=seconds < middle)
    return min(0.999, NORMAL.cdf(z))


def _quantile(band: Band, share: float) -> float:
    z = NORMAL.inv_cdf(min(0.9999, max(0.0001, share)))
    return float(max(1.0, band.p50) * exp(z * _spread(band, is_early=z < 0.0)))
