"""How wrong the expected arrival was, as it stood some minutes before the customer came."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from edge.arrivals.rules.eta import Sighting, Source, expect
from edge.arrivals.rules.forecast import forecast
from edge.arrivals.rules.journey import Journey, Phase

AHEAD = timedelta(minutes=5)


class EtaError(msgspec.Struct, frozen=True):
    """Seconds by which the customer came later (+) or earlier (-) than was expected, and from where we knew."""

    seconds: float
    source: Source


def judge(journey: Journey, sighting: Sighting | None) -> EtaError | None:
    """The error of what was expected five minutes before the arrival; None where nothing but the promise was known.

    The promise is no forecast of anybody's way, so a customer who never said "on my way" is not counted.
    """
    if journey.arrived_at is None or journey.started_at is None:
        return None
    then = journey.arrived_at - AHEAD
    if journey.started_at > then:
        return None
    travelling = replace(journey, phase=Phase.EN_ROUTE, arrived_at=None, evidence_at=None)
    expected = expect(travelling, _as_of(sighting, then), then, then)
    error = (journey.arrived_at - expected.middle_at).total_seconds()
    return EtaError(error, expected.source)


def _as_of(sighting: Sighting | None, then: datetime) -> Sighting | None:
    """What the memory held at that moment, from the reports that had come by then."""
    if sighting is None or sighting.trail.last is None:
        return None
    newest, reports = sighting.trail.last.t, sighting.trail.reports
    known = [r for r in reports if sighting.as_of - timedelta(seconds=newest - r.t) <= then]
    if not known:
        return None
    trail = replace(sighting.trail, reports=tuple(known), is_far=False)
    as_of = sighting.as_of - timedelta(seconds=newest - known[-1].t)
    return Sighting(trail, forecast(trail), as_of)
