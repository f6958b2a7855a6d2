"""What a scan on the board means: an item, a bin, a bag or a pass. It reads; the step is taken by its own route."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from edge.acts import fetch
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.locale import Words
from edge.orders import actions as orders_actions
from edge.orders import store as orders
from edge.orders.rules import Move, Order, State, next_steps
from edge.orders.rules.handover_refusals import CodeUnreadable
from edge.orders.rules.numbers import normal_number
from edge.products.rules import Product
from edge.screens import order_steps
from edge.screens.shown import Button
from sync.core.errors import Refusal
from sync.core.gtin import is_gtin

LONGEST_BIN = 20


class ScanUnknown(Refusal):
    """The scan is no item of the open order, no bin and no pass."""

    code = "scan_unknown"
    status = 404
    sentence = "“{text}” is no item of this order, no bin and no pass."


class ItemWithoutOrder(Refusal):
    """An item, while nobody knows for which order."""

    code = "item_without_order"
    status = 409
    sentence = "That is {name}. Open the order it is for, or take one."


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read, which order is open on the screen ("" for none), and who is signed in at it."""

    text: str
    open: str = ""
    by: str = ""


class Meaning(msgspec.Struct, kw_only=True):
    """Which order to open, and which step the scan stands for."""

    open: str = ""
    button: Button | None = None


def meaning(rows: Rows, edge: Edge, _: Words, scan: Scan) -> Meaning:
    """An item or a bin belongs to the order at hand; a pass, a bag's number or a full bin opens its own."""
    order = orders.find(rows, scan.open) if scan.open else None
    product = fetch.by_code(rows, scan.text)
    if product is not None or is_gtin(scan.text):
        return _item(rows, scan, _, order=order, product=product)
    labelled = _by_label(rows, scan.text)
    if labelled is not None:
        return Meaning(open=labelled.order_id)
    if order is not None and _is_bin(order, scan.text):
        step = order_steps.step(order, Move.STAGE, _)
        return Meaning(button=msgspec.structs.replace(step, body={"bin": scan.text}))
    return _pass(rows, edge, _, text=scan.text)


def _item(
    rows: Rows, scan: Scan, _: Words, *, order: Order | None, product: Product | None
) -> Meaning:
    """Counted at the open order, else at the one order that its picker has and that wants it."""
    if order is None or Move.PICK not in next_steps(order):
        order = _in_hand(rows, product, scan.by)
    if order is None:
        raise ItemWithoutOrder(name=product.name(_.lang) if product else scan.text)
    button = Button(
        label=_("Scan or tap"),
        url=f"/api/v1/orders/{order.order_id}/scans",
        body={"text": scan.text},
    )
    return Meaning(open="" if order.order_id == scan.open else order.order_id, button=button)


def _in_hand(rows: Rows, product: Product | None, by: str) -> Order | None:
    mine = [
        order
        for order in orders.open_orders(rows)
        if by and order.state is State.PICKING and order.picking_by == by
    ]
    wanting = [order for order in mine if product and fetch.line_for(order, product.sku)]
    found = wanting or mine
    return found[0] if len(found) == 1 else None


def _by_label(rows: Rows, text: str) -> Order | None:
    """The open order whose number is on the bag, or that lies in the bin."""
    number = normal_number(text.partition("/")[0])
    found = orders.by_number(rows, number) if number else None
    return found or orders.in_bin(rows, text)


def _is_bin(order: Order, text: str) -> bool:
    is_short = len(text) <= LONGEST_BIN and not text.startswith("SE.")
    return is_short and Move.STAGE in next_steps(order)


def _pass(rows: Rows, edge: Edge, _: Words, *, text: str) -> Meaning:
    try:
        order = orders_actions.find_by_scan(rows, text, orders_actions.shop_here(rows, edge))
    except CodeUnreadable:
        raise ScanUnknown(text=text[:40]) from None
    if Move.HAND_OVER not in next_steps(order):
        return Meaning(open=order.order_id)
    step = order_steps.step(order, Move.HAND_OVER, _)
    return Meaning(
        open=order.order_id, button=msgspec.structs.replace(step, asks="", body={"code": text})
    )
