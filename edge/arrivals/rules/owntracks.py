"""What an OwnTracks client posts, and how it is set up: fields checked, what we did not ask for dropped.

Positions pass through here as values and are turned into a range by the caller; nothing keeps them.
"""

import re
from base64 import b64encode
from urllib.parse import quote

import msgspec

from edge.arrivals.rules import position, regions
from edge.arrivals.rules.position import Position
from sync.core.errors import Refusal

MOST_MESSAGES = 200
# What a message of each kind must have to be one at all.
REQUIRED = {
    "location": ("lat", "lon", "tst"),
    "transition": ("acc", "event", "lat", "lon", "tst", "wtst"),
    "lwt": ("tst",),
    "steps": ("from", "steps", "to", "tst"),
    "cmd": ("action",),
    "request": ("request",),
    "encrypted": ("data",),
}


_BASE64 = re.compile(r"[-A-Za-z0-9+/]*={0,3}")
# What these fields look like in every kind of message that has them.
SHAPES = {
    "face": _BASE64,
    "data": _BASE64,
    "request": re.compile(r"tours?|untour"),
    "event": re.compile(r"enter|leave"),
}
# Its words for how much it tells: by its own movement, or only at the edges of regions.
_LIVE, _TRANSITIONS_ONLY = 2, 0
_HTTP = 3


class NotOwnTracks(Refusal):
    """The body is not a message of this client."""

    code = "not_owntracks"
    status = 422
    sentence = "This is not an OwnTracks message: {problem}"


def positions(body: object) -> list[Position]:
    """Every position in a message or an array of them; other kinds of message say nothing to us."""
    messages = body if isinstance(body, list) else [body]
    if len(messages) > MOST_MESSAGES:
        raise NotOwnTracks(problem=f"more than {MOST_MESSAGES} messages")
    return position.of_all(messages, _positions)


def setup(url: str, *, user: str, password: str, north: float, east: float, is_live: bool) -> str:
    """A link that sets the app up at one tap: where to post, and the store's two rings to watch."""
    rings = [
        # The app knows a region by the second in which it was made.
        {"_type": "waypoint", "desc": each.name, "lat": north, "lon": east, "rad": each.radius_m,
         "tst": int(each.radius_m)}
        for each in regions.REGIONS
    ]  # fmt: skip
    said = {
        "_type": "configuration", "mode": _HTTP, "url": url, "auth": True, "username": user, "password": password,
        "deviceId": "phone", "tid": "PU", "monitoring": _LIVE if is_live else _TRANSITIONS_ONLY, "waypoints": rings,
    }  # fmt: skip
    inline = b64encode(msgspec.json.encode(said)).decode()
    return f"owntracks:///config?inline={quote(inline, safe='')}"


def _positions(message: object) -> list[Position]:
    if not isinstance(message, dict) or not isinstance(message.get("_type"), str):
        raise NotOwnTracks(problem="_type is missing")
    for name in REQUIRED.get(message["_type"], ()):
        if message.get(name) is None:
            raise NotOwnTracks(problem=f"{name} is missing")
    for name, shape in SHAPES.items():
        if name in message and not shape.fullmatch(str(message[name])):
            raise NotOwnTracks(problem=f"{name} is malformed")
    kind = message["_type"]
    if kind not in ("location", "transition"):
        return []
    at, accuracy_m = position.number(message["tst"]), position.accuracy(message.get("acc"))
    found = position.usable(message["lat"], message["lon"], at, accuracy_m)
    if kind != "transition":
        return found
    crossing = regions.crossing(message.get("desc"), message["event"])
    return [each._replace(crossing=crossing) for each in found]
