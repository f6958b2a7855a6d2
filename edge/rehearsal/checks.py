"""What must be true at the end of a day: every order ended legally, and the product's figures agree with truth.

Each function answers with sentences; no sentence means that it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from edge.rehearsal import scores
from edge.rehearsal.truth import CANCELLED, HANDED_OVER, NO_SHOW, Life, Truth

CLOSE_SECONDS = 1.0
_ENDS = frozenset({HANDED_OVER, CANCELLED, NO_SHOW, "restocked"})

Seconds = Callable[[datetime], float]


def ended_legally(truth: Truth) -> list[str]:
    """Every order ended, once, and nothing was given that was not fetched."""
    found: list[str] = []
    for life in truth.lives.values():
        if life.is_sent:
            found += _ended_legally(life)
    return found


def _ended_legally(life: Life) -> Iterable[str]:
    name = f"{life.planned.id} ({life.shown_number})"
    if not life.end:
        yield f"{name} is still open"
    if len(life.given) > 1:
        times = " and ".join(f"at {at:.0f} s" for at, _ in life.given)
        yield f"{name} was handed over {len(life.given)} times: {times}"
    if life.given and life.no_show_at is not None:
        yield f"{name} was handed over and is a no-show as well"
    if life.given:
        missing = sorted(set(range(1, len(life.planned.lines) + 1)) - life.fetched_lines)
        if missing:
            yield f"{name} was handed over although nobody fetched line {', '.join(map(str, missing))}"
        if life.ready_at is None:
            yield f"{name} was handed over before it was ready"


def figures_agree(
    truth: Truth, figures: dict[str, Any], seconds: Seconds, *, may_be_open: bool = False
) -> list[str]:
    """The store's own figures against truth, order by order and as they are added up.

    Where an order may be open at the end, it must be open in the store as well.
    """
    rows = {row["order_id"]: row for row in figures["rows"]}
    lives = [life for life in truth.lives.values() if life.is_sent]
    found: list[str] = []
    for life in lives:
        row = rows.get(life.order_id)
        found += (
            _row_agrees(life, row, seconds, is_over=bool(life.end) or not may_be_open)
            if row
            else [f"{life.planned.id} is missing in the store's figures"]
        )
    if len(rows) != len(lives):
        found.append(f"the store's figures show {len(rows)} orders, {len(lives)} were placed")
    return found + _sums_agree(truth, figures)


def _row_agrees(
    life: Life, row: dict[str, Any], seconds: Seconds, *, is_over: bool = True
) -> list[str]:
    name = f"{life.planned.id} ({row['number']})"
    pairs = {
        "staged_at": life.staged_at,
        "ready_at": life.ready_at,
        "arrived_at": life.seen_at,
        "handed_over_at": life.given[0][0] if life.given else None,
    }
    found = [
        f"{name}: {field} is {_shown(said)} s in the store's figures and {_shown(true)} s in truth"
        for field, true in pairs.items()
        if not _is_close(said := _seconds_of(row[field], seconds), true)
    ]
    is_right = row["state"] == life.end if is_over else row["state"] not in _ENDS
    if not is_right:
        found.append(f"{name}: the store says {row['state']}, truth says {life.end or 'open'}")
    return found


def agree_so_far(truth: Truth, figures: dict[str, Any], seconds: Seconds) -> list[str]:
    """The same while the day goes on. What a person did among the actors counts by its end only."""
    rows = {row["order_id"]: row for row in figures["rows"]}
    lives = [life for life in truth.lives.values() if life.is_sent]
    found: list[str] = []
    for life in lives:
        row = rows.get(life.order_id)
        if row is None:
            found.append(f"{life.planned.id} is missing in the store's figures")
        elif not life.is_foreign:
            found += _row_agrees(life, row, seconds, is_over=bool(life.end))
        elif life.end and row["state"] != life.end:
            found.append(
                f"{life.planned.id}: the store says {row['state']}, truth says {life.end}"
            )
    counts = scores.counts(truth)
    for name in counts.__struct_fields__:
        said, true = figures["orders"][name], getattr(counts, name)
        if said != true:
            found.append(f"{name}: the store says {said}, truth says {true}")
    return found


def _sums_agree(truth: Truth, figures: dict[str, Any]) -> list[str]:
    counts = scores.counts(truth)
    served = truth.handed_over()
    waits = [life.given[0][0] - life.seen_at for life in served if life.seen_at is not None]
    pairs: list[tuple[str, object, object]] = [
        *(
            (name, figures["orders"][name], getattr(counts, name))
            for name in counts.__struct_fields__
        ),
        ("redemptions", figures["redemptions"], len(truth.redeemed) + len(truth.add_ons)),
    ]
    found = [
        f"{name}: the store says {said}, truth says {true}"
        for name, said, true in pairs
        if said != true
    ]
    for name, share in (("p50", 0.5), ("p90", 0.9)):
        if not _is_close(said := figures["wait_s"][name], true := scores.quantile(waits, share)):
            found.append(
                f"wait {name}: the store says {_shown(said)} s, truth says {_shown(true)} s"
            )
    return found


def hq_agrees(truth: Truth, states: dict[str, str]) -> list[str]:
    """What HQ believes of each order against truth."""
    legal = {HANDED_OVER, CANCELLED, NO_SHOW}
    found = []
    for life in truth.lives.values():
        said = states.get(life.order_id, "nothing")
        if life.is_sent and (said != life.end or said not in legal):
            found.append(f"{life.planned.id}: HQ says {said}, truth says {life.end or 'open'}")
    return found


def line_was_cut(truth: Truth, refused_while_cut: int) -> list[str]:
    """The uplink really was cut: for long, and phones noticed."""
    if truth.outage_s <= 0:
        return ["the uplink was never cut"]
    return [] if refused_while_cut else ["no request failed while the uplink was cut"]


def _seconds_of(said: str | None, seconds: Seconds) -> float | None:
    return None if said is None else seconds(datetime.fromisoformat(said))


def _is_close(said: float | None, true: float | None) -> bool:
    if said is None or true is None:
        return said is true
    return abs(said - true) <= CLOSE_SECONDS


def _shown(value: float | None) -> str:
    return "not known" if value is None else f"{value:.1f}"


def first_of(found: Sequence[str], most: int = 40) -> list[str]:
    """Enough to see what is wrong."""
    return [*found[:most], *([f"and {len(found) - most} more"] if len(found) > most else [])]
