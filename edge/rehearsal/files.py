"""A day and ways from files of people's own: whatever is wrong with one is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import msgspec

from edge.rehearsal import day as days
from edge.rehearsal import trips
from edge.rehearsal.day import Day
from edge.rehearsal.goods import Goods
from edge.rehearsal.trips import Trips


class FileWrong(ValueError):
    """A file cannot be played; what it says is why."""


def read_day(path: Path) -> Day:
    """The day in this file."""
    try:
        day = days.load(path)
    except OSError as problem:
        raise FileWrong(f"{path} cannot be read: {problem.strerror}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise FileWrong(f"{path} is no day: {problem}.") from None
    if not day.orders:
        raise FileWrong(f"{path} holds no orders.")
    if unknown := sorted(_skus(day) - Goods.known()):
        raise FileWrong(f"{path} orders {unknown[0]}, which the shop does not stock.")
    return day


def read_trips(path: Path) -> Trips:
    """The ways in this file."""
    try:
        found = trips.load(path)
    except (EOFError, *trips.NotGzip) as problem:
        raise FileWrong(f"{path} is not gzip: {problem}.") from None
    except OSError as problem:
        raise FileWrong(f"{path} cannot be read: {problem.strerror}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise FileWrong(f"{path} holds a line that is no trip: {problem}.") from None
    if not found.is_recorded:
        raise FileWrong(f"{path} holds no trips.")
    return found


def _skus(day: Day) -> set[str]:
    return {line.sku for order in day.orders for line in order.lines} | {
        order.finish.sku for order in day.orders if order.finish
    }
