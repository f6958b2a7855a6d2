"""What does not fit about somebody's way, in words: short for staff, and as a question for the customer."""

from __future__ import annotations

from edge.arrivals.rules import Doubted
from edge.locale import Words
from edge.screens.known import Known


def to_staff(known: Known, _: Words) -> list[str]:
    """A few words for each doubt that stands."""
    said = {
        Doubted.DOUBLE_TAP: _("Said “here” when setting out"),
        Doubted.IMPOSSIBLE_LEAD: _("Phone was far away"),
        Doubted.PASSED_BY: _("Went past"),
        Doubted.TURNED_BACK: _("Turned back?"),
    }
    return [said[each] for each in known.journey.doubts]


def to_customer(known: Known, _: Words) -> tuple[str, list[str]] | None:
    """Heading and line of the pass while something does not fit; None when all fits, or they are here."""
    held = known.journey.doubts
    if known.is_here or not held:
        return None
    if known.journey.asks_again:
        return _("Are you here?"), [asked_again(held, _)]
    promise = _.near(known.order.promise_at, known.now)
    if Doubted.TURNED_BACK in held:
        keep = _("It looks as if you turned back. Your order stays for you. Pick up")
        return _("Coming later?"), [keep, promise]
    if Doubted.PASSED_BY in held:
        return _("Gone past us?"), [_("We wait for you. Tap “I am here” when you stand here.")]
    return None


def asked_again(held: tuple[Doubted, ...], _: Words) -> str:
    """Why "I am here" is not believed yet, and what to do."""
    if Doubted.IMPOSSIBLE_LEAD in held:
        return _("Your phone was far away a moment ago. If you are here all the same, tap again.")
    return _("You have only just set out. If you are here all the same, tap again.")
