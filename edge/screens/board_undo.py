"""The undo bar of the board: what the person who is signed in did last, and for how long it can be taken back."""

from __future__ import annotations

from edge.base.database import Rows
from edge.base.edge import Edge
from edge.locale import Words
from edge.orders import store as orders
from edge.orders.memory import LastSteps
from edge.orders.rules import MOVES, Line, Move
from edge.orders.rules.undo import Taken, seconds_left
from edge.products import store as products
from edge.screens.shown import Button, Undo


def shown(rows: Rows, edge: Edge, _: Words, *, by: str) -> Undo | None:
    """The bar for this person; None when there is nothing that they could take back now."""
    at = edge.clock.monotonic()
    step = edge.part(LastSteps).newest_by(by, at=at) if by else None
    if step is None or not MOVES[step.move].undo:
        return None
    if orders.find(rows, step.after.order_id) != step.after:
        return None
    url = f"/api/v1/orders/{step.after.order_id}/undo"
    done = _("%(number)s: undone", number=step.after.number)
    return Undo(
        text=words(rows, step, _),
        seconds_left=round(seconds_left(step, at), 1),
        button=Button(label=_("Undo"), url=url, icon="undo", look="line", done=done),
    )


def words(rows: Rows, step: Taken, _: Words) -> str:
    """What was done, in a few words."""
    number = step.after.number
    line = _changed(step)
    if line is not None:
        return f"{number} · {_of_line(rows, line, _)}"
    return {
        Move.START_PICKING: _("%(number)s is yours", number=number),
        Move.TAKE_OVER: _("%(number)s is yours", number=number),
        Move.STAGE: _("%(number)s is in its bin", number=number),
        Move.BRING_OUT: _("You bring %(number)s", number=number),
        Move.HAND_OVER: _("%(number)s handed over", number=number),
        Move.START_FINISH: _("%(number)s is being made", number=number),
        Move.FINISH: _("%(number)s is made", number=number),
    }.get(step.move, number)


def _changed(step: Taken) -> Line | None:
    pairs = zip(step.before.lines, step.after.lines, strict=True)
    return next((now for was, now in pairs if was != now), None)


def _of_line(rows: Rows, line: Line, _: Words) -> str:
    product = products.find(rows, line.sku)
    name = (product.name(_.lang) if product else "") or line.name
    if line.substitute:
        return _("%(name)s substituted", name=name)
    if not line.is_decided:
        return _("%(name)s: %(n)s of %(all)s", name=name, n=line.counted, all=line.qty)
    if line.is_short:
        return _("%(name)s noted as short", name=name)
    return _("%(name)s picked, %(qty)s", name=name, qty=line.qty)
