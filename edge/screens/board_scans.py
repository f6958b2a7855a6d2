"""What a scan on the board means: an item, a bin or a pass. It reads; the step itself is taken by its own route."""

from __future__ import annotations

import msgspec

from edge.base.database import Rows
from edge.base.edge import Edge
from edge.locale import Words
from edge.orders import actions as orders_actions
from edge.orders import store as orders
from edge.orders.rules import Line, Move, Order, next_steps
from edge.orders.rules.handover_refusals import CodeUnreadable
from edge.products import store as products
from edge.screens import order_steps
from edge.screens.shown import Button
from sync.core.errors import Refusal

LONGEST_BIN = 20


class ScanUnknown(Refusal):
    """The scan is no item of the open order, no bin and no pass."""

    code = "scan_unknown"
    status = 404
    sentence = "“{text}” is no item of this order, no bin and no pass."


class Meaning(msgspec.Struct, kw_only=True):
    """Which order to open, and which step the scan stands for."""

    open: str = ""
    button: Button | None = None


def meaning(rows: Rows, edge: Edge, _: Words, *, text: str, open_order: str) -> Meaning:
    """An item or a bin belongs to the open order; a pass opens its own order from anywhere."""
    order = orders.find(rows, open_order) if open_order else None
    if order is not None:
        step = _item(rows, order, text, _) or _bin(order, text, _)
        if step is not None:
            return Meaning(button=step)
    return _pass(rows, edge, _, text=text)


def _item(rows: Rows, order: Order, text: str, _: Words) -> Button | None:
    product = products.find(rows, text) or products.by_gtin(rows, text)
    if product is None or Move.PICK not in next_steps(order):
        return None
    line = _line_of(order, product.sku)
    return order_steps.pick(order, line, product.name(_.lang), _) if line else None


def _line_of(order: Order, sku: str) -> Line | None:
    matching = [line for line in order.pick_list if line.sku == sku]
    return next((line for line in matching if not line.is_decided), None)


def _bin(order: Order, text: str, _: Words) -> Button | None:
    if Move.STAGE not in next_steps(order) or len(text) > LONGEST_BIN or text.startswith("SE."):
        return None
    step = order_steps.step(order, Move.STAGE, _)
    return msgspec.structs.replace(step, asks="", body={"bin": text})


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
