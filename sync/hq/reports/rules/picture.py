"""Where the dots of a day's waits stand: one dot an order, the two-minute line drawn, the day from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from sync.core.measures import SHORT_WAIT_SECONDS
from sync.hq.reports.rules.waits import Wait

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 960.0, 56.0, 26.0, 14.0, 26.0
_LEAST_MINUTES, _MOST_MINUTES = 4, 10
_DAY_SECONDS = 86_400.0


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """One order in the picture; `is_beyond` stands at the upper edge because it waited longer than is drawn."""

    wait: Wait
    x: float
    y: float
    is_beyond: bool


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A store day as points of a drawing; `hours` and `minutes` are its grid."""

    width: float
    height: float
    left: float
    right: float
    short_y: float
    dots: list[Dot]
    hours: list[tuple[float, int]]
    minutes: list[tuple[float, int]]


def drawn(waits: Sequence[Wait], zone: str, *, height: float) -> Picture:
    """The picture of a day."""
    at = [_seconds_of_day(wait.arrived_at, zone) for wait in waits]
    first, last = _hours(at)
    most = _most_minutes(waits)

    def x_of(seconds: float) -> float:
        share = (seconds / 3600 - first) / (last - first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y_of(minutes: float) -> float:
        return round(TOP + (1 - min(minutes, most) / most) * (height - TOP - BOTTOM), 1)

    return Picture(
        width=WIDTH,
        height=height,
        left=LEFT,
        right=WIDTH - RIGHT,
        short_y=y_of(SHORT_WAIT_SECONDS / 60),
        dots=[
            Dot(
                wait=wait,
                x=x_of(moment),
                y=y_of(wait.seconds / 60),
                is_beyond=wait.seconds > 60 * most,
            )
            for wait, moment in zip(waits, at, strict=True)
        ],
        hours=[(x_of(3600.0 * hour), hour) for hour in _ticks(first, last)],
        minutes=[(y_of(each), each) for each in range(0, most + 1, 1 if most <= 5 else 2)],
    )


def _most_minutes(waits: Sequence[Wait]) -> int:
    longest = max((wait.seconds / 60 for wait in waits), default=0.0)
    return min(max(_LEAST_MINUTES, int(longest) + 1), _MOST_MINUTES)


def _hours(at: Sequence[float]) -> tuple[int, int]:
    """The hours that are drawn: the ones in which somebody came, at least four of them."""
    if not at:
        return 8, 20
    first, last = int(min(at) // 3600), int(max(at) // 3600) + 1
    while last - first < 4:
        first, last = max(0, first - 1), min(24, last + 1)
    return first, last


def _ticks(first: int, last: int) -> list[int]:
    step = 1 if last - first <= 12 else 2
    return list(range(first, last + 1, step))


def _seconds_of_day(at: datetime, zone: str) -> float:
    local = at.astimezone(ZoneInfo(zone))
    return (local.hour * 3600 + local.minute * 60 + local.second) % _DAY_SECONDS
