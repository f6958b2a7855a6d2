"""May this order be handed over on this code? The most helpful reason comes first."""

from datetime import datetime

from edge.orders.rules import handover_refusals as no
from edge.orders.rules.codes import Scan
from edge.orders.rules.moves import Move, after
from edge.orders.rules.order import Order, State

SCAN = "scan"
OVERRIDE = "override"


def is_for_this_store(scan: Scan, here: str) -> bool:
    """Whether a pass is for this store; a typed code says nothing of its store."""
    return not scan.store_code or scan.store_code == here


def of_this_order(found: Order, order: Order) -> None:
    """Refuse a code that belongs to another order than the one at hand."""
    if found.order_id != order.order_id:
        raise no.CodeForAnotherOrder(other=found.number, number=order.number)


def still_open(order: Order, handed_over_at: datetime | None) -> None:
    """Refuse an order that has ended, saying how and when."""
    if order.state is State.HANDED_OVER:
        at = handed_over_at.isoformat() if handed_over_at else ""
        raise no.AlreadyHandedOver(number=order.number, at=at)
    if order.state is State.CANCELLED:
        raise no.OrderWasCancelled(number=order.number)
    if order.state in {State.NO_SHOW, State.RESTOCKED}:
        raise no.OrderWasNotFetched(number=order.number)


def on_hold(order: Order, at: datetime) -> None:
    """Refuse a spent code, or one after the hold; a named override may still give out what lies in the bin."""
    after(order, Move.HAND_OVER)
    if order.code_spent:
        raise no.CodeSpent(number=order.number)
    if at >= order.hold_until:
        raise no.HoldEnded(number=order.number, hold_until=order.hold_until.isoformat())


def one_way(code: str, override_reason: str) -> str:
    """Either a code or a reason: which of the two it is."""
    if bool(code.strip()) == bool(override_reason.strip()):
        raise no.CodeOrOverride
    return SCAN if code.strip() else OVERRIDE
