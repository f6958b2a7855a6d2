"""Taking back the last step of an order: by who took it, soon, and only while nothing has happened since.

The window is real time, for it is about a person's hand. What a step set off outside of the order (a location
that stopped being shared, an offer that was dropped, a code that was shown) stays as it is.
"""

from dataclasses import dataclass, replace

from edge.orders.rules import events as it
from edge.orders.rules.life import Step
from edge.orders.rules.moves import MOVES, Move
from edge.orders.rules.order import Order, State
from sync.core.errors import Refusal

WINDOW_SECONDS = 60.0
_WAY = (
    *(State.RECEIVED, State.ACCEPTED, State.PICKING, State.PICKED),
    *(State.STAGED, State.READY, State.HANDED_OVER),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step somebody took: the order before and after it, its events, and when in real seconds."""

    move: Move
    by: str
    before: Order
    after: Order
    first_seq: int
    last_seq: int
    at: float
    line_no: int = 0


class NothingToUndo(Refusal):
    """Nobody has done anything with this order since the service started."""

    code = "nothing_to_undo"
    status = 409
    sentence = "There is nothing to undo at order {number}."


class UndoTooLate(Refusal):
    """The step is too long ago."""

    code = "undo_too_late"
    status = 409
    sentence = "That was more than {seconds} seconds ago and cannot be undone any more."


class UndoNotYours(Refusal):
    """Somebody else took the last step."""

    code = "undo_not_yours"
    status = 409
    sentence = "{step_by} took the last step at order {number}: only they can undo it."


class UndoNotPossible(Refusal):
    """A step that others were told of, such as a cancellation."""

    code = "undo_not_possible"
    status = 409
    sentence = "This step of order {number} cannot be undone."


class UndoAfterCancel(Refusal):
    """The order was called off since."""

    code = "undo_after_cancel"
    status = 409
    sentence = "Order {number} was cancelled since: the step cannot be undone."


class UndoOvertaken(Refusal):
    """The order, its bin, its number or its customer has moved on since."""

    code = "undo_overtaken"
    status = 409
    sentence = "Order {number} has changed since: the step cannot be undone."


def may_undo(step: Taken | None, order: Order, *, by: str, at: float) -> Taken:
    """The step that `by` may take back now (`at` in real seconds); else why not, the plainest reason first."""
    if step is None:
        raise NothingToUndo(number=order.number)
    if step.by != by:
        raise UndoNotYours(number=order.number, step_by=step.by)
    if seconds_left(step, at) <= 0:
        raise UndoTooLate(seconds=int(WINDOW_SECONDS))
    if not MOVES[step.move].undo:
        raise UndoNotPossible(number=order.number)
    if order != step.after:
        gone = order.state is State.CANCELLED
        raise (UndoAfterCancel if gone else UndoOvertaken)(number=order.number)
    return step


def seconds_left(step: Taken, at: float) -> float:
    """For how long the step can still be taken back, in real seconds."""
    return step.at + WINDOW_SECONDS - at


def undo(step: Taken) -> Step:
    """The order as it was before the step, and the correction that names it. A code that was used stays used."""
    back = replace(step.before, code_spent=step.after.code_spent)
    return back, [
        it.OrderStepUndone(
            order_id=back.order_id,
            move=step.move.value,
            first_seq=step.first_seq,
            last_seq=step.last_seq,
            state=back.state.value,
            no_longer=not_reached(step),
        )
    ]


def not_reached(step: Taken) -> tuple[str, ...]:
    """The states that the step came to, and that were therefore not reached."""
    first, last = _WAY.index(step.before.state) + 1, _WAY.index(step.after.state) + 1
    return tuple(state.value for state in _WAY[first:last])
