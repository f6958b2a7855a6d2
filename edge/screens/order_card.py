"""A card of the board for one order: the words, the lane, the marks and the one next step."""

from __future__ import annotations

from collections import Counter

from edge.arrivals.rules import Eta, Source
from edge.base import times
from edge.locale import Words
from edge.orders.rules import Finish, State
from edge.plan.rules import Lane, Why
from edge.screens import doubt_words, order_steps, why_words
from edge.screens.known import Known
from edge.screens.shown import Arrival, Card, Mark, Slack

LANES = {
    Lane.BRING_OUT: "out",
    Lane.COMING: "coming",
    Lane.PICK_NOW: "pick",
    Lane.LATER: "later",
    Lane.READY: "ready",
}
# From here on the promise is shown as a window, as the customer was told one.
SURE_SECONDS = 240
LIKELY_SECONDS = 720


def card(known: Known, _: Words) -> Card:
    """The order's card as it is now."""
    draw = {"out": _out, "coming": _coming, "pick": _pick}.get(LANES[known.lane], _row)
    return draw(known, _)


def _blank(known: Known, _: Words, rank: float) -> Card:
    return Card(
        ref=known.order.order_id,
        lane=LANES[known.lane],
        rank=rank,
        number=known.order.number,
        name=known.customer,
    )


def _out(known: Known, _: Words) -> Card:
    arrived_at = known.journey.arrived_at or known.now
    shown = _blank(known, _, arrived_at.timestamp())
    bringer = known.order.bringing_by
    shown.since = times.text(arrived_at)
    shown.since_word = (
        _("%(name)s has it", name=known.person(bringer)) if bringer else _("waiting")
    )
    shown.is_new = not bringer
    shown.where = where(known, _)
    shown.marks = [bin_mark(known, _), *_cold_mark(known)]
    shown.flags = flags(known, _)
    shown.button = order_steps.next_step(known, _)
    return shown


def _coming(known: Known, _: Words) -> Card:
    shown = _blank(known, _, known.eta.low_at.timestamp())
    shown.arrival = arrival(known, _)
    shown.flags = flags(known, _)
    shown.state = _how_far(known, _)
    return shown


def _pick(known: Known, _: Words) -> Card:
    shown = _blank(known, _, known.place.rank)
    shown.big = _to_do(known, _)
    shown.slack = _slack(known, _)
    shown.marks = zones(known, _)
    shown.flags = flags(known, _)
    if not known.order.picking_by:
        shown.facts = [_.many("%(n)s line", "%(n)s lines", len(known.order.lines))]
        shown.facts += why_words.short(known, _)
    if known.order.picking_by and not known.is_left:
        shown.who = known.person(known.order.picking_by)
    shown.button = order_steps.card_step(known, _)
    return shown


def _row(known: Known, _: Words) -> Card:
    is_ready = known.lane is Lane.READY
    shown = _blank(known, _, known.place.rank)
    shown.big = bin_mark(known, _).text if is_ready else _.near(known.order.promise_at, known.now)
    if known.place.why is Why.NO_SIGN:
        shown.big = _("made when they come")
    shown.flags = flags(known, _)
    return shown


def arrival(known: Known, _: Words) -> Arrival:
    """The band until the customer comes, with its source, age and certainty."""
    eta, (source, icon) = known.eta, _source(known.eta, _)
    sure, said = _certainty(known, _)
    return Arrival(
        low_at=times.text(eta.low_at),
        high_at=times.text(eta.high_at),
        is_soft=known.is_soft,
        source=source,
        icon=icon,
        as_of=times.text(eta.as_of),
        certainty=sure,
        said=said,
    )


def _source(eta: Eta, _: Words) -> tuple[str, str]:
    if eta.is_signal_lost:
        return _("Last heard %(time)s", time=_.clock(eta.as_of)), "phone"
    return {
        Source.PROMISED: (_("Promise"), "promise"),
        Source.TAP: (_("Their tap"), "phone"),
        Source.FIRST_MINUTE: (_("First minute"), "phone"),
        Source.LIVE: (_("Phone"), "phone"),
        Source.SCAN: (_("Scan"), "scan"),
    }[eta.source]


def _certainty(known: Known, _: Words) -> tuple[int, str]:
    width = (known.eta.high_at - known.eta.low_at).total_seconds()
    if known.is_soft or known.eta.source is Source.TAP or width > LIKELY_SECONDS:
        return 1, _("a guess")
    return (3, _("sure")) if width <= SURE_SECONDS else (2, _("likely"))


def where(known: Known, _: Words) -> Mark | None:
    """Where the customer is."""
    if known.journey.bay:
        return Mark(text=_("Bay %(bay)s", bay=known.journey.bay), icon="bay")
    places = {
        "kiosk": Mark(text=_("At the kiosk"), icon="walk"),
        "door": Mark(text=_("Main door"), icon="walk"),
        "staff": Mark(text=_("At the desk"), icon="walk"),
    }
    return places.get(known.journey.arrived_how) or Mark(text=_("Says: I am here"), icon="phone")


def bin_mark(known: Known, _: Words) -> Mark:
    """Where the order lies."""
    if not known.order.bin:
        return Mark(text=_("No bin"), icon="bag")
    return Mark(text=_("Bin %(bin)s", bin=known.order.bin), icon="bag")


def _cold_mark(known: Known) -> list[Mark]:
    place = known.order.cold_bin
    return [Mark(text=place, icon="chilled")] if place else []


def whose(known: Known, _: Words) -> str:
    """Who fetches it and until when it is theirs, or was."""
    order, name = known.order, known.person(known.order.picking_by)
    if order.picking_until is None:
        return name
    until = _.near(order.picking_until, known.now)
    if known.is_left:
        return _("%(name)s had it until %(time)s", name=name, time=until)
    return _("%(name)s until %(time)s", name=name, time=until)


def zones(known: Known, _: Words) -> list[Mark]:
    """How many lines wait in which part of the store."""
    counted = Counter(line.facts.zone for line in known.order.shelf_lines)
    said = {"ambient": _("ambient"), "chilled": _("chilled"), "frozen": _("frozen")}
    return [
        Mark(text=str(counted[zone]), icon=zone, said=said[zone]) for zone in said if counted[zone]
    ]


def flags(known: Known, _: Words) -> list[Mark]:
    """What nobody may forget at this order."""
    shown = []
    if any(line.age_check for line in known.order.lines):
        shown.append(Mark(text=_("Check age"), icon="age"))
    if known.is_here and known.lane is not Lane.BRING_OUT:
        shown.append(Mark(text=_("Is here"), icon="person", tone="late"))
    # Once the store itself has seen the customer there is nothing left to look at twice.
    said = [] if known.journey.evidence_at else doubt_words.to_staff(known, _)
    return [*shown, *(Mark(text=each, icon="warn", tone="late") for each in said)]


def _how_far(known: Known, _: Words) -> Mark:
    order = known.order
    if order.state is State.READY:
        return Mark(text=bin_mark(known, _).text, icon="ready", tone="okc")
    return Mark(text=f"{known.decided}/{len(order.shelf_lines)}", icon="pick", tone="pkc")


def _slack(known: Known, _: Words) -> Slack | None:
    if known.is_here and known.journey.arrived_at:
        here = _("Here for {n} min")
        return Slack(at=times.text(known.journey.arrived_at), before=here, after=here)
    if known.is_begun:
        return Slack(
            at=times.text(known.needed_by), before=_("Needed in {n} min"), after=_("{n} min late")
        )
    return Slack(at=times.text(known.start_by), before=_("{n} min left"), after=_("{n} min late"))


def _to_do(known: Known, _: Words) -> str:
    order = known.order
    if known.is_left or order.is_empty:
        return whose(known, _) if known.is_left else _("Nothing found: decide")
    if order.state is State.PICKING:
        return _("%(done)s of %(all)s picked", done=known.decided, all=len(order.shelf_lines))
    if order.state is State.PICKED:
        return _("Picked: needs a bin")
    if order.finish is Finish.STARTED:
        return _("Being made")
    if order.state is State.STAGED:
        return _("Make by %(time)s", time=_.near(known.needed_by, known.now))
    return _("Start by %(time)s", time=_.near(known.start_by, known.now))
