"""A place as a client's message gives it: checked here, turned into a range by the caller, kept by nobody.

One rule for all clients: a message of theirs whose place or time cannot be used is let go, for refused it would come
again for ever; what is no message of theirs is refused by name, unless a good one came along with it.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from math import isfinite
from typing import NamedTuple

from sync.core.errors import Refusal

# As seconds this is the year 5138; what is greater was meant as milliseconds.
MOST_SECONDS = 1e11


class Crossing(NamedTuple):
    """Into or out of one of our regions: all that a client tells that is set to transitions only."""

    radius_m: float
    is_inward: bool


class Position(NamedTuple):
    """Where a client says it is: degrees north and east, seconds since 1970, its accuracy if known."""

    north: float
    east: float
    t: float
    accuracy_m: float | None = None
    crossing: Crossing | None = None


def number(given: object) -> float | None:
    """A finite number, also one that was sent as a string; None for everything else."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        value = float(given)
    except (ValueError, OverflowError):
        return None
    return value if isfinite(value) else None


def accuracy(given: object) -> float | None:
    """Metres; -1 is how clients say "unknown"."""
    metres = number(given)
    return metres if metres is not None and metres >= 0.0 else None


def instant(given: object) -> float | None:
    """Seconds since 1970, from seconds, milliseconds or a date; a date without a zone is UTC."""
    seconds = number(given)
    if seconds is not None:
        return seconds / 1_000.0 if seconds > MOST_SECONDS else seconds
    if not isinstance(given, str):
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def in_the_world(north: float | None, east: float | None) -> bool:
    """Whether these are degrees of a place on the earth, in this order."""
    return north is not None and east is not None and abs(north) <= 90.0 and abs(east) <= 180.0


def usable(
    north: object, east: object, t: float | None, accuracy_m: float | None
) -> list[Position]:
    """The position, if it is one on earth at some time; else none."""
    lat, lon = number(north), number(east)
    if t is None or lat is None or lon is None or not in_the_world(lat, lon):
        return []
    return [Position(lat, lon, t, accuracy_m)]


def of_all(messages: Iterable[object], read: Callable[[object], list[Position]]) -> list[Position]:
    """Every position in these messages; a refusal of `read` counts only when there is no good message among them."""
    found: list[Position] = []
    problem: Refusal | None = None
    is_any_good = False
    for message in messages:
        try:
            found += read(message)
        except Refusal as refusal:
            problem = refusal
        else:
            is_any_good = True
    if problem and not is_any_good:
        raise problem
    return found
