"""Waits as the stores' logs tell them: from the first tap or scan that said "here" until the goods were given.

Both moments are the store's own clock. The definition is printed beside every number that is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from sync.core.measures import SHORT_WAIT_SECONDS, nearest_rank
from sync.hq.reports.rules.event import Event

ARRIVED, READY, HANDED_OVER = "customer_arrived", "order_ready", "order_handed_over"
KINDS = (ARRIVED, READY, HANDED_OVER)


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """One order whose customer was known to be here. `seconds` is never below 0."""

    order_id: str
    arrived_at: datetime
    handed_over_at: datetime
    was_ready: bool

    @property
    def seconds(self) -> float:
        """How long its customer waited."""
        return max(0.0, (self.handed_over_at - self.arrived_at).total_seconds())

    @property
    def is_short(self) -> bool:
        """Under two minutes."""
        return self.seconds < SHORT_WAIT_SECONDS


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """The waits of one store day, added up; None where there is nothing to add. `unknown`: given, arrival not known."""

    count: int
    short: int
    ready: int
    unknown: int
    half: float | None
    nine_in_ten: float | None
    longest: float | None


def of_day(events: Iterable[Event], day: date, zone: str) -> tuple[list[Wait], int]:
    """Waits of the orders given away on a store day, in their order; and how many had no known arrival."""
    first: dict[tuple[str, str], datetime] = {}
    for event in events:
        key = (event.kind, event.about)
        if key not in first or event.at < first[key]:
            first[key] = event.at
    waits, unknown = [], 0
    for (kind, order_id), at in first.items():
        if kind != HANDED_OVER or at.astimezone(ZoneInfo(zone)).date() != day:
            continue
        arrived, ready = first.get((ARRIVED, order_id)), first.get((READY, order_id))
        if arrived is None:
            unknown += 1
            continue
        was_ready = ready is not None and ready <= arrived
        waits.append(
            Wait(order_id=order_id, arrived_at=arrived, handed_over_at=at, was_ready=was_ready)
        )
    return sorted(waits, key=lambda wait: wait.arrived_at), unknown


def added(waits: Sequence[Wait], unknown: int) -> Sum:
    """The sums of a store day."""
    seconds = sorted(wait.seconds for wait in waits)
    return Sum(
        count=len(waits),
        short=sum(wait.is_short for wait in waits),
        ready=sum(wait.was_ready for wait in waits),
        unknown=unknown,
        half=nearest_rank(seconds, 0.5),
        nine_in_ten=nearest_rank(seconds, 0.9),
        longest=seconds[-1] if seconds else None,
    )
