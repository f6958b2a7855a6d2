"""Redeem: by a printed code, at the kiosk or at the desk; with a pass only where its customer said yes to that."""

from __future__ import annotations

from edge.base import store_record
from edge.base.unit import Unit
from edge.consents import actions as consents
from edge.consents.rules import Purpose
from edge.offers import actions, store
from edge.offers.rules import Outcome, Result, qr_code
from edge.offers.rules.refusals import UnknownCode, WrongStore
from edge.orders import actions as orders
from edge.orders.rules import Order, Shop
from edge.orders.rules.handover_refusals import CodeForAnotherStore, CodeUnknown, CodeUnreadable


def redeem(
    unit: Unit,
    offer_id: str,
    *,
    shop: Shop,
    surface: str,
    scanned: str = "",
    pass_scanned: str = "",
    shopper_key: str = "",
    by: str = "",
) -> Outcome:
    """Take one of an offer. Naming oneself by a pass links the use to a person, so that needs their consent."""
    try:
        if scanned:
            _refuse_other_code(unit, scanned, offer_id)
        order = orders.find_by_scan(unit, pass_scanned, shop) if pass_scanned else None
    except (CodeForAnotherStore, WrongStore):
        return Outcome(result=Result.WRONG_STORE)
    except (CodeUnknown, CodeUnreadable, UnknownCode):
        return Outcome(result=Result.UNKNOWN_CODE)
    if order is None:
        return actions.redeem(unit, offer_id, surface=surface, shopper_key=shopper_key, by=by)
    if not _may_be_named(unit, order):
        return Outcome(result=Result.NO_CONSENT)
    return actions.redeem(
        unit,
        offer_id,
        surface=surface,
        shopper_key=order.customer_key,
        order_id=order.order_id,
        by=by,
    )


def _refuse_other_code(unit: Unit, scanned: str, offer_id: str) -> None:
    """A code that was scanned must be the one of this offer."""
    host = store_record.load(unit).public_host
    found = store.resolve(unit, qr_code.read(scanned, host))
    if (found.kind, found.ref) != (qr_code.OFFER, offer_id):
        raise UnknownCode


def _may_be_named(unit: Unit, order: Order) -> bool:
    return consents.is_allowed(
        unit,
        Purpose.PURCHASE_OFFERS,
        order_id=order.order_id,
        customer_key=order.customer_key,
        now=unit.now,
    )
