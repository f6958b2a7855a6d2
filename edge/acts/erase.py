"""Erase a customer: what links a person to what happened here is gone in one instant. What was sold stays, nobody's.

An order that is still owed needs to know whose it is; a timer looks again until it is over. The log and the proof of
consents keep their facts: they name a pseudonym only, which leads to nobody once HQ has forgotten the person.
"""

from __future__ import annotations

from datetime import timedelta

from edge.base.unit import Unit
from edge.offers import store as offers
from edge.orders import store as orders
from edge.profiles import store as profiles

ERASES = "customer_erased"
LOOK_AGAIN = timedelta(hours=1)


def erase_customer(unit: Unit, customer_key: str) -> None:
    """Forget the name, the flags, the kinds that were stopped, who redeemed what, and whose orders were whose."""
    profiles.forget(unit, customer_key)
    offers.forget_person(unit, customer_key)
    orders.forget_person(unit, customer_key)
    if orders.open_ids_of(unit, customer_key):
        unit.set_timer(ERASES, customer_key, unit.now + LOOK_AGAIN)
