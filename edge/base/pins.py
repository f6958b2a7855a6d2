"""Pins of a store and its bays, looked at before they are believed: a swapped pair is the usual mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from sync.core.errors import Refusal

FARTHEST_BAY_M = 500.0
# Time zones are wide; only what is on another continent and would be near when swapped is doubted.
_FAR_M = 3_000_000.0
_ISO6709 = re.compile(r"^([+-])(\d{2})(\d{2})(?:\d{2})?([+-])(\d{3})(\d{2})(?:\d{2})?$")

Pin = tuple[float, float]


class WrongPin(Refusal):
    """A pin that cannot be right."""

    code = "wrong_pin"
    status = 422
    sentence = "The pin of {what} cannot be right: {problem}"


def read(text: str, what: str) -> Pin:
    """NORTH,EAST in degrees, as maps copy it; WrongPin says what is wrong."""
    try:
        north, east = (float(part) for part in text.split(","))
    except ValueError:
        raise WrongPin(
            what=what, problem=f"{text!r} is not NORTH,EAST in degrees, such as 35.443,139.638"
        ) from None
    if abs(north) > 90 and abs(east) <= 90:
        raise WrongPin(
            what=what, problem=f"north is {north}; it looks swapped, try {east},{north}"
        )
    if not (abs(north) <= 90 and abs(east) <= 180):
        raise WrongPin(what=what, problem="north is within -90 and 90, east within -180 and 180")
    if (north, east) == (0.0, 0.0):
        raise WrongPin(what=what, problem="0,0 lies in the sea off Africa")
    return north, east


def check(store: Pin, bays: Mapping[str, Pin], *, time_zone: str) -> None:
    """Compare the pins with each other and with the time zone; WrongPin names the first that cannot be right."""
    city = _city_of(time_zone)
    if city and metres(store, city) > _FAR_M > metres(_swapped(store), city):
        problem = f"it is far from {time_zone}; it looks swapped, try {store[1]},{store[0]}"
        raise WrongPin(what="the store", problem=problem)
    for label, bay in bays.items():
        away = metres(store, bay)
        if away <= FARTHEST_BAY_M:
            continue
        problem = f"it is {_far(away)} from the store, more than {FARTHEST_BAY_M:.0f} m"
        if abs(bay[1]) <= 90 and metres(store, _swapped(bay)) <= FARTHEST_BAY_M:
            problem = f"it looks swapped, try {bay[1]},{bay[0]}"
        raise WrongPin(what=f"bay {label}", problem=problem)


def metres(one: Pin, other: Pin) -> float:
    """Metres over the ellipsoid between two pins."""
    # Loaded for this only: it costs a start more than it is worth.
    from geopy.distance import geodesic

    return float(geodesic(one, other).meters)


def _swapped(pin: Pin) -> Pin:
    north, east = pin
    # What cannot be a latitude is no swapped pair either; the other side of the earth is far from anywhere near.
    return (east, north) if abs(east) <= 90 else (-north, east - 180)


def _far(away: float) -> str:
    return f"{away:.0f} m" if away < 5000 else f"{away / 1000:.0f} km"


@cache
def _cities() -> Mapping[str, Pin]:
    """Where the city of each time zone lies, from the zone database itself (ISO 6709)."""
    try:
        text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    except (FileNotFoundError, ModuleNotFoundError):
        return {}
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[2]: place for row in rows if (place := _place(row[1]))}


def _city_of(time_zone: str) -> Pin | None:
    return _cities().get(time_zone)


def _place(text: str) -> Pin | None:
    found = _ISO6709.match(text)
    if not found:
        return None
    north_sign, north, north_minutes, east_sign, east, east_minutes = found.groups()
    return (
        float(f"{north_sign}1") * (int(north) + int(north_minutes) / 60),
        float(f"{east_sign}1") * (int(east) + int(east_minutes) / 60),
    )
