"""Where in the store a product is, in words: walking order counts up through the aisles, a hundred places each."""

from __future__ import annotations

from edge.locale import Words

PER_AISLE = 100
COLD = ("chilled", "frozen")


def aisle(aisle_order: int) -> int:
    """The aisle of a place in walking order; 0 when nobody said where it is."""
    return 0 if aisle_order >= 9000 else aisle_order // PER_AISLE + 1


def place(zone: str, aisle_order: int, _: Words) -> str:
    """The words for a place."""
    cold = {"chilled": _("Cold wall"), "frozen": _("Freezer")}
    if zone in cold:
        return cold[zone]
    number = aisle(aisle_order)
    return _("Aisle %(n)s", n=number) if number else _("Shelves")


def letter(zone: str, aisle_order: int, _: Words) -> str:
    """One sign for a place, to put into a dot."""
    cold = {"chilled": _("C"), "frozen": _("F")}
    return cold.get(zone) or str(aisle(aisle_order) or "?")
