"""Ways to the store: recorded ones when a file is given, else plain ones of our own.

A way is what a phone would see: seconds from setting out, metres to the store, accuracy.
"""

from __future__ import annotations

import bisect
import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from gzip import BadGzipFile
from pathlib import Path
from typing import Annotated

import msgspec
from geopy.distance import great_circle

from sync.doors.ids import SeededIds

NotGzip = (BadGzipFile, zlib.error)

_ACCURACY_M = 12.0
_PLAIN_TRIPS = 60
_FIX_EVERY_SECONDS = 5


@dataclass(frozen=True)
class Sight:
    """What the phone knows at one moment."""

    distance_m: float
    accuracy_m: float


@dataclass(frozen=True)
class Trip:
    """A way that ends at the store `arrival_t` seconds after setting out."""

    arrival_t: float
    fixes: tuple[tuple[float, Sight], ...]

    def at(self, seconds: float) -> Sight:
        """The newest fix at a moment; before the first one, the first."""
        place = bisect.bisect_right(self._times, seconds) - 1
        return self.fixes[max(0, place)][1]

    def inside_at(self, radius_m: float) -> float:
        """When they are inside this radius for good."""
        outside = [
            t for t, sight in self.fixes if t <= self.arrival_t and sight.distance_m > radius_m
        ]
        return outside[-1] if outside else 0.0

    @cached_property
    def _times(self) -> list[float]:
        return [t for t, _ in self.fixes]


_Point = tuple[float, float, float, float | None]


class _Recorded(msgspec.Struct):
    dest: tuple[float, float]
    arrival_t: Annotated[float, msgspec.Meta(ge=0)]
    points: Annotated[list[_Point], msgspec.Meta(min_length=1)]


class Trips:
    """All ways of one run; a planned order's key picks one."""

    def __init__(self, recorded: list[_Recorded], plain: Sequence[Trip] = ()) -> None:
        self._recorded = recorded
        self._ways: dict[int, Trip] = dict(enumerate(plain))
        self._count = len(recorded) or len(plain)

    @property
    def is_recorded(self) -> bool:
        """Whether any of them was really travelled."""
        return bool(self._recorded)

    def __len__(self) -> int:
        return self._count

    def of(self, key: float) -> Trip:
        """The way for a key from 0 up to 1."""
        n = int(key * len(self))
        if n not in self._ways:
            self._ways[n] = _measured(self._recorded[n])
        return self._ways[n]


def load(path: Path | None) -> Trips:
    """Recorded ways, one JSON object a line (gzip); or plain ones.

    NotGzip or EOFError for what is not whole gzip, msgspec.DecodeError for a line that is no trip.
    """
    if path is None:
        return Trips([], [_plain(n) for n in range(_PLAIN_TRIPS)])
    lines = gzip.decompress(path.read_bytes()).splitlines()
    return Trips([msgspec.json.decode(line, type=_Recorded) for line in lines if line])


def _measured(trip: _Recorded) -> Trip:
    fixes = tuple(
        (t, Sight(great_circle((north, east), trip.dest).m, accuracy or _ACCURACY_M))
        for t, north, east, accuracy in trip.points
    )
    return Trip(trip.arrival_t, fixes)


def _plain(n: int) -> Trip:
    """From 600 m to 7 km away at town speed, with a stop or two at lights."""
    chance = SeededIds(1000 + n)
    left, speed = chance.uniform(600, 7000), chance.uniform(4, 12)
    fixes, at = [(0.0, Sight(left, _ACCURACY_M))], 0.0
    while left > 20:
        at += _FIX_EVERY_SECONDS
        is_stopped = (at // 45) % 4 == n % 4
        left = max(0.0, left - (0 if is_stopped else speed * _FIX_EVERY_SECONDS))
        fixes.append((at, Sight(left, chance.uniform(5, 25))))
    return Trip(at, tuple(fixes))
