"""An extra: what a customer added to the order at hand, as a task of its own with its own preparation time."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from edge.offers.rules.refusals import ExtraStateUnfit


class ExtraState(StrEnum):
    """Where an extra stands."""

    WAITING = "waiting"
    STARTED = "started"
    DONE = "done"
    DROPPED = "dropped"


OPEN = frozenset({ExtraState.WAITING, ExtraState.STARTED})
# Every legal move of an extra; DROPPED follows when its order ends before the extra was made.
MOVES: dict[ExtraState, frozenset[ExtraState]] = {
    ExtraState.WAITING: frozenset({ExtraState.STARTED, ExtraState.DONE, ExtraState.DROPPED}),
    ExtraState.STARTED: frozenset({ExtraState.DONE, ExtraState.DROPPED}),
    ExtraState.DONE: frozenset(),
    ExtraState.DROPPED: frozenset(),
}


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """One extra of an order. `start_by` is known while it still has to be begun."""

    redemption_id: str
    order_id: str
    offer_id: str
    preparation_minutes: int
    added_at: datetime
    start_by: datetime | None = None
    state: ExtraState = ExtraState.WAITING
    by: str = ""


def start_by(now: datetime, minutes_left: float, preparation_minutes: int) -> datetime:
    """When it must be begun to be ready in time: to the minute, since it tells of somebody's way."""
    latest = now + timedelta(minutes=max(0.0, minutes_left - preparation_minutes))
    return latest.replace(second=0, microsecond=0)


def move(extra: Extra, to: ExtraState, *, by: str) -> Extra:
    """The extra in its next state; ExtraStateUnfit when that move is not in the table."""
    if to not in MOVES[extra.state]:
        raise ExtraStateUnfit(state=extra.state, wanted=to)
    return msgspec.structs.replace(extra, state=to, by=by, start_by=None)
