"""A store day as it was planned: what customers and staff will really do, fixed before it is played.

Times are seconds from opening. A file of the same shape may be given instead of our own small day.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, Literal, TypeVar

import msgspec

from sync.doors.ids import Ids, SeededIds

T = TypeVar("T")

_NORMAL = NormalDist()
_ORDERS_AN_HOUR = (3, 4, 5, 6, 4, 3, 4, 7, 8, 6)
_DAY_SECONDS = 36_000
_SHELF_SKUS, _MADE_SKUS = range(1, 61), range(61, 67)


class PlannedLine(msgspec.Struct, frozen=True):
    """One article of an order, and how long it really takes to fetch."""

    sku: str
    zone: str
    pick_s: float


class Finish(msgspec.Struct, frozen=True):
    """What is made last, how long that really takes, and how long it stays good."""

    sku: str
    prep_s: float
    limit_s: float


class PlannedOrder(msgspec.Struct, frozen=True):
    """One customer's order, and everything that will really happen around it."""

    id: str
    placed_s: float
    leaves_s: float
    trip_key: Annotated[float, msgspec.Meta(ge=0, lt=1)]
    opt_in: bool
    page: Literal["live", "first_minute", "never"]
    double_tap: bool
    turn_back_s: float | None
    no_show: bool
    finish: Finish | None
    lines: list[PlannedLine]
    fetch_s: float
    stage_s: float
    bring_out_s: float
    handover_s: float
    # Ours alone: when the shop calls the order off, if it does.
    cancel_s: float | None = None

    @property
    def shares_location(self) -> bool:
        """Whether the store can ever hear a range from this customer."""
        return self.opt_in and self.page != "never"


class Person(msgspec.Struct, frozen=True):
    """Somebody on shift; `busy` are other duties that are not interrupted."""

    id: str
    from_s: float
    to_s: float
    busy: list[tuple[float, float]]

    def is_free(self, at_s: float) -> bool:
        """On shift and not at another duty."""
        on_shift = self.from_s <= at_s < self.to_s
        return on_shift and not any(begin <= at_s < end for begin, end in self.busy)

    def frees(self) -> list[float]:
        """The moments at which this person becomes available."""
        return [self.from_s, *(end for _, end in self.busy if end < self.to_s)]


class Day(msgspec.Struct, frozen=True):
    """Orders and staff from opening to closing."""

    seed: int | str
    opens_s: float
    closes_s: float
    orders: list[PlannedOrder]
    staff: list[Person]

    @property
    def begins_s(self) -> float:
        """Before anything happens: some orders are placed the evening before."""
        first = min([self.opens_s, *(one.placed_s for one in self.orders)])
        return min([first, *(one.from_s for one in self.staff)]) - 60


def load(path: Path) -> Day:
    """A day from a file."""
    return msgspec.json.decode(path.read_bytes(), type=Day)


def small(seed: int = 59) -> Day:
    """Our own day: fifty orders and four people, the same for the same seed."""
    chance = SeededIds(seed)
    leaves = [
        3600.0 * hour + chance.uniform(0, 3600)
        for hour, count in enumerate(_ORDERS_AN_HOUR)
        for _ in range(count)
    ]
    orders = [_order(chance, n, left) for n, left in enumerate(leaves)]
    shifts = [(-3600.0, 36000.0), (-1800.0, 36000.0), (9000.0, 36000.0), (21600.0, 36000.0)]
    staff = [_person(chance, n, *shift) for n, shift in enumerate(shifts)]
    orders.sort(key=lambda one: one.placed_s)
    return Day(seed=seed, opens_s=0, closes_s=_DAY_SECONDS, orders=orders, staff=staff)


def next_order(chance: Ids, n: int, placed_s: float) -> PlannedOrder:
    """An order of an endless stream: placed now, fetched within the hour by most, called off by few."""
    lead = around(chance, 600 if _is(chance, 0.5) else 1800, 0.4)
    made = _order(chance, n, placed_s + lead)
    cancel_s = placed_s + 90 if _is(chance, 0.04) else None
    return msgspec.structs.replace(
        made, id=f"live{n:05d}", placed_s=round(placed_s, 1), cancel_s=cancel_s
    )


def shift(chance: Ids, n: int, from_s: float, to_s: float) -> Person:
    """Somebody's shift, with other duties in between."""
    return _person(chance, n, from_s, to_s)


def _order(chance: Ids, n: int, leaves_s: float) -> PlannedOrder:
    lead = around(chance, 500 if _is(chance, 0.3) else 5400, 0.5)
    placed_s = round(leaves_s - lead, 1)
    opt_in = _is(chance, 0.5)
    made = Finish(_sku(chance, _MADE_SKUS), around(chance, 240, 0.3), 600)
    return PlannedOrder(
        id=f"b{n:03d}",
        placed_s=placed_s,
        leaves_s=round(leaves_s, 1),
        trip_key=chance.uniform(0, 0.999999),
        opt_in=opt_in,
        page=_one_of(chance, ("live", "live", "first_minute", "never")) if opt_in else "never",
        double_tap=opt_in and _is(chance, 0.06),
        turn_back_s=around(chance, 2000, 0.3) if _is(chance, 0.03) else None,
        no_show=_is(chance, 0.05),
        finish=made if _is(chance, 0.4) else None,
        lines=[_line(chance) for _ in range(1 + int(chance.uniform(0, 9)))],
        fetch_s=around(chance, 55, 0.3),
        stage_s=around(chance, 28, 0.3),
        bring_out_s=around(chance, 45, 0.3),
        handover_s=around(chance, 24, 0.3),
        cancel_s=placed_s + 120 if _may_call_off(placed_s, lead) and _is(chance, 0.1) else None,
    )


def _may_call_off(placed_s: float, lead: float) -> bool:
    """Only where the word still reaches the store before anybody has begun."""
    is_line_up = not _DAY_SECONDS / 3 - 300 < placed_s < 2 * _DAY_SECONDS / 3
    return lead > 3600 and is_line_up


def _line(chance: Ids) -> PlannedLine:
    zone = _one_of(chance, ("ambient",) * 7 + ("chilled",) * 2 + ("frozen",))
    return PlannedLine(_sku(chance, _SHELF_SKUS), zone, around(chance, 19, 0.4))


def _person(chance: Ids, n: int, from_s: float, to_s: float) -> Person:
    busy: list[tuple[float, float]] = []
    at = from_s + chance.uniform(300, 900)
    while at < to_s:
        end = min(to_s, at + chance.uniform(120, 400))
        busy.append((round(at), round(end)))
        at = end + chance.uniform(400, 1000)
    return Person(f"s{n}", from_s, to_s, busy)


def around(chance: Ids, middle: float, spread: float) -> float:
    """A value near the middle, never below 0; log-normal, cut at one in a thousand."""
    shift = _NORMAL.inv_cdf(chance.uniform(0.001, 0.999)) * spread
    return float(round(middle * 2.718281828**shift, 1))


def _is(chance: Ids, share: float) -> bool:
    return chance.uniform(0, 1) < share


def _one_of(chance: Ids, choices: Sequence[T]) -> T:
    return choices[min(int(chance.uniform(0, len(choices))), len(choices) - 1)]


def _sku(chance: Ids, numbers: range) -> str:
    return f"SKU-{_one_of(chance, numbers):03d}"
