"""The legal next steps of an order as buttons; the table of moves decides which there are."""

from __future__ import annotations

from collections.abc import Sequence

from edge.locale import Words
from edge.orders.rules import Finish, Line, Move, Order, State, next_steps
from edge.screens.known import Known
from edge.screens.shown import Button, Refused

_FIRST = (
    Move.START_PICKING,
    Move.STAGE,
    Move.BRING_OUT,
    Move.HAND_OVER,
    Move.FINISH,
    Move.START_FINISH,
    Move.TAKE_OVER,
    Move.ACCEPT,
    Move.RESTOCK,
    Move.CANCEL,
)
_ON_CARDS = {Move.START_PICKING, Move.STAGE, Move.FINISH, Move.START_FINISH, Move.ACCEPT}


def buttons(known: Known, _: Words, *, bins: Sequence[str] = ()) -> list[Button]:
    """All legal steps of the opened order, the usual one first."""
    order = known.order
    may = next_steps(order, by=known.viewer)
    legal = [move for move in _FIRST if move in may]
    # Who can just work on needs no button for taking it from somebody.
    if Move.TAKE_OVER in legal and not known.is_others:
        legal.remove(Move.TAKE_OVER)
    if order.bringing_by and Move.BRING_OUT in legal:
        legal.remove(Move.BRING_OUT)
        legal.remove(Move.HAND_OVER)
        legal.insert(0, Move.HAND_OVER)
    return [
        take_over(known, _) if move is Move.TAKE_OVER else step(order, move, _, bins=bins)
        for move in legal
    ]


def next_step(known: Known, _: Words) -> Button | None:
    """The one step of a customer who waits: bring it, then hand it over."""
    move = Move.HAND_OVER if known.order.bringing_by else Move.BRING_OUT
    if move not in next_steps(known.order):
        return None
    shown = step(known.order, move, _)
    shown.look = "line" if move is Move.HAND_OVER else "solid"
    return shown


def card_step(known: Known, _: Words) -> Button | None:
    """The step a card in Pick now offers without opening it."""
    legal = next_steps(known.order)
    move = next((each for each in _FIRST if each in legal and each in _ON_CARDS), None)
    return step(known.order, move, _) if move else None


def step(order: Order, move: Move, _: Words, *, bins: Sequence[str] = ()) -> Button:
    """One move as a button."""
    at = f"/api/v1/orders/{order.order_id}"
    number = order.number
    shown = {
        Move.ACCEPT: Button(label=_("Accept"), url=f"{at}/acceptance", icon="check"),
        Move.START_PICKING: Button(
            label=_("Take"), url=f"{at}/picking", opens=order.order_id,
            done=_("%(number)s is yours", number=number),
        ),
        Move.STAGE: Button(
            label=_("Put in a bin"), url=f"{at}/staging", icon="bag", asks="bin", choices=list(bins),
            is_cold=order.needs_cold, done=_("%(number)s is in its bin", number=number),
        ),
        Move.START_FINISH: Button(label=_("Start making"), url=f"{at}/finish", body={"state": "started"}),
        Move.FINISH: Button(label=_("Made"), url=f"{at}/finish", body={"state": "done"}, icon="check"),
        Move.BRING_OUT: Button(
            label=_("I'll bring it"), url=f"{at}/bringing", done=_("You bring %(number)s", number=number),
        ),
        Move.HAND_OVER: Button(
            label=_("Hand over"), url=f"{at}/handover", icon="scan", asks="code", closes=True,
            done=_("%(number)s handed over", number=number),
        ),
        Move.CANCEL: Button(
            label=_("Cancel the order"), url=f"{at}/cancellation", look="line", asks="reason", closes=True,
            done=_("%(number)s cancelled", number=number),
        ),
        Move.RESTOCK: Button(label=_("Restocked"), url=f"{at}/restocking", look="line", closes=True),
    }  # fmt: skip
    return shown[move]


def is_here(known: Known, _: Words) -> Button:
    """Somebody sees the customer, who has not said so: asked once, as it cannot be taken back."""
    number = known.order.number
    return Button(
        label=_("Customer is here"),
        url=f"/api/v1/orders/{known.order.order_id}/arrival",
        icon="person",
        look="line",
        asks="confirm",
        about=_("Do you see the customer of %(number)s?", number=number),
        done=_("%(number)s is here", number=number),
    )


def take_over(known: Known, _: Words) -> Button:
    """Go on with somebody else's order: at once when their time ran out, else asked once, by name."""
    order, name = known.order, known.person(known.order.picking_by)
    shown = Button(
        label=_("Take it over"),
        url=f"/api/v1/orders/{order.order_id}/picking",
        body={"take_over": True, "holder": order.picking_by},
        icon="person",
        done=_("%(number)s is yours", number=order.number),
    )
    if order.picking_until and not known.is_left:
        until = _.near(order.picking_until, known.now)
        shown.asks = "confirm"
        shown.about = _("%(name)s has this until %(time)s. Take it over?", name=name, time=until)
    return shown


def pick(order: Order, line: Line, name: str, _: Words) -> Button:
    """Found all of a line, or what was still missing of it."""
    label = _("Picked: %(name)s", name=name)
    if line.qty > 1:
        label = _("Picked: %(name)s, all %(qty)s", name=name, qty=line.qty)
    return Button(
        label=label,
        url=f"/api/v1/orders/{order.order_id}/picks",
        body={"line_no": line.line_no, "qty": line.qty},
        icon="check",
        done=_("%(name)s picked, %(qty)s", name=name, qty=line.qty),
    )


def short(order: Order, line: Line, name: str, _: Words) -> Button:
    """Found fewer than ordered; with one ordered that can only mean none."""
    shown = Button(
        label=_("Not here"),
        url=f"/api/v1/orders/{order.order_id}/picks",
        body={"line_no": line.line_no},
        look="line",
        about=name,
        done=_("%(name)s noted as short", name=name),
    )
    if line.qty == 1:
        shown.body["qty"] = 0
    else:
        shown.asks = "qty"
        shown.choices = [str(n) for n in range(min(line.qty, 12))]
    return shown


def swap(order: Order, line: Line, name: str, _: Words) -> Button:
    """Something else goes in for what was not found, as the customer allowed."""
    at = f"/api/v1/orders/{order.order_id}"
    return Button(
        label=_("Substitute"),
        url=f"{at}/substitutes",
        body={"line_no": line.line_no, "found": line.counted},
        look="line",
        icon="swap",
        asks="swap",
        about=name,
        find=f"/api/v1/board/orders/{order.order_id}/lines/{line.line_no}/substitutes",
        done=_("%(name)s substituted", name=name),
    )


def refused(known: Known, _: Words) -> list[Refused]:
    """The step that people look for next and that must wait, with what it waits for."""
    order = known.order
    open_lines = len(order.shelf_lines) - known.decided
    if known.is_others and order.state is State.PICKING:
        who = known.person(order.picking_by)
        return [Refused(label=_("Pick"), why=_("%(name)s is picking this order.", name=who))]
    if order.is_empty and order.state is State.PICKED:
        why = _("Nothing was found. Look again, or cancel the order and say why.")
        return [Refused(label=_("Put in a bin"), why=why)]
    if order.state is State.PICKING and open_lines:
        why = _.many("Not yet: %(n)s line is open.", "Not yet: %(n)s lines are open.", open_lines)
        return [Refused(label=_("Put in a bin"), why=why)]
    if order.state is State.STAGED and order.finish in {Finish.WAITING, Finish.STARTED}:
        return [Refused(label=_("Hand over"), why=_("Not yet: something is still to be made."))]
    if order.state in {State.ACCEPTED, State.RECEIVED, State.PICKED}:
        return [Refused(label=_("Hand over"), why=_("Not yet: the order is not in a bin."))]
    return []
