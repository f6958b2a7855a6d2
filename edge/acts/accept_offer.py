"""Accept an offer: consent, time and limit are looked at in the instant in which the order gets its extra."""

from __future__ import annotations

from edge.base.unit import Unit
from edge.offers import actions, store
from edge.offers.rules import Redemption, Result, candidate
from edge.offers.rules import redemption as redeeming
from edge.offers.rules.refusals import CannotBeReady, NoConsent, NotOnThisPass
from edge.orders.rules import Order
from sync.core.errors import Refusal
from sync.core.gates.decision import first_refusal
from sync.core.gates.facts import Customer, Moment

# Gates that only the pass has; the others refuse with the words of a redemption.
_REFUSALS: dict[str, type[Refusal]] = {
    "no_consent": NoConsent,
    "no_eta": CannotBeReady,
    "not_ready_in_time": CannotBeReady,
}


def accept_offer(
    unit: Unit, offer_id: str, order: Order, beside: tuple[Customer, Moment]
) -> Redemption:
    """Add an offer to an order: one of what is left, and a task on the board. Paid at the desk."""
    if held := _held(unit, offer_id, order):
        return held
    if not order.is_open:
        raise NotOnThisPass
    offer = store.load(unit, offer_id)
    declined = first_refusal(candidate(offer), *beside)
    if declined:
        raise _refusal(declined.reason)
    redemption = actions.redeem(
        unit,
        offer_id,
        surface=redeeming.PASS,
        shopper_key=order.customer_key,
        order_id=order.order_id,
        by="customer",
    ).or_refusal()
    minutes = offer.wish.preparation_minutes
    actions.add_extra(unit, redemption, minutes, minutes_left=beside[1].minutes_left or 0.0)
    return redemption


def _held(unit: Unit, offer_id: str, order: Order) -> Redemption | None:
    """What this order has of this offer already: a second tap adds nothing."""
    with_order = store.redemptions_with_order(unit, order.order_id)
    return next((each for each in with_order if each.offer_id == offer_id), None)


def _refusal(reason: str) -> Refusal:
    if reason in _REFUSALS:
        return _REFUSALS[reason]()
    if reason in set(Result):
        return redeeming.REFUSALS[Result(reason)]()
    return NotOnThisPass()
