"""Taking an order in the store, and giving one to its customer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from edge import http
from edge.acts.hand_over import hand_over
from edge.acts.receive_order import receive_order
from edge.base.unit import Unit
from edge.http import Caller
from edge.orders import actions as orders
from edge.orders.rules import Order, codes
from edge.orders.rules.shown import OrderShown, OrderTaken, show
from sync.core.neutral import NeutralOrder

bp = http.blueprint("order_acts", "/api/v1")


class HandoverBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code of the customer's pass, or the reason for handing over without it."""

    code: Annotated[str, Meta(max_length=100)] = ""
    override_reason: Annotated[str, Meta(max_length=500)] = ""


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

    taken = msgspec.convert(edge.write(work, key=caller.key), OrderShown, from_attributes=True)
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

    return edge.write(lambda unit: show(work(unit)), key=caller.key)
