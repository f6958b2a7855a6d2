"""What OsmAnd and the Traccar client send: fields in a query or a form, or the newer JSON of Traccar.

Speeds (knots in a query, m/s in JSON), cell towers and Wi-Fi names are never looked at.
"""

from collections.abc import Mapping

from edge.arrivals.rules import position
from edge.arrivals.rules.position import Position
from sync.core.errors import Refusal


class NotOsmAnd(Refusal):
    """The request is not a position of this client."""

    code = "not_osmand"
    status = 400
    sentence = "This is not a position as OsmAnd or Traccar sends it: {problem}"


def device(given: Mapping[str, object]) -> str:
    """What the client calls itself, which is the secret it was given; "" when it does not."""
    said = next((given[name] for name in ("id", "deviceid", "device_id") if given.get(name)), "")
    return str(said) if isinstance(said, str | int) else ""


def positions(given: Mapping[str, object], *, received_t: float) -> list[Position]:
    """At most one position; none when the client has no fix or tells no usable one. Without a time it is of now."""
    if "location" in given and not isinstance(given["location"], str):
        return _from_json(given["location"])
    if str(given.get("valid", "1")).lower() not in ("1", "true"):
        return []
    north, east = _degrees(given)
    if north is None and east is None:
        return []
    said = given.get("timestamp")
    t = received_t if said in (None, "") else position.instant(said)
    return _checked(north, east, t, given.get("accuracy"))


def _degrees(given: Mapping[str, object]) -> tuple[object, object]:
    if isinstance(both := given.get("location"), str):
        north, _, east = both.partition(",")
        return north, east
    return given.get("lat"), given.get("lon")


def _from_json(location: object) -> list[Position]:
    if not isinstance(location, dict):
        raise NotOsmAnd(problem="location is missing")
    coords = location.get("coords")
    if coords is None:
        return []
    if not isinstance(coords, dict):
        raise NotOsmAnd(problem="coords is malformed")
    t = position.instant(location.get("timestamp"))
    return _checked(coords.get("latitude"), coords.get("longitude"), t, coords.get("accuracy"))


def _checked(north: object, east: object, t: float | None, accuracy: object) -> list[Position]:
    found = position.usable(north, east, t, position.accuracy(accuracy))
    # Where both are nought there is sea and no fix: so say clients that have none.
    return [each for each in found if each.north or each.east]
