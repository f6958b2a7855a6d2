"""What is asked of orders by the people who fetch, make and stage them."""

from typing import Annotated, Literal

import msgspec
from flask import request
from msgspec import Meta

from edge import http
from edge.base.unit import Unit
from edge.http import Caller
from edge.orders import actions, store
from edge.orders.rules import Move, Order, State, codes
from edge.orders.rules.shown import OrderShown, OrdersShown, show
from sync.core.bodies import WrongField
from sync.core.errors import NotFound
from sync.core.neutral import PLAIN

bp = http.blueprint("orders", "/api/v1")
on_pass = http.blueprint("orders_on_pass")


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body that takes no field it does not know."""


class PickingBody(Strict, frozen=True):
    """Begin to pick, or take a picking over from somebody else: from `holder`, if one is named."""

    take_over: bool = False
    holder: Annotated[str, Meta(max_length=64)] = ""


class PickBody(Strict, frozen=True):
    """How many of a line were found."""

    line_no: int
    qty: Annotated[int, Meta(ge=0, le=999)]


class StageBody(Strict, frozen=True):
    """Where the bagged order lies, and what of it must stay cold, and in how many bags."""

    bin: Annotated[str, Meta(max_length=20, pattern=PLAIN)]
    bags: Annotated[int, Meta(ge=1, le=20)] = 1
    cold_bin: Annotated[str, Meta(max_length=20, pattern=PLAIN)] = ""


class FinishBody(Strict, frozen=True):
    """Making began, or is done."""

    state: Literal["started", "done"]


class CancelBody(Strict, frozen=True):
    """Why the order is called off."""

    reason: Annotated[str, Meta(max_length=500)]


class SmileBody(Strict, frozen=True):
    """How the pickup was: 3 good, 2 all right, 1 not good."""

    score: Annotated[int, Meta(ge=1, le=3)]


@http.route(bp, "GET", "/orders", who=http.STAFF, answers=OrdersShown, summary="Orders in a state")
def listed(*, caller: Caller) -> OrdersShown:
    """Open orders, oldest promise first, or the newest ones in the state that is asked for."""
    state = request.args.get("state", "")
    if state and state not in set(State):
        raise WrongField(problem=f"state is one of {', '.join(State)}")
    with http.edge().read() as reader:
        found = store.in_state(reader, State(state)) if state else store.open_orders(reader)
    return OrdersShown([show(order) for order in found])


@http.route(
    bp, "GET", "/orders/<order_id>", who=http.STAFF, answers=OrderShown, summary="One order"
)
def shown(order_id: str, *, caller: Caller) -> OrderShown:
    """One order with its lines in walking order."""
    with http.edge().read() as reader:
        return show(store.load(reader, order_id))


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/acceptance",
    who=http.STAFF,
    answers=OrderShown,
    summary="Take an order on",
)
def accept(order_id: str, *, caller: Caller) -> OrderShown:
    """Needed only where the store does not accept by itself."""
    return _taken(
        caller,
        order_id,
        Move.ACCEPT,
        lambda unit: actions.accept(unit, order_id, by=caller.id),
    )


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/picking",
    who=http.STAFF,
    reads=PickingBody,
    answers=OrderShown,
    summary="Begin to pick an order",
)
def start_picking(order_id: str, *, body: PickingBody, caller: Caller) -> OrderShown:
    """Claims the order for the caller, for some minutes that each pick makes longer."""
    lease = actions.lease_of(http.edge())

    def work(unit: Unit) -> Order:
        if not body.take_over:
            return actions.start_picking(unit, order_id, by=caller.id, lease=lease)
        return actions.take_over(unit, order_id, by=caller.id, holder=body.holder, lease=lease)

    move = Move.TAKE_OVER if body.take_over else Move.START_PICKING
    return _taken(caller, order_id, move, work)


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/picks",
    who=http.STAFF,
    reads=PickBody,
    answers=OrderShown,
    summary="Note how many of a line were found",
)
def pick(order_id: str, *, body: PickBody, caller: Caller) -> OrderShown:
    """Fewer than ordered is a short pick; the last line makes the order picked."""
    lease = actions.lease_of(http.edge())

    def work(unit: Unit) -> Order:
        return actions.pick(unit, order_id, body.line_no, body.qty, by=caller.id, lease=lease)

    return _taken(caller, order_id, Move.PICK, work, line_no=body.line_no)


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/staging",
    who=http.STAFF,
    reads=StageBody,
    answers=OrderShown,
    summary="Put a picked order into a bin",
)
def stage(order_id: str, *, body: StageBody, caller: Caller) -> OrderShown:
    """The order is ready by itself once nothing is left to make."""

    def work(unit: Unit) -> Order:
        return actions.stage(
            unit, order_id, body.bin, bags=body.bags, cold_bin=body.cold_bin, by=caller.id
        )

    return _taken(caller, order_id, Move.STAGE, work)


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/finish",
    who=http.STAFF,
    reads=FinishBody,
    answers=OrderShown,
    summary="Begin or end making what is made to order",
)
def finish(order_id: str, *, body: FinishBody, caller: Caller) -> OrderShown:
    """The second task of orders with lines made to order."""
    verb, move = {
        "started": (actions.start_finish, Move.START_FINISH),
        "done": (actions.finish, Move.FINISH),
    }[body.state]
    return _taken(caller, order_id, move, lambda unit: verb(unit, order_id, by=caller.id))


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/bringing",
    who=http.STAFF,
    answers=OrderShown,
    summary="Say that you bring the order out",
)
def bring_out(order_id: str, *, caller: Caller) -> OrderShown:
    """The board stops calling for somebody."""
    return _taken(
        caller,
        order_id,
        Move.BRING_OUT,
        lambda unit: actions.bring_out(unit, order_id, by=caller.id),
    )


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/undo",
    who=http.STAFF,
    answers=OrderShown,
    summary="Take your last step at an order back",
)
def undo(order_id: str, *, caller: Caller) -> OrderShown:
    """Within a minute, and only while nobody has done anything else with it."""
    edge = http.edge()
    return edge.write(
        lambda unit: show(actions.undo(unit, edge, order_id, by=caller.id)), key=caller.key
    )


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/cancellation",
    who=http.STAFF,
    reads=CancelBody,
    answers=OrderShown,
    summary="Call an order off, with a reason",
)
def cancel(order_id: str, *, body: CancelBody, caller: Caller) -> OrderShown:
    """Possible until it is handed over."""

    def work(unit: Unit) -> Order:
        return actions.cancel(unit, order_id, reason=body.reason, by=caller.id)

    return _taken(caller, order_id, Move.CANCEL, work)


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/restocking",
    who=http.STAFF,
    answers=OrderShown,
    summary="Put a cancelled or unfetched order back on the shelves",
)
def restock(order_id: str, *, caller: Caller) -> OrderShown:
    """After a cancellation or a no-show."""
    return _taken(
        caller,
        order_id,
        Move.RESTOCK,
        lambda unit: actions.restock(unit, order_id, by=caller.id),
    )


def _taken(
    caller: Caller, order_id: str, move: Move, work: actions.Work, *, line_no: int = 0
) -> OrderShown:
    """A step of a person: carried out once, remembered so that it can be taken back, and shown."""
    edge = http.edge()
    step = actions.noted(edge, actions.Doing(order_id, move, caller.id, line_no), work)
    return edge.write(lambda unit: show(step(unit)), key=caller.key)


@http.route(
    on_pass,
    "POST",
    "/p/<token>/smile",
    who=http.PASS,
    reads=SmileBody,
    answers=SmileBody,
    summary="Say how the pickup was",
)
def smile(token: str, *, body: SmileBody, caller: Caller) -> SmileBody:
    """After the handover, once: the first answer stands."""
    return http.edge().write(
        lambda unit: SmileBody(actions.rate(unit, caller.order_id, body.score)), key=caller.key
    )


def owns(token: str) -> str:
    """The order that a pass token opens; NotFound for unknown tokens, and a day after the order is over."""
    edge = http.edge()
    with edge.read() as reader:
        opens = store.pass_opens(reader, codes.token_hash(token))
    if opens is None:
        raise NotFound
    order_id, over_at = opens
    if over_at and edge.clock.now() >= over_at + actions.PASS_LIVES_AFTER:
        # Written down by whoever sees it first, the timer or this phone: a clock set back opens nothing again.
        edge.write(lambda unit: actions.pass_closes(unit, order_id))
        raise NotFound
    return order_id
