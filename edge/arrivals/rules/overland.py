"""What an Overland client posts, and how it is set up: batches of GeoJSON points, longitude first."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from edge.arrivals.rules import position
from edge.arrivals.rules.position import Position
from sync.core.errors import Refusal

# The app's largest batch is 1000.
MOST_POINTS = 1_001


class NotOverland(Refusal):
    """The body is not a batch of this client."""

    code = "not_overland"
    status = 422
    sentence = "This is not an Overland batch: {problem}"


def positions(body: object) -> list[Position]:
    """Every point of a batch, and the newest one that comes beside a long queue.

    A broken point among good ones is left out (see position.py).
    """
    locations = body.get("locations") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(locations, list):
        raise NotOverland(problem="locations is missing")
    points = [*locations, *([body["current"]] if body.get("current") else [])]
    if len(points) > MOST_POINTS:
        raise NotOverland(problem=f"more than {MOST_POINTS} points")
    return position.of_all(points, _positions)


def setup(url: str, *, token: str) -> str:
    """A link that sets the app up at one tap."""
    return f"overland://setup?url={quote(url, safe='')}&token={quote(token, safe='')}&device_id=pickup"


def _positions(point: object) -> list[Position]:
    properties = point.get("properties") if isinstance(point, dict) else None
    if not isinstance(point, dict) or not isinstance(properties, dict):
        raise NotOverland(problem="properties is missing")
    if _is_of_the_past(properties):
        return []
    north, east = _place(point.get("geometry"))
    t = position.instant(properties.get("timestamp"))
    accuracy_m = position.accuracy(properties.get("horizontal_accuracy"))
    return position.usable(north, east, t, accuracy_m)


def _is_of_the_past(properties: Mapping[str, Any]) -> bool:
    """Visits, pauses and whole trips are told under the time of telling: they say nothing of where one is now."""
    return "action" in properties or properties.get("type") == "trip"


def _place(geometry: object) -> tuple[object, object]:
    """Degrees north and east; GeoJSON says them the other way round."""
    given = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(given, list) or len(given) < 2:
        raise NotOverland(problem="coordinates is missing")
    return given[1], given[0]
