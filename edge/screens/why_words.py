"""Why an order stands where it is, and from where we know of its customer: one sentence each, for the opened card."""

from __future__ import annotations

from edge.arrivals.rules import Phase, Source
from edge.locale import Words
from edge.plan.rules import Why
from edge.screens.known import Known


def why(known: Known, _: Words) -> str:
    """The plan's reason with its values; "" once the order is closed."""
    if not known.order.is_open:
        return ""
    place, minutes = known.place, _minutes(known.place.seconds)
    needed = _.near(place.needed_by, known.now)
    sentences = {
        Why.HERE: _("First of all, because the customer is here."),
        Why.BEGUN: _("It is begun, so it keeps its place."),
        Why.QUEUE: _(
            "Begins %(n)s min earlier than by itself: other orders need the same people before %(time)s.",
            n=_minutes(place.queue_seconds), time=needed,
        ),
        Why.EXPECTED: _(
            "The customer may be here at %(time)s, and the work takes %(n)s min.", time=needed, n=minutes
        ),
        Why.PROMISED: _(
            "Goes by the promise, %(time)s: the work takes %(n)s min.", time=needed, n=minutes
        ),
        Why.MADE_LAST: _(
            "The bags are ready. The rest is done at %(time)s, still good when the customer comes.",
            time=needed,
        ),
        Why.NO_SIGN: _(
            "The bags are ready. The rest waits until the customer is on the way or here, to be good."
        ),
        Why.PREPARED: _("All is ready and waits for the customer."),
    }  # fmt: skip
    return sentences[place.why]


def known_from(known: Known, _: Words) -> str:
    """Which step of the ladder the arrival stands on, and what that is worth."""
    eta, time = known.eta, _.clock(known.eta.as_of)
    if known.is_here:
        shown = eta.source is Source.SCAN
        return (
            _("Seen here at %(time)s.", time=time)
            if shown
            else _("Said “I am here” at %(time)s.", time=time)
        )
    if known.journey.phase is Phase.TURNED_AWAY:
        return _("Moved away again: only the promise counts now.")
    if eta.source is Source.LIVE and eta.is_signal_lost:
        return _("The phone has been silent since %(time)s: reckoned on from there.", time=time)
    return {
        Source.PROMISED: _("Nothing was heard of the customer: only the promise is known."),
        Source.TAP: _("Said “on my way” at %(time)s. Their phone tells no distance.", time=time),
        Source.FIRST_MINUTE: _(
            "The phone told its distance for the first minute, until %(time)s: reckoned on from there.", time=time
        ),
        Source.LIVE: _("The phone tells its distance, last at %(time)s.", time=time),
        Source.SCAN: _("Seen here at %(time)s.", time=time),
    }[eta.source]  # fmt: skip


def short(known: Known, _: Words) -> list[str]:
    """A word or two for the card, where its time alone would surprise."""
    said = {Why.QUEUE: _("busy then"), Why.MADE_LAST: _("made last")}
    return [said[known.place.why]] if known.place.why in said else []


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))
