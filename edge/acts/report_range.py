"""Report a range: consent, journey and forecast looked at in one moment; written only when a phase changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from edge.arrivals import actions, store
from edge.arrivals.memory import RangeMemory, TooManyReports
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

# So often a batch is taken anew when its journey was begun again at that very moment.
MOST_TURNS = 3


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


@dataclass(frozen=True)
class Post:
    """What one message brought: its reports, and the clock they are told by.

    `sent_t` is the phone's own time at sending, if it says so; `same_clock` means that its clock is as good as ours.
    """

    reports: Sequence[RangeReport]
    sent_t: float | None = None
    same_clock: bool = False


def report_range(edge: Edge, order_id: str, post: Post) -> Reported:
    """Take what a phone tells of its distance; nothing is written unless the journey moves on."""
    memory, now = edge.part(RangeMemory), edge.clock.now()
    for _ in range(MOST_TURNS):
        # Asked before the consent is: a withdrawal in between lets nothing in.
        drops = memory.drops
        with edge.read() as reader:
            known = _followed(reader, order_id, now)
        if kept := _keep(edge, known, post, now=now, drops=drops):
            return _moved_on(edge, kept)
    raise TooManyReports(seconds=1)


def _keep(edge: Edge, known: Journey, post: Post, *, now: datetime, drops: int) -> Reported | None:
    """Note what can be believed; None when the journey's ranges were dropped meanwhile, whatever the reason."""
    memory, monotonic, order_id = edge.part(RangeMemory), edge.clock.monotonic(), known.order_id
    # A page and an app may report at once: what one of them adds, the other must see.
    with memory.turn(order_id):
        before = memory.get(order_id, monotonic=monotonic)
        got = intake.take(
            before.trail if before else Trail(),
            post.reports,
            received_t=now.timestamp(),
            sent_t=post.sent_t,
            same_clock=post.same_clock,
        )
        if got.taken:
            as_of = now - timedelta(seconds=got.lag_seconds)
            seen = Sighting(got.trail, forecast.forecast(got.trail), as_of)
        elif before and got.trail != before.trail:
            # What was doubted may be borne out by the next report.
            seen = msgspec.structs.replace(before, trail=got.trail)
        else:
            return Reported(known, before, 0, got.doubts)
        is_kept = memory.note(order_id, seen, monotonic=monotonic, drops=drops, sent=got.taken)
    return Reported(known, seen, got.taken, got.doubts) if is_kept else None


def _moved_on(edge: Edge, kept: Reported) -> Reported:
    known, seen = kept.journey, kept.sighting
    if not kept.taken or seen is None:
        return kept
    moved, _ = journey.advance(known, seen.trail, actions.RING, edge.clock.now())
    if moved == known:
        return kept
    moved = edge.write(lambda unit: _settle(unit, known.order_id, seen.trail))
    return replace(kept, journey=moved)


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
