"""What an OwnTracks client posts: fields checked, everything we did not ask for dropped.

Positions pass through here as values and are turned into a range by the caller; nothing keeps them.
"""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

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


class NotOwnTracks(Refusal):
    """The body is not a message of this client."""

    code = "not_owntracks"
    status = 422
    sentence = "This is not an OwnTracks message: {problem}"


class Position(NamedTuple):
    """Where a client says it is: degrees north and east, its time, its accuracy if known."""

    north: float
    east: float
    t: float
    accuracy_m: float | None


def positions(body: object) -> list[Position]:
    """Every position in a message or an array of them; other kinds of message say nothing to us."""
    messages = body if isinstance(body, list) else [body]
    if len(messages) > MOST_MESSAGES:
        raise NotOwnTracks(problem=f"more than {MOST_MESSAGES} messages")
    found = [_position(message) for message in messages]
    return [each for each in found if each is not None]


def _position(message: object) -> Position | None:
    if not isinstance(message, dict) or not isinstance(message.get("_type"), str):
        raise NotOwnTracks(problem="_type is missing")
    for name in REQUIRED.get(message["_type"], ()):
        if message.get(name) is None:
            raise NotOwnTracks(problem=f"{name} is missing")
    for name, shape in SHAPES.items():
        if name in message and not shape.fullmatch(str(message[name])):
            raise NotOwnTracks(problem=f"{name} is malformed")
    if message["_type"] not in ("location", "transition"):
        return None
    accuracy_m = _number(message, "acc", 0.0) if "acc" in message else None
    return Position(
        north=_within(message, "lat", 90.0),
        east=_within(message, "lon", 180.0),
        t=_number(message, "tst", 0.0),
        # -1 is how old clients say "unknown".
        accuracy_m=accuracy_m if accuracy_m is not None and accuracy_m >= 0.0 else None,
    )


def _within(message: Mapping[str, Any], name: str, limit: float) -> float:
    value = _number(message, name, limit + 1.0)
    if not -limit <= value <= limit:
        raise NotOwnTracks(problem=f"{name} is out of range")
    return value


def _number(message: Mapping[str, Any], name: str, missing: float) -> float:
    """A number, also when it was sent as a string, as clients of 2015 do."""
    given = message.get(name, missing)
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise NotOwnTracks(problem=f"{name} is no number")
    try:
        value = float(given)
    except (ValueError, OverflowError):
        raise NotOwnTracks(problem=f"{name} is no number") from None
    if not isfinite(value):
        raise NotOwnTracks(problem=f"{name} is no number")
    return value
