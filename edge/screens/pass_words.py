"""How the pass says where an order stands: its heading, its line of stations, its way and its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge.arrivals.rules import Phase, Source
from edge.locale import Words
from edge.orders.rules import State
from edge.screens import doubt_words
from edge.screens.known import Known
from edge.screens.pass_shown import Point, Row, Stop, Trip

_COMING = {Phase.EN_ROUTE, Phase.NEAR, Phase.SIGNAL_LOST}
_STATION = {
    State.RECEIVED: 0,
    State.ACCEPTED: 0,
    State.PICKING: 1,
    State.PICKED: 1,
    State.STAGED: 1,
    State.READY: 2,
    State.HANDED_OVER: 3,
}
_DRAWING_FROM, _DRAWING_TO, _STORE_X = 60, 322, 330


@dataclass(frozen=True)
class Moments:
    """When what the customer cares about happened."""

    ready_at: datetime | None = None
    handed_over_at: datetime | None = None


def heading(known: Known, moments: Moments, _: Words) -> tuple[str, list[str]]:
    """The state in words, and a quiet line with one strong value."""
    order = known.order
    if order.state is State.HANDED_OVER:
        return _thanks(known, moments, _)
    if not order.is_open:
        return _over(known, _)
    if known.is_here:
        return _here(known, _)
    doubted = doubt_words.to_customer(known, _)
    if doubted is not None:
        return doubted
    if known.phase in _COMING and not is_seen(known):
        return _unseen(known, _)
    return _away(known, _) if is_followed(known) else _waiting(known, _)


def _unseen(known: Known, _: Words) -> tuple[str, list[str]]:
    """On the way, and nothing tells how far: by the tap, by the first minute, or the signal was lost."""
    is_ready = known.order.state is State.READY
    tap = _("Tap “I am here” when you come.")
    if known.eta.source is Source.TAP:
        kept = _.near(known.order.hold_until, known.now)
        promise = _.near(known.order.promise_at, known.now)
        if is_ready:
            until = _("Kept for you until")
            return _("Ready for you"), [_after(tap, until, _), kept]
        window = _("Pick up")
        return _("We expect you"), [_after(tap, window, _), promise]
    title = _("We expect you about %(time)s", time=_.clock(_about(known.eta.middle_at)))
    heard = _("Last heard from your phone at %(time)s.", time=_.clock(known.eta.as_of))
    said = _after(heard, tap, _) if known.eta.source is Source.LIVE else tap
    return title, [_after(_("Your order is ready."), said, _) if is_ready else said]


def _after(first: str, then: str, _: Words) -> str:
    """Two sentences in a row, as the language sets them."""
    return _("%(first)s %(then)s", first=first, then=then)


def _about(at: datetime) -> datetime:
    """To five minutes: what is only guessed is not said to the minute, and does not change at each look."""
    return datetime.fromtimestamp(round(at.timestamp() / 300) * 300, UTC)


def is_seen(known: Known) -> bool:
    """Whether the phone tells now how far away it is."""
    return is_followed(known) and not known.eta.is_signal_lost


def _waiting(known: Known, _: Words) -> tuple[str, list[str]]:
    order = known.order
    window = [_("Pick up"), _.near(order.promise_at, known.now)]
    if order.state is State.READY:
        kept = _("Kept for you until %(time)s", time=_.near(order.hold_until, known.now))
        return _("Ready for you"), [kept]
    if order.state in {State.RECEIVED, State.ACCEPTED}:
        return _("We have your order"), window
    return _("Almost ready"), window


def is_followed(known: Known) -> bool:
    """Whether live ranges tell when the customer comes."""
    return known.phase in _COMING and known.eta.source in {Source.LIVE, Source.FIRST_MINUTE}


def _thanks(known: Known, moments: Moments, _: Words) -> tuple[str, list[str]]:
    first = known.customer.split(" ")[0]
    title = _("Thank you, %(name)s", name=first) if first else _("Thank you")
    at = moments.handed_over_at
    return title, [_("Handed over at %(time)s", time=_.clock(at))] if at else []


def _over(known: Known, _: Words) -> tuple[str, list[str]]:
    if known.order.state is State.CANCELLED:
        return _("This order was cancelled"), [_("If this surprises you, call staff.")]
    return _("This order was not fetched"), [_("We kept it as long as we could. Call staff.")]


def _here(known: Known, _: Words) -> tuple[str, list[str]]:
    if known.order.code_spent:
        return _("We are bringing it"), [_("Your code was used. Say your order number.")]
    if known.order.bringing_by:
        return _("We are bringing it"), [_("Show the code to whoever brings it.")]
    if known.order.state is not State.READY:
        return _("We know you are here"), [
            _("Your order is not quite ready. It is first in line.")
        ]
    where = _("Bay %(bay)s", bay=known.journey.bay) if known.journey.bay else ""
    title = _("You have arrived")
    return title, [_("We bring it to"), where] if where else [_("We know, and bring it to you.")]


def _away(known: Known, _: Words) -> tuple[str, list[str]]:
    if known.eta.is_likely_here:
        return _("Are you here?"), [_("Tell us where, and we bring it.")]
    minutes = max(1, round((known.eta.middle_at - known.now).total_seconds() / 60))
    title = _.many("About %(n)s min away", "About %(n)s min away", minutes)
    if known.order.state is State.READY:
        return title, [_("Your order is ready.")]
    if known.is_begun:
        return title, [_("Your order is being prepared, ready by"), _.clock(known.needed_by)]
    start = _.clock(max(known.start_by, known.now))
    return title, [
        _("Your order starts at %(start)s, ready at", start=start),
        _.clock(known.needed_by),
    ]


def stops(known: Known, _: Words) -> list[Stop]:
    """The order's line: ordered, picking, ready, with you."""
    here = _STATION.get(known.order.state, 0)
    words = [_("Ordered"), _("Picking"), _("Ready"), _("With you")]
    states = ["past" if i < here else "now" if i == here else "ahead" for i in range(4)]
    return [Stop(word=word, state=state) for word, state in zip(words, states, strict=True)]


def trip(known: Known, _: Words) -> Trip | None:
    """The way as a line: you, when work starts, when it is ready, the store; the band where we are unsure."""
    if not is_followed(known):
        return None
    # By the minute, so that the page is drawn anew only when somebody could see a difference.
    span = max(2, _minutes(known, known.eta.high_at))
    points = [Point(x=_DRAWING_FROM, word=_("You"))]
    for at in [] if known.order.state is State.READY else [known.start_by, known.needed_by]:
        x = _x(_minutes(known, at), span)
        if at > known.now and x - points[-1].x >= 64 and x <= 262:
            points.append(Point(x=x, word=_.clock(at)))
    return Trip(
        points=points,
        band_from=_x(_minutes(known, known.eta.low_at), span),
        band_to=_STORE_X,
        is_soft=known.eta.is_signal_lost,
        said=_(
            "You are expected between %(low)s and %(high)s",
            low=_.clock(known.eta.low_at),
            high=_.clock(known.eta.high_at),
        ),
    )


def _minutes(known: Known, at: datetime) -> int:
    return max(0, round((at - known.now) / timedelta(minutes=1)))


def _x(minutes: int, span: int) -> int:
    return _DRAWING_FROM + (_DRAWING_TO - _DRAWING_FROM) * min(minutes, span) // span


def receipt(known: Known, moments: Moments, _: Words) -> list[Row]:
    """What sharing gave and took, once it is over."""
    rows = []
    arrived, handed = known.journey.arrived_at, moments.handed_over_at
    if moments.ready_at and arrived and moments.ready_at < arrived:
        early = length(arrived - moments.ready_at, _)
        rows.append(Row(word=_("Ready before you came"), value=early))
    if arrived and handed:
        rows.append(Row(word=_("Your wait"), value=length(max(handed - arrived, timedelta(0)), _)))
    kept = [Row(word=_("Places sent"), value="0"), Row(word=_("Distances kept"), value="0")]
    return [*rows, *kept]


def length(passed: timedelta, _: Words) -> str:
    """A span of time: 41 s, 3 min 20 s, 12 min."""
    seconds = int(passed.total_seconds())
    if seconds < 60:
        return _("%(n)s s", n=seconds)
    if seconds < 600 and seconds % 60:
        return _("%(m)s min %(s)s s", m=seconds // 60, s=seconds % 60)
    return _("%(n)s min", n=seconds // 60)
