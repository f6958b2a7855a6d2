"""What does not fit together about somebody's way: said to the customer and to staff, never acted on in silence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from edge.arrivals.rules.reports import Trail

# Straight towards the store; no road and no car gets anybody there faster.
FASTEST_CAR_M_PER_S = 45.0
# Where "I am here" may be said although the pin is some way off: a large car park, and a rough position.
AROUND_M = 600.0
FAR_M = 10_000.0


class Doubted(StrEnum):
    """Why what was said or measured is not quite believed."""

    DOUBLE_TAP = "double_tap"
    IMPOSSIBLE_LEAD = "impossible_lead"
    PASSED_BY = "passed_by"
    TURNED_BACK = "turned_back"


# What ranges alone have told: gone with them when they are withdrawn.
BY_RANGE = frozenset({Doubted.IMPOSSIBLE_LEAD, Doubted.PASSED_BY, Doubted.TURNED_BACK})
# How the way looks just now: at most one of them, and none once the customer has come.
OF_THE_WAY = frozenset({Doubted.PASSED_BY, Doubted.TURNED_BACK})


def with_one(held: Iterable[Doubted], one: Doubted) -> tuple[Doubted, ...]:
    """The doubts with one more, each once, in the order of the list above."""
    return tuple(sorted({*held, one}, key=list(Doubted).index))


def without(held: Iterable[Doubted], gone: Collection[Doubted]) -> tuple[Doubted, ...]:
    """The doubts that are left."""
    return tuple(each for each in held if each not in gone)


def on_the_way(held: Iterable[Doubted], now: Doubted | None) -> tuple[Doubted, ...]:
    """The doubts when the way looks like this; None when it looks like coming."""
    rest = without(held, OF_THE_WAY)
    return with_one(rest, now) if now else rest


def is_impossible_lead(trail: Trail, as_of: datetime, at: datetime) -> bool:
    """Whether nobody can have come to the store by `at` from where the last believed report, of `as_of`, saw them."""
    last = trail.last
    if trail.is_far or last is None:
        distance_m, accuracy_m = (FAR_M if trail.is_far else 0.0), 0.0
    else:
        distance_m, accuracy_m = last.distance_m or 0.0, last.accuracy_m or 0.0
    seconds = max(0.0, (at - as_of).total_seconds())
    return distance_m - AROUND_M - accuracy_m > FASTEST_CAR_M_PER_S * seconds
