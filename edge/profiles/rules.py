"""What a store may know of a person: a short name and a few flags, for as long as there is a reason."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

AFTER_VISIT = timedelta(hours=24)
LONGEST_NAME = 80
MOST_FLAGS = 3
MOST_WEIGHTS = 50


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One person as this store knows them; erasable as a whole."""

    customer_key: str
    display_name: str = ""
    flags: tuple[str, ...] = ()
    item_weights: dict[str, float] = {}
    revision: int = 0


def display_name(given: str) -> str:
    """The first name and an initial: "Ana Maria Silva" is shown as "Ana S."; one word stays."""
    words = given.split()
    if not words:
        return ""
    initial = f" {words[-1][0]}." if len(words) > 1 else ""
    return f"{words[0][: LONGEST_NAME - 3]}{initial}"


def of_fields(customer_key: str, fields: dict[str, Any], revision: int) -> Profile:
    """The few fields a store keeps; whatever else came is left out, whatever is malformed is empty."""
    name, flags, weights = (fields.get(key) for key in ("display_name", "flags", "item_weights"))
    return Profile(
        customer_key=customer_key,
        display_name=display_name(name) if isinstance(name, str) else "",
        flags=_flags(flags),
        item_weights=_weights(weights),
        revision=revision,
    )


def keep_until(reasons: list[datetime]) -> datetime | None:
    """Until when a person may be known: the last reason there is."""
    return max(reasons, default=None)


def _flags(given: object) -> tuple[str, ...]:
    words = given if isinstance(given, list | tuple) else ()
    return tuple(str(word)[:20] for word in words)[:MOST_FLAGS]


def _weights(given: object) -> dict[str, float]:
    pairs = given.items() if isinstance(given, dict) else ()
    numbers = {str(sku): float(w) for sku, w in pairs if isinstance(w, int | float)}
    return dict(sorted(numbers.items(), key=lambda pair: -pair[1])[:MOST_WEIGHTS])
