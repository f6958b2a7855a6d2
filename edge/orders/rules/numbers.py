"""Public numbers, as they are called out in the store: A-17, never twice among open orders."""

import re
from collections.abc import Container
from datetime import datetime
from zoneinfo import ZoneInfo

from edge.orders.rules.refusals import NumbersExhausted

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PER_LETTER = 99
ALL = len(LETTERS) * PER_LETTER
# A store that has every short number open goes on with longer ones, rather than refuse an order.
LONGER = range(PER_LETTER + 1, 1000)
_SHAPE = re.compile(r"^([A-Z])[ -]?([0-9]{1,3})$")


def next_number(last: str, taken: Container[str]) -> str:
    """The number after `last` that no open order has; a day begins after "" and Z-99 wraps."""
    place = _place(last)
    for step in range(1, ALL + 1):
        candidate = _number((place + step) % ALL)
        if candidate not in taken:
            return candidate
    for longer in (f"{letter}-{n}" for letter in LETTERS for n in LONGER):
        if longer not in taken:
            return longer
    raise NumbersExhausted


def normal_number(text: str) -> str:
    """A number as people say or type it ("a 7", "a-07"), in its one written form, or ""."""
    found = _SHAPE.match(text.strip().upper())
    if not found or not int(found[2]):
        return ""
    return f"{found[1]}-{int(found[2]):02d}"


def store_day(at: datetime, zone: ZoneInfo) -> str:
    """The calendar day of the store, by which its numbers begin anew."""
    return at.astimezone(zone).date().isoformat()


def _number(place: int) -> str:
    return f"{LETTERS[place // PER_LETTER]}-{place % PER_LETTER + 1:02d}"


def _place(number: str) -> int:
    if not number or int(number[2:]) in LONGER:
        return -1
    return LETTERS.index(number[0]) * PER_LETTER + int(number[2:]) - 1
