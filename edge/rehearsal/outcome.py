"""What a simulated day came to, from truth alone, for everybody who really came.

wait = moment of handover - true arrival, never below 0; who was never served waited for ever. ready_on_arrival = every
bag staged and finished at the true arrival; fresh = of what had to be made: made no longer than its limit before the
handover; served_well = wait under 120 s, and fresh or nothing to make; dwell = true arrival - last bag staged, never
below 0, of what was staged. Shares are of `n`, quantiles nearest rank. No-shows are apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf, isinf

import msgspec

from edge.rehearsal.day import Day
from edge.rehearsal.scores import WAIT_GOAL_SECONDS
from edge.rehearsal.truth import Life, Truth


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The scores of some of the customers; None where nobody had any."""

    n: int
    wait_under_120s: float | None
    fresh: float | None
    served_well: float | None
    ready_on_arrival: float | None
    wait_p50_s: float | None
    wait_p90_s: float | None
    dwell_p50_s: float | None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One policy's day. opt_in: shared their distance, all the way or for the first minute."""

    policy: str
    opt_in: Group
    no_location: Group
    staff_utilisation: float | None


def outcome(policy: str, truth: Truth, day: Day, worked_s: float) -> Outcome:
    """The day in figures."""
    came = [life for life in truth.lives.values() if life.is_sent and not life.planned.no_show]
    paid_s = sum(one.to_s - one.from_s - _busy_s(one.busy) for one in day.staff)
    return Outcome(
        policy=policy,
        opt_in=group([life for life in came if life.planned.shares_location]),
        no_location=group([life for life in came if not life.planned.shares_location]),
        staff_utilisation=round(worked_s / paid_s, 4) if paid_s > 0 else None,
    )


def group(lives: Sequence[Life]) -> Group:
    """The scores of these customers."""
    waits = [wait_s(life) for life in lives]
    made = [life for life in lives if life.planned.finish]
    return Group(
        n=len(lives),
        wait_under_120s=_share([wait < WAIT_GOAL_SECONDS for wait in waits]),
        fresh=_share([_is_fresh(life) for life in made]),
        served_well=_share([is_served_well(life) for life in lives]),
        ready_on_arrival=_share([life.was_ready for life in lives]),
        wait_p50_s=_quantile(waits, 0.5),
        wait_p90_s=_quantile(waits, 0.9),
        dwell_p50_s=_quantile([life.dwell_s for life in lives if life.staged_at is not None], 0.5),
    )


def wait_s(life: Life) -> float:
    """How long this customer waited; for ever, if nobody came."""
    return life.wait_s if life.given else inf


def _is_fresh(life: Life) -> bool:
    return bool(life.given) and life.was_fresh


def is_served_well(life: Life) -> bool:
    """Short of two minutes, and nothing of it stale."""
    return _is_fresh(life) and life.wait_s < WAIT_GOAL_SECONDS


def _busy_s(busy: Sequence[tuple[float, float]]) -> float:
    return sum(end - begin for begin, end in busy)


def _share(holds: Sequence[bool]) -> float | None:
    return round(sum(holds) / len(holds), 4) if holds else None


def _quantile(values: Sequence[float], share: float) -> float | None:
    """Nearest rank, to a tenth of a second; None where there is none, or it never ends."""
    if not values:
        return None
    value = sorted(values)[ceil(share * len(values)) - 1]
    return None if isinf(value) else round(value, 1)


def table(outcomes: Sequence[Outcome]) -> str:
    """The days side by side, for people who look at a terminal."""
    head = (
        "policy",
        "who",
        "n",
        "served well",
        "under 2 min",
        "fresh",
        "ready",
        "wait p50",
        "p90",
        "lay ready",
    )
    rows: list[tuple[str, ...]] = [head]
    for one in outcomes:
        for name, who, scored in (
            (one.policy, "opt-in", one.opt_in),
            ("", "no location", one.no_location),
        ):
            rows.append((name, who, *_cells(scored)))
        rows.append(("", "staff at work", "", _percent(one.staff_utilisation), *[""] * 6))
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if n < 2 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(scored: Group) -> tuple[str, ...]:
    shares = (scored.served_well, scored.wait_under_120s, scored.fresh, scored.ready_on_arrival)
    seconds = (scored.wait_p50_s, scored.wait_p90_s, scored.dwell_p50_s)
    return (str(scored.n), *map(_percent, shares), *map(_seconds, seconds))


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.0f} s"
