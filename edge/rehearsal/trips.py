"""Ways to the store: recorded ones when a file is given, else plain ones of our own.

A way is what a phone would see: seconds from setting out, metres to the store, accuracy.
"""

from __future__ import annotations

import bisect
import gzip
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
from geopy.distance import great_circle

from sync.doors.ids import SeededIds

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

    @cached_property
    def _times(self) -> list[float]:
        return [t for t, _ in self.fixes]


class _Recorded(msgspec.Struct):
    dest: tuple[float, float]
    arrival_t: float
    points: list[tuple[float, float, float, float | None]]


class Trips:
    """All ways of one run; a planned order's key picks one."""

    def __init__(self, recorded: list[bytes]) -> None:
        self._recorded = recorded
        self._plain = [] if recorded else [_plain(n) for n in range(_PLAIN_TRIPS)]

    def __len__(self) -> int:
        return len(self._recorded) or len(self._plain)

    def of(self, key: float) -> Trip:
        """The way for a key from 0 up to 1."""
        n = int(key * len(self))
        return _read(self._recorded[n]) if self._recorded else self._plain[n]


def load(path: Path | None) -> Trips:
    """Recorded ways, one JSON object a line (gzip); or plain ones."""
    if path is None:
        return Trips([])
    return Trips([line for line in gzip.decompress(path.read_bytes()).splitlines() if line])


def _read(line: bytes) -> Trip:
    trip = msgspec.json.decode(line, type=_Recorded)
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
