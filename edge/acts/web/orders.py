"""Taking an order in the store, and giving one to its customer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge import http
from edge.acts import fetch
from edge.acts.hand_over import hand_over
from edge.acts.receive_order import receive_order
from edge.base.unit import Unit
from edge.http import Caller
from edge.orders import actions as orders
from edge.orders.rules import Move, Order, codes
from edge.orders.rules.shown import OrderShown, OrderTaken, show
from sync.core.neutral import NeutralOrder

bp = http.blueprint("order_acts", "/api/v1")


class HandoverBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code of the customer's pass, or the reason for handing over without it."""

    code: Annotated[str, Meta(max_length=100)] = ""
    override_reason: Annotated[str, Meta(max_length=500)] = ""


class ItemBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the scanner read."""

    text: Annotated[str, Meta(min_length=1, max_length=100)]


class InsteadBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many of the line were found, and the sku or bar code of what goes in for the others; `qty` 0 is all."""

    line_no: int
    product: Annotated[str, Meta(min_length=1, max_length=100)]
    found: Annotated[int, Meta(ge=0, le=999)] = 0
    qty: Annotated[int, Meta(ge=0, le=999)] = 0


@http.route(
    bp,
    "POST",
    "/orders",
    who=http.DEVICE,
    reads=NeutralOrder,
    answers=OrderTaken,
    status=201,
    summary="Take an order in the store: till, kiosk, network",
)
def take(*, body: NeutralOrder, caller: Caller) -> OrderTaken:
    """Works with the line cut. Without a token hash the store makes the pass itself."""
    edge = http.edge()
    token = "" if body.token_hash else codes.pass_token(edge.pepper, body.order_id)
    token_hash = body.token_hash or codes.token_hash(token)
    neutral = msgspec.structs.replace(body, token_hash=token_hash)

    def work(unit: Unit) -> OrderShown:
        shop = orders.shop_here(unit, edge)
        return show(receive_order(unit, neutral, shop=shop, origin="edge"))

    said: object = edge.write(work, key=caller.key)
    # What is remembered under a key comes back as JSON.
    taken = said if isinstance(said, OrderShown) else msgspec.convert(said, OrderShown)
    return OrderTaken(
        **msgspec.structs.asdict(taken),
        pass_token=token,
        handover_code=codes.handover_code(edge.pepper, token_hash),
    )


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/handover",
    who=http.STAFF,
    reads=HandoverBody,
    answers=OrderShown,
    summary="Hand an order over, by its pass or by a named override",
)
def give(order_id: str, *, body: HandoverBody, caller: Caller) -> OrderShown:
    """Once: every other try hears when it was done."""
    edge = http.edge()

    def work(unit: Unit) -> Order:
        return hand_over(
            unit,
            order_id,
            code=body.code,
            override_reason=body.override_reason,
            by=caller.id,
            shop=orders.shop_here(unit, edge),
        )

    return _taken(caller, order_id, Move.HAND_OVER, work)


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/scans",
    who=http.STAFF,
    reads=ItemBody,
    answers=OrderShown,
    summary="Count one of what was scanned from a shelf",
)
def scan_item(order_id: str, *, body: ItemBody, caller: Caller) -> OrderShown:
    """By SKU or the number in the bar code. What the order does not want is refused, with what it wants."""
    scanned = fetch.Scanned(body.text.strip(), caller.lang)
    lease = orders.lease_of(http.edge())

    def work(unit: Unit) -> Order:
        return fetch.count_scanned(unit, order_id, scanned, by=caller.id, lease=lease)

    return _taken(caller, order_id, Move.PICK, work)


@http.route(
    bp,
    "POST",
    "/orders/<order_id>/substitutes",
    who=http.STAFF,
    reads=InsteadBody,
    answers=OrderShown,
    summary="Put another product in for what is not there",
)
def substitute(order_id: str, *, body: InsteadBody, caller: Caller) -> OrderShown:
    """Where the customer allowed it; they never pay more than for what they ordered."""
    wanted = fetch.Instead(body.line_no, body.product.strip(), body.found, body.qty)
    lease = orders.lease_of(http.edge())

    def work(unit: Unit) -> Order:
        return fetch.substitute(unit, order_id, wanted, by=caller.id, lease=lease)

    return _taken(caller, order_id, Move.SUBSTITUTE, work, line_no=body.line_no)


def _taken(
    caller: Caller, order_id: str, move: Move, work: orders.Work, *, line_no: int = 0
) -> OrderShown:
    edge = http.edge()
    step = orders.noted(edge, orders.Doing(order_id, move, caller.id, line_no), work)
    return edge.write(lambda unit: show(step(unit)), key=caller.key)
