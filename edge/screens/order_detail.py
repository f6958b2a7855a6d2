"""One order, opened on the board: its pick list as a walk, its plan, and every legal next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from edge.base import times
from edge.locale import Words
from edge.orders.rules import Finish, Line, Move, State, next_steps
from edge.plan.rules import Why
from edge.screens import doubt_words, order_card, order_steps, places, why_words
from edge.screens.known import Known
from edge.screens.shown import Bag, Button, Fact, Mark, OrderDetail, Pick, Plan, Progress, Station


def detail(known: Known, _: Words, *, bins: Sequence[str] = ()) -> OrderDetail:
    """Everything that somebody who works on this order needs to see."""
    shown = order_card.card(known, _)
    shown.arrival = None if known.is_here else order_card.arrival(known, _)
    shelf = known.order.shelf_lines
    steps = order_steps.buttons(known, _, bins=bins)
    return OrderDetail(
        card=shown,
        state=state_words(known, _),
        progress=Progress(
            pattern=_("{b:done} of {all} lines picked"), done=known.decided, all=len(shelf)
        ),
        stations=[*_walk(known, _), *_made(known, _)],
        times=_times(known, _),
        why=why_words.why(known, _),
        known_from=why_words.known_from(known, _) if known.order.is_open else "",
        plan=_plan(known, _),
        bags=_bags(known, _),
        flags=_flags(known, _),
        buttons=[*_with_next_pick(known, steps, _), *_seen(known, _)],
        refused=order_steps.refused(known, _),
    )


def state_words(known: Known, _: Words) -> str:
    """Where the order stands, and who has it."""
    order = known.order
    words = {
        State.RECEIVED: _("Received"),
        State.ACCEPTED: _("Accepted"),
        State.PICKING: _("Picking"),
        State.PICKED: _("Picked"),
        State.STAGED: _("In its bin"),
        State.READY: _("Ready"),
        State.HANDED_OVER: _("Handed over"),
        State.CANCELLED: _("Cancelled"),
        State.NO_SHOW: _("Not fetched"),
        State.RESTOCKED: _("Restocked"),
    }[order.state]
    if order.state is State.PICKING and order.picking_by:
        return f"{words} · {order_card.whose(known, _)}"
    return f"{words} · {known.person(order.bringing_by)}" if order.bringing_by else words


def _seen(known: Known, _: Words) -> list[Button]:
    """For a customer who stands there and has not said so."""
    return [order_steps.is_here(known, _)] if known.order.is_open and not known.is_here else []


def _with_next_pick(known: Known, steps: list[Button], _: Words) -> list[Button]:
    upcoming = _next_line(known)
    if upcoming is None:
        return steps
    return [order_steps.pick(known.order, upcoming, _name(known, upcoming), _), *steps]


def _next_line(known: Known) -> Line | None:
    if Move.PICK not in next_steps(known.order) or known.is_others:
        return None
    return next((line for line in known.order.pick_list if not line.is_decided), None)


def _name(known: Known, line: Line) -> str:
    return known.names.get(line.sku, line.name)


def _walk(known: Known, _: Words) -> list[Station]:
    upcoming = _next_line(known)
    groups = groupby(known.order.pick_list, key=_place)
    return [_station(known, _, list(group), upcoming) for _key, group in groups]


def _place(line: Line) -> tuple[str, int]:
    zone, order = line.facts.zone, line.facts.aisle_order
    return (zone, 0) if zone in places.COLD else (zone, places.aisle(order))


def _station(known: Known, _: Words, lines: list[Line], upcoming: Line | None) -> Station:
    zone, order = lines[0].facts.zone, lines[0].facts.aisle_order
    state = _state_of(lines, upcoming)
    return Station(
        dot=places.letter(zone, order, _),
        word=places.place(zone, order, _),
        state=state,
        icon=zone if zone in places.COLD else "",
        done=_.many("%(n)s line done", "%(n)s lines done", len(lines)) if state == "past" else "",
        lines=[_pick(known, line, _, is_next=line is upcoming) for line in lines],
    )


def _state_of(lines: list[Line], upcoming: Line | None) -> str:
    if all(line.is_decided for line in lines):
        return "past"
    return "now" if upcoming in lines else "ahead"


def _pick(known: Known, line: Line, _: Words, *, is_next: bool) -> Pick:
    name = _name(known, line)
    may_pick = Move.PICK in next_steps(known.order) and not known.is_others
    state, said = _line_state(line, _, is_next=is_next)
    note = _note(known, line, _)
    shown = Pick(state=state, said=said, qty=line.qty, name=name, note=note, counted=line.counted)
    if not may_pick or (line.is_decided and not line.is_short):
        return shown
    shown.pick = order_steps.pick(known.order, line, name, _)
    if is_next:
        shown.short = order_steps.short(known.order, line, name, _)
    if line.substitute_allowed and (is_next or line.is_short):
        shown.swap = order_steps.swap(known.order, line, name, _)
    return shown


def _line_state(line: Line, _: Words, *, is_next: bool) -> tuple[str, str]:
    if line.is_short:
        return "short", _("Short")
    if line.substitute:
        return "swap", _("Substituted")
    if line.is_decided:
        return "done", _("Picked")
    return ("next", _("Next")) if is_next else ("open", _("Open"))


def _note(known: Known, line: Line, _: Words) -> str:
    notes = []
    if line.counted and not line.is_decided:
        notes.append(_("%(found)s of %(asked)s scanned", found=line.counted, asked=line.qty))
    if line.substitute:
        other = known.names.get(line.substitute.sku, line.substitute.name)
        notes.append(_("%(qty)s × %(name)s instead", qty=line.substitute.qty, name=other))
    if line.is_short or line.substitute:
        notes.append(_("%(found)s of %(asked)s found", found=line.picked_qty, asked=line.qty))
    if line.age_check:
        notes.append(_("Check age at handover"))
    if line.substitute_allowed and not line.is_decided:
        notes.append(_("A substitute is allowed"))
    return " · ".join(notes)


def _made(known: Known, _: Words) -> list[Station]:
    lines = known.order.made_lines
    if not lines:
        return []
    is_done = known.order.finish is Finish.DONE
    shown = [
        Pick(
            state="done" if is_done else "open",
            said=_("Made") if is_done else _("To be made"),
            qty=line.qty,
            name=_name(known, line),
            note=_.many(
                "%(n)s min to make", "%(n)s min to make", max(1, line.facts.prep_seconds // 60)
            ),
        )
        for line in lines
    ]
    state = "past" if is_done else ("now" if known.order.finish is Finish.STARTED else "ahead")
    return [Station(dot=_("M"), word=_("Made to order"), state=state, done=_("Made"), lines=shown)]


def _times(known: Known, _: Words) -> list[Fact]:
    shown = [Fact(word=_("Promised"), value=_.near(known.order.promise_at, known.now))]
    if known.order.state is State.READY:
        return [
            *shown,
            Fact(word=_("Kept until"), value=_.near(known.order.hold_until, known.now)),
        ]
    if known.place.why is Why.NO_SIGN:
        return shown
    shown.insert(0, Fact(word=_("Ready by"), value=_.near(known.needed_by, known.now)))
    if not known.order.is_open:
        return shown
    minutes = int(known.place.slack_seconds(known.now) // 60)
    left = _("%(n)s min late", n=-minutes) if minutes < 0 else _("%(n)s min", n=minutes)
    return [*shown, Fact(word=_("Time to spare"), value=left)]


def _plan(known: Known, _: Words) -> Plan | None:
    is_waiting = known.place.why in {Why.NO_SIGN, Why.PREPARED}
    if known.is_here or is_waiting or not known.order.is_open:
        return None
    begins_at = known.now if known.is_begun else max(known.now, known.start_by)
    done_at = begins_at + timedelta(seconds=known.place.seconds)
    return Plan(
        done_at=times.text(done_at),
        low_at=times.text(known.eta.low_at),
        high_at=times.text(known.eta.high_at),
        said=_(
            "Ready at %(ready)s, the customer arrives between %(low)s and %(high)s",
            ready=_.clock(done_at),
            low=_.clock(known.eta.low_at),
            high=_.clock(known.eta.high_at),
        ),
    )


def _bags(known: Known, _: Words) -> list[Bag]:
    order = known.order
    if not order.bin or order.state is State.HANDED_OVER:
        return []
    note = _.many("%(n)s bag", "%(n)s bags", order.bags)
    shown = [Bag(icon="bag", word=_("In its bin"), note=note, place=order.bin)]
    if order.cold_bin:
        shown.append(Bag(icon="chilled", word=_("Cold things"), note="", place=order.cold_bin))
    return shown


def _flags(known: Known, _: Words) -> list[Mark]:
    checked = [_name(known, line) for line in known.order.lines if line.age_check]
    shown = []
    if checked:
        said = _("at handover: %(what)s", what=", ".join(checked))
        shown.append(Mark(text=_("Check age"), icon="age", said=said))
    if known.is_here and (place := order_card.where(known, _)):
        shown.append(Mark(text=_("The customer is here"), icon="person", said=place.text))
    return [*shown, *(Mark(text=each, icon="warn") for each in doubt_words.to_staff(known, _))]
