"""Hand over: the pass is checked and the goods are given in one instant, so that one of two scans wins."""

from edge.base.unit import Unit
from edge.orders import actions as orders
from edge.orders import store
from edge.orders.rules import Move, Order, Shop, State, handover, life


def hand_over(
    unit: Unit, order_id: str, *, code: str = "", override_reason: str = "", by: str, shop: Shop
) -> Order:
    """Give the order to its customer: by the code of their pass, or by somebody's word and reason."""
    how = handover.one_way(code, override_reason)
    order = store.load(unit, order_id)
    if how == handover.SCAN:
        handover.of_this_order(orders.find_by_scan(unit, code, shop), order)
    handover.still_open(order, store.reached_at(unit, order_id, State.HANDED_OVER))
    if how == handover.SCAN:
        handover.on_hold(order, unit.now)
    given = orders.hand_over(unit, order_id, how=how, by=by)
    if how == handover.OVERRIDE:
        why = life.reason(override_reason)
        store.say_why(unit, order_id, Move.HAND_OVER, reason=why, by=by)
    return given
