"""The day's waits as a picture: each dot an order, by when its customer came and how long they waited. Pure.

Lengths are units of the drawing, which is 900 wide; the page scales it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from edge.locale import Words
from edge.screens.figures import OrderRow
from sync.core.measures import SHORT_WAIT_SECONDS

WIDTH, HEIGHT = 900, 356
LEFT, RIGHT, TOP, BOTTOM = 64.0, 872.0, 16.0, 318.0
MOST_LABELS = 9
# Above this a wait is drawn at the rim, with its true time beside it: one bad order must not flatten the rest.
HIGHEST_MINUTES = 20
_STEPS = (1, 2, 5, 10)
_LETTER = 8.4


class Dot(NamedTuple):
    """One order: a circle when it waited less than two minutes, else a diamond. `said` is its tooltip."""

    x: float
    y: float
    is_short: bool
    said: str


class Tick(NamedTuple):
    """A line or a place on an axis, and its word."""

    at: float
    word: str


class Note(NamedTuple):
    """What is written beside the longest wait, on the side where there is room."""

    x: float
    y: float
    from_x: float
    to_x: float
    text: str
    anchor: str


class Picture(NamedTuple):
    """The whole drawing; `rows` are the orders in it, the earliest first."""

    dots: list[Dot]
    across: list[Tick]
    along: list[Tick]
    two_minutes: Tick
    note: Note | None
    rows: list[OrderRow]


def picture(rows: Sequence[OrderRow], _: Words) -> Picture | None:
    """The picture of a day; None while nobody's wait is known."""
    known = sorted(
        (row for row in rows if _is_known(row)), key=lambda row: (_came(row), row.number)
    )
    if not known:
        return None
    begin, hours = _hours(_came(known[0]), max(map(_came, known)), _)
    top = _top(max(_minutes(row) for row in known))

    def x(at: datetime) -> float:
        return round(LEFT + (RIGHT - LEFT) * ((at - begin) / timedelta(hours=hours)), 1)

    def y(minutes: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * min(minutes, top) / top, 1)

    dots = [
        Dot(
            x(_came(row)),
            y(_minutes(row)),
            _minutes(row) * 60 < SHORT_WAIT_SECONDS,
            f"{row.number} · {_.clock(_came(row))} · {spoken(row.wait_s, _)}",
        )
        for row in known
    ]
    step = next((each for each in _STEPS if top / each <= 6), 10)
    return Picture(
        dots=dots,
        across=[Tick(y(m), _("%(n)s min", n=m)) for m in range(0, top + 1, step) if m != 2],
        along=_along(begin, hours, _),
        two_minutes=Tick(y(2), _("%(n)s min", n=2)),
        note=_note(known, dots, _),
        rows=known,
    )


def spoken(seconds: float | None, _: Words) -> str:
    """A wait as people say it: 48 s, 3 min 56 s; a dash when it is not known."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return _("%(s)s s", s=rest)
    return _("%(m)s min %(s)s s", m=minutes, s=rest)


def short(seconds: float | None) -> str:
    """A wait as a clock shows it: 0:48, 3:56."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _is_known(row: OrderRow) -> bool:
    return row.wait_s is not None and row.arrived_at is not None


def _came(row: OrderRow) -> datetime:
    assert row.arrived_at is not None
    return row.arrived_at


def _minutes(row: OrderRow) -> float:
    return (row.wait_s or 0.0) / 60


def _top(longest: float) -> int:
    return min(HIGHEST_MINUTES, max(3, ceil(longest + 0.2)))


def _hours(first: datetime, last: datetime, _: Words) -> tuple[datetime, int]:
    """From which full hour, and how many hours: two at least, so that one customer is no wall."""
    begin = first - timedelta(
        minutes=first.minute, seconds=first.second, microseconds=first.microsecond
    )
    return begin, max(2, ceil((last - begin) / timedelta(hours=1) + 0.01))


def _along(begin: datetime, hours: int, _: Words) -> list[Tick]:
    step = ceil(hours / MOST_LABELS)
    scale = (RIGHT - LEFT) / hours
    return [
        Tick(round(LEFT + scale * hour, 1), _.clock(begin + timedelta(hours=hour)))
        for hour in range(0, hours + 1, step)
    ]


def _note(known: Sequence[OrderRow], dots: Sequence[Dot], _: Words) -> Note | None:
    """Only a wait of two minutes or more is worth a word."""
    longest = max(range(len(known)), key=lambda place: _minutes(known[place]))
    dot = dots[longest]
    if dot.is_short:
        return None
    text = f"{known[longest].number}, {spoken(known[longest].wait_s, _)}"
    if dot.x + 42 + _LETTER * len(text) < RIGHT:
        return Note(dot.x + 42, dot.y + 5, dot.x + 12, dot.x + 36, text, "start")
    return Note(dot.x - 42, dot.y + 5, dot.x - 36, dot.x - 12, text, "end")
