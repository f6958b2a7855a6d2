"""Looking back at an arrival: how wrong was what was expected, and what does it teach.

One error a customer is judged, five minutes before they came; to learn from, each step of the way is remembered as
a mean of what it foretold: sums, from which no distance and no way can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from edge.arrivals.rules import figures
from edge.arrivals.rules.eta import Sighting, Source, expect, step_seen
from edge.arrivals.rules.forecast import Band, forecast
from edge.arrivals.rules.journey import Journey, Phase
from edge.arrivals.rules.learned import NOTHING, PROMISED, Learned, Step
from edge.arrivals.rules.learning import Foretold, Observation
from edge.arrivals.rules.reports import RangeReport, Trail

AHEAD = timedelta(minutes=5)
# A claim and a proof that are further apart leave open when the customer came.
CLOCKS_AGREE = timedelta(minutes=5)


class EtaError(msgspec.Struct, frozen=True):
    """Seconds by which the customer came later (+) or earlier (-) than was expected, and from where we knew."""

    seconds: float
    source: Source


class Said(msgspec.Struct, frozen=True):
    """What one step foretold so far: how many reports, and sums over them in seconds (`at_s`: since 1970)."""

    reports: int = 0
    at_s: float = 0.0
    p10: float = 0.0
    p50: float = 0.0
    p90: float = 0.0


def judge(
    journey: Journey, sighting: Sighting | None, learned: Learned = NOTHING
) -> EtaError | None:
    """The error of what was expected five minutes before the arrival; None where nothing but the promise was known.

    The promise is no forecast of anybody's way, so a customer who never said "on my way" is not counted.
    """
    if journey.arrived_at is None or journey.started_at is None:
        return None
    then = journey.arrived_at - AHEAD
    if journey.started_at > then:
        return None
    travelling = replace(journey, phase=Phase.EN_ROUTE, arrived_at=None, evidence_at=None)
    expected = expect(travelling, _as_of(sighting, then), then, then, learned=learned)
    error = (journey.arrived_at - expected.middle_at).total_seconds()
    return EtaError(error, expected.source)


def said_now(said: Mapping[Step, Said], sighting: Sighting) -> tuple[Step, Said]:
    """The step a sighting stands on, with its forecast added to that step's sums."""
    step, band = step_seen(sighting), sighting.band
    was = said.get(step, Said())
    at_s = was.at_s + sighting.as_of.timestamp()
    return step, Said(
        was.reports + 1, at_s, was.p10 + band.p10, was.p50 + band.p50, was.p90 + band.p90
    )


def observe(
    journey: Journey, said: Mapping[Step, Said], *, promise_at: datetime, zone: ZoneInfo
) -> Observation | None:
    """What a handover teaches; None where nobody knows well enough when the customer came.

    The best evidence counts, else the claim. "On my way" and "I am here" tapped together are no way at all.
    """
    claimed, came = journey.arrived_at, journey.best_evidence_at
    if came is None or claimed is None or journey.is_doubtful:
        return None
    if abs(came - claimed) > CLOCKS_AGREE:
        return None
    foretold = [_foretold(step, each, came) for step, each in said.items()]
    foretold.append(Foretold(Step.PROMISE, PROMISED, (came - promise_at).total_seconds()))
    if journey.started_at is not None:
        seconds = (came - journey.started_at).total_seconds()
        foretold.append(Foretold(Step.TAP, Band(*figures.TAP_SECONDS), seconds))
    return Observation(came.astimezone(zone).hour, journey.mode, tuple(foretold))


def _foretold(step: Step, said: Said, came: datetime) -> Foretold:
    n = said.reports
    band = Band(said.p10 / n, said.p50 / n, said.p90 / n)
    return Foretold(step, band, came.timestamp() - said.at_s / n)


def _as_of(sighting: Sighting | None, then: datetime) -> Sighting | None:
    """What the memory held at that moment, from the reports that had come by then."""
    if sighting is None or sighting.trail.last is None:
        return None
    newest, reports = sighting.trail.last.t, sighting.trail.reports
    known = [r for r in reports if sighting.as_of - timedelta(seconds=newest - r.t) <= then]
    if not known:
        return None
    trail = _until(sighting.trail, known)
    as_of = sighting.as_of - timedelta(seconds=newest - known[-1].t)
    return Sighting(trail, forecast(trail), as_of)


def _until(trail: Trail, known: list[RangeReport]) -> Trail:
    """The trail as it was then. How fast somebody ever went is kept: the way's end is seldom its fastest part."""
    cut = replace(trail, reports=tuple(known), is_far=False)
    if trail.farthest_t <= known[-1].t:
        return cut
    farthest = max(known, key=lambda one: one.distance_m or 0.0)
    return replace(cut, farthest_m=farthest.distance_m or 0.0, farthest_t=farthest.t)
