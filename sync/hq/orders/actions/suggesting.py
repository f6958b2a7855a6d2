"""Which stores might be meant, when no rule may decide: nothing of the place that was said is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geopy.distance import great_circle
from geopy.point import Point

from sync.hq.orders.rules.draft import Draft
from sync.hq.orders.rules.route import Doubt, KnownStore, Pin, Suggestion, alike, nearest

_PIN = re.compile(r"^\s*-?\d{1,2}(\.\d+)?\s*[,; ]\s*-?\d{1,3}(\.\d+)?\s*$")


def suggested(draft: Draft, doubt: Doubt, stores: Sequence[KnownStore]) -> tuple[Suggestion, ...]:
    """The nearest stores where the message says a place, else those whose names read alike."""
    pin = _pin(draft.pickup.hint)
    if pin is not None and any(store.pin for store in stores):
        return nearest(pin, stores, _metres)
    return alike(doubt.said, stores)


def _pin(hint: str) -> Pin | None:
    """The hint as a place on earth, only if it is written as one; used now and forgotten."""
    if not _PIN.match(hint):
        return None
    try:
        point = Point.from_string(hint)
    except ValueError:
        return None
    return float(point.latitude), float(point.longitude)


def _metres(one: Pin, other: Pin) -> float:
    return float(great_circle(one, other).meters)
