"""Report a range: consent, journey and forecast looked at in one moment; written only when a phase changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from edge.arrivals import actions, store
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import (
    Journey,
    RangeReport,
    Sighting,
    Trail,
    forecast,
    intake,
    journey,
    plan,
)
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.consents import store as consents
from edge.consents.rules import ConsentNeeded, Purpose
from sync.core.errors import Refusal


class NotOnTheWay(Refusal):
    """Ranges are taken between "on my way" and the arrival only."""

    code = "not_on_the_way"
    status = 409
    sentence = "You are not on the way to this order. Tap “On my way” first."


@dataclass(frozen=True)
class Reported:
    """What became of a batch of reports."""

    journey: Journey
    sighting: Sighting | None
    taken: int
    doubts: tuple[str, ...]


def report_range(
    edge: Edge, order_id: str, reports: Sequence[RangeReport], *, same_clock: bool = False
) -> Reported:
    """Take what a phone tells of its distance; nothing is written unless the journey moves on."""
    memory = edge.part(RangeMemory)
    # Asked before the consent is: a withdrawal in between makes `note` refuse.
    drops, monotonic, now = memory.drops, edge.clock.monotonic(), edge.clock.now()
    with edge.read() as reader:
        known = _followed(reader, order_id, now)
    before = memory.get(order_id, monotonic=monotonic)
    got = intake.take(
        before.trail if before else Trail(),
        reports,
        received_t=now.timestamp(),
        same_clock=same_clock,
    )
    if not got.taken:
        if before and got.trail != before.trail:
            # What was doubted may be borne out by the next report.
            seen = msgspec.structs.replace(before, trail=got.trail)
            memory.note(order_id, seen, monotonic=monotonic, drops=drops, sent=0)
        return Reported(known, before, 0, got.doubts)
    as_of = now - timedelta(seconds=got.lag_seconds)
    seen = Sighting(got.trail, forecast.forecast(got.trail), as_of)
    if not memory.note(order_id, seen, monotonic=monotonic, drops=drops, sent=got.taken):
        raise ConsentNeeded
    moved, _ = journey.advance(known, got.trail, actions.RING, now)
    if moved != known:
        moved = edge.write(lambda unit: _settle(unit, order_id, got.trail))
    return Reported(moved, seen, got.taken, got.doubts)


def _settle(unit: Unit, order_id: str, trail: Trail) -> Journey:
    """Write the step, if it is still allowed in the very transaction that uses it."""
    _followed(unit, order_id, unit.now)
    return actions.advance(unit, order_id, trail)


def _followed(rows: Rows, order_id: str, now: datetime) -> Journey:
    """The journey, if its ranges may be used now."""
    if not consents.allows(rows, Purpose.ARRIVAL_TIMING, order_id=order_id, now=now):
        raise ConsentNeeded
    known = store.load(rows, order_id)
    if known.is_over:
        raise journey.JourneyOver
    if known.phase not in journey.TRAVELLING or known.started_at is None:
        raise NotOnTheWay
    if now - known.started_at > timedelta(seconds=plan.SHIPPED.ends_after_seconds):
        raise journey.JourneyOver
    return known
