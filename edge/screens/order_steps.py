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
    legal = [move for move in _FIRST if move in next_steps(order)]
    if order.bringing_by and Move.BRING_OUT in legal:
        legal.remove(Move.BRING_OUT)
        legal.remove(Move.HAND_OVER)
        legal.insert(0, Move.HAND_OVER)
    return [step(order, move, _, bins=bins) for move in legal]


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
        Move.START_PICKING: Button(label=_("Take"), url=f"{at}/picking", done=_("%(number)s is yours", number=number)),
        Move.TAKE_OVER: Button(label=_("Take it over"), url=f"{at}/picking", body={"take_over": True}),
        Move.STAGE: Button(
            label=_("Put in a bin"), url=f"{at}/staging", icon="bag", asks="bin", choices=list(bins),
            done=_("%(number)s is in its bin", number=number),
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
            label=_("Cancel"), url=f"{at}/cancellation", look="line", asks="reason", closes=True,
            done=_("%(number)s cancelled", number=number),
        ),
        Move.RESTOCK: Button(label=_("Restocked"), url=f"{at}/restocking", look="line", closes=True),
    }  # fmt: skip
    return shown[move]


def pick(order: Order, line: Line, name: str, _: Words) -> Button:
    """Found all of a line."""
    return Button(
        label=_("Picked: %(name)s", name=name),
        url=f"/api/v1/orders/{order.order_id}/picks",
        body={"line_no": line.line_no, "qty": line.qty},
        icon="check",
        done=_("%(name)s picked, %(qty)s", name=name, qty=line.qty),
    )


def short(order: Order, line: Line, name: str, _: Words) -> Button:
    """Found fewer than ordered; with one ordered that can only mean none."""
    shown = Button(
        label=_("Short"),
        url=f"/api/v1/orders/{order.order_id}/picks",
        body={"line_no": line.line_no},
        look="line",
        about=name,
        done=_("%(name)s noted as short", name=name),
    )
    if line.qty == 1:
        shown.body["qty"] = 0
        shown.label = _("Not here")
    else:
        shown.asks = "qty"
        shown.choices = [str(n) for n in range(min(line.qty, 12))]
    return shown


def refused(known: Known, _: Words) -> list[Refused]:
    """The step that people look for next and that must wait, with what it waits for."""
    order = known.order
    open_lines = len(order.shelf_lines) - known.decided
    if order.state is State.PICKING and open_lines:
        why = _.many("Not yet: %(n)s line is open.", "Not yet: %(n)s lines are open.", open_lines)
        return [Refused(label=_("Put in a bin"), why=why)]
    if order.state is State.STAGED and order.finish in {Finish.WAITING, Finish.STARTED}:
        return [Refused(label=_("Hand over"), why=_("Not yet: something is still to be made."))]
    if order.state in {State.ACCEPTED, State.RECEIVED, State.PICKED}:
        return [Refused(label=_("Hand over"), why=_("Not yet: the order is not in a bin."))]
    return []
