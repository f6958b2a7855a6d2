"""The one table of legal moves of an order. Whatever it does not hold is refused by name."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from edge.orders.rules import refusals as no
from edge.orders.rules.order import Finish, Order, State


class Move(StrEnum):
    """What may be done with an order."""

    ACCEPT = "accept"
    START_PICKING = "start_picking"
    TAKE_OVER = "take_over"
    PICK = "pick"
    SUBSTITUTE = "substitute"
    COMPLETE_PICK = "complete_pick"
    STAGE = "stage"
    START_FINISH = "start_finish"
    FINISH = "finish"
    MARK_READY = "mark_ready"
    BRING_OUT = "bring_out"
    HAND_OVER = "hand_over"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    RESTOCK = "restock"


class Legal(NamedTuple):
    """From which states a move may start, where it leads (None: it stays), its refusal, and may it be undone."""

    start: frozenset[State]
    to: State | None
    refusal: type[no.MoveRefused]
    undo: bool = False


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


S = State
_FETCHING = _from(S.PICKING, S.PICKED)
_MAKING = _from(S.ACCEPTED, S.PICKING, S.PICKED, S.STAGED)
_UNDELIVERED = _from(S.RECEIVED, S.ACCEPTED, S.PICKING, S.PICKED, S.STAGED, S.READY)

MOVES: Mapping[Move, Legal] = {
    Move.ACCEPT: Legal(_from(S.RECEIVED), S.ACCEPTED, no.NotReceived),
    Move.START_PICKING: Legal(_from(S.ACCEPTED), S.PICKING, no.NotAccepted, undo=True),
    Move.TAKE_OVER: Legal(_FETCHING, None, no.NotPicking, undo=True),
    Move.PICK: Legal(_FETCHING, None, no.NotPicking, undo=True),
    Move.SUBSTITUTE: Legal(_FETCHING, None, no.NotPicking, undo=True),
    Move.COMPLETE_PICK: Legal(_from(S.PICKING), S.PICKED, no.NotPicking),
    Move.STAGE: Legal(_from(S.PICKED), S.STAGED, no.NotPicked, undo=True),
    Move.START_FINISH: Legal(_MAKING, None, no.FinishNotPossible, undo=True),
    Move.FINISH: Legal(_MAKING, None, no.FinishNotPossible, undo=True),
    Move.MARK_READY: Legal(_from(S.STAGED), S.READY, no.NotStaged),
    Move.BRING_OUT: Legal(_from(S.READY), None, no.NotReady, undo=True),
    Move.HAND_OVER: Legal(_from(S.READY), S.HANDED_OVER, no.NotReady, undo=True),
    Move.CANCEL: Legal(_UNDELIVERED, S.CANCELLED, no.NotCancellable),
    Move.NO_SHOW: Legal(_from(S.STAGED, S.READY), S.NO_SHOW, no.NotHeld),
    Move.RESTOCK: Legal(_from(S.CANCELLED, S.NO_SHOW), S.RESTOCKED, no.NotRestockable),
}


def after(order: Order, move: Move) -> State:
    """The state this move leads to, or the move's own refusal."""
    legal = MOVES[move]
    if order.state not in legal.start:
        raise legal.refusal(number=order.number, state=order.state.value)
    return order.state if legal.to is None else legal.to


def legal_moves(order: Order) -> list[Move]:
    """What the table allows from where this order stands."""
    return [move for move, legal in MOVES.items() if order.state in legal.start]


_BY_ITSELF = {Move.COMPLETE_PICK, Move.MARK_READY, Move.NO_SHOW}


def next_steps(order: Order, *, by: str = "") -> list[Move]:
    """The legal moves that a person may make now, or this person; screens show buttons for these only."""
    idle = {
        Move.TAKE_OVER: bool(by) and by == order.picking_by,
        Move.SUBSTITUTE: not any(line.substitute_allowed for line in order.shelf_lines),
        Move.STAGE: order.is_empty,
        Move.START_FINISH: order.finish is not Finish.WAITING,
        Move.FINISH: order.finish is not Finish.STARTED,
        Move.RESTOCK: not order.was_fetched,
    }
    return [m for m in legal_moves(order) if m not in _BY_ITSELF and not idle.get(m, False)]
