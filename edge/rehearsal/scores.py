"""Scores of a day, from truth alone.

wait = moment of handover - true arrival, never below 0; ready_on_arrival = every bag staged and finished
at the true arrival; fresh = finish done no longer than its limit before the handover; served_well = wait
under 120 s and fresh; dwell = true arrival - last bag staged, never below 0. No-shows apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import msgspec

from edge.rehearsal.truth import CANCELLED, HANDED_OVER, NO_SHOW, Life, Truth

WAIT_GOAL_SECONDS = 120.0


class Waits(msgspec.Struct, frozen=True):
    """Half waited at most p50; `under_120s` is a share."""

    p50: float | None
    p90: float | None
    under_120s: float | None


class Spread(msgspec.Struct, frozen=True):
    """Half and nine tenths at most."""

    p50: float | None
    p90: float | None


class Group(msgspec.Struct, frozen=True):
    """The scores of some of the day's customers."""

    orders: int
    wait_s: Waits
    ready_on_arrival: float | None
    served_well: float | None
    dwell_s: Spread


class Counts(msgspec.Struct, frozen=True):
    """How the day's orders ended."""

    received: int
    handed_over: int
    cancelled: int
    no_show: int
    open: int


def counts(truth: Truth) -> Counts:
    """How many orders reached HQ, and how each ended."""
    return Counts(
        received=sum(life.is_sent for life in truth.lives.values()),
        handed_over=truth.count(HANDED_OVER),
        cancelled=truth.count(CANCELLED),
        no_show=truth.count(NO_SHOW),
        open=truth.count(""),
    )


def groups(truth: Truth) -> dict[str, Group]:
    """Everybody; those who shared their distance and the others; those whom the store could not expect."""
    served = truth.handed_over()
    return {
        "all": score(served),
        "location": score([life for life in served if life.planned.shares_location]),
        "no_location": score([life for life in served if not life.planned.shares_location]),
        "unknown_on_arrival": score([life for life in served if life.was_unknown_on_arrival]),
        "known_on_arrival": score([life for life in served if not life.was_unknown_on_arrival]),
    }


def score(lives: Sequence[Life]) -> Group:
    """The scores of these orders."""
    waits = [life.wait_s for life in lives]
    dwells = [life.dwell_s for life in lives]
    well = [life.was_fresh and life.wait_s < WAIT_GOAL_SECONDS for life in lives]
    return Group(
        orders=len(lives),
        wait_s=Waits(
            quantile(waits, 0.5),
            quantile(waits, 0.9),
            _share([w < WAIT_GOAL_SECONDS for w in waits]),
        ),
        ready_on_arrival=_share([life.was_ready for life in lives]),
        served_well=_share(well),
        dwell_s=Spread(quantile(dwells, 0.5), quantile(dwells, 0.9)),
    )


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of all values do not exceed, to a tenth."""
    exact = exact_quantile(values, share)
    return None if exact is None else round(exact, 1)


def exact_quantile(values: Sequence[float], share: float) -> float | None:
    """Nearest rank."""
    return sorted(values)[ceil(share * len(values)) - 1] if values else None


def _share(holds: Sequence[bool]) -> float | None:
    return round(sum(holds) / len(holds), 3) if holds else None
