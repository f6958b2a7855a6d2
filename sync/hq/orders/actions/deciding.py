"""A person decides what no rule may guess, and may take it back while nobody holds the goods."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sync.hq.base.rows import Reader, Unit
from sync.hq.orders.actions.intake import Intake, tell_store
from sync.hq.orders.rules import draft as drafts
from sync.hq.orders.rules.deciding import (
    Decision,
    What,
    check_untouched,
    not_a_pickup,
    refuse_late,
    reopened,
    split,
)
from sync.hq.orders.rules.intake import HqOrder, NothingToDecide, OrderUnknown, resolved
from sync.hq.orders.store import decisions, orders

# How far a store is with an order: its own word, whether it may have fetched the order, whether it is in touch.
Progress = Callable[[Reader, HqOrder], tuple[str, bool, bool]]


def decide(unit: Unit, order_id: str, store_id: str, *, by: str, intake: Intake) -> HqOrder:
    """Send an order to the store that a person chose; their name stays with it."""
    order = _waiting(unit, order_id, by=by)
    if intake.store(store_id) is None:
        raise OrderUnknown
    decided = resolved(order, store_id, by=by)
    _keep(unit, order, decided, what="store")
    tell_store(unit, decided, intake)
    return decided


def rule_out(unit: Unit, order_id: str, *, by: str, intake: Intake) -> HqOrder:
    """Say that an order is no pickup; a store that has it already hears that it is called off."""
    order = _waiting(unit, order_id, by=by)
    decided = not_a_pickup(order, by=by)
    _keep(unit, order, decided, what="not_pickup")
    if decided.store_id:
        tell_store(unit, decided, intake)
    return decided


def take_back(
    unit: Unit, order_id: str, *, by: str, intake: Intake, progress: Progress
) -> HqOrder:
    """Undo a decision: the order waits for a person again, under a new id if a store had been told."""
    decision, order = decisions.of_order(unit, order_id), orders.by_id(unit, order_id)
    if decision is None or order is None or decision.undone_by or order.needs_person:
        raise NothingToDecide
    decisions.save(unit, msgspec.structs.replace(decision, undone_by=by))
    if not order.store_id or (decision.what == "store" and decision.store_before):
        waits = reopened(order, decision)
        orders.save(unit, waits)
        return waits
    state, may_have, in_touch = progress(unit, order)
    store = intake.store(order.store_id)
    check_untouched(
        state,
        store=store.name if store else order.store_id,
        may_have=may_have or order.cancelled,
        in_touch=in_touch and not order.cancelled,
    )
    return _split(unit, order, decision, intake=intake)


def _split(unit: Unit, order: HqOrder, decision: Decision, *, intake: Intake) -> HqOrder:
    fresh_id = unit.ids.uuid7(unit.now)
    token_hash = drafts.token_hash(drafts.pass_token(intake.secret, fresh_id))
    stays, waits = split(order, decision, order_id=fresh_id, token_hash=token_hash)
    orders.save(unit, stays)
    orders.save(unit, waits)
    orders.move_details(unit, order.order_id, fresh_id)
    tell_store(unit, stays, intake)
    return waits


def _waiting(unit: Unit, order_id: str, *, by: str) -> HqOrder:
    order = orders.by_id(unit, order_id)
    if order is None:
        raise OrderUnknown
    refuse_late(order, by=by)
    return order


def _keep(unit: Unit, before: HqOrder, after: HqOrder, *, what: What) -> None:
    assert before.doubt is not None
    orders.save(unit, after)
    decisions.save(
        unit,
        Decision(
            order_id=after.order_id,
            shown_number=after.shown_number or after.source_id,
            what=what,
            store_id=after.store_id,
            store_before=before.store_id,
            doubt=before.doubt,
            by_name=after.resolved_by,
            at=unit.now,
        ),
    )
