"""What a fetched order does: it is the shop's own word of now, so no old message can undo it."""

from __future__ import annotations

import msgspec

from sync.hq.base.rows import Unit
from sync.hq.orders.actions.intake import Intake, change, new_order, shown
from sync.hq.orders.rules.draft import Draft, Ignored
from sync.hq.orders.rules.intake import HqOrder, Outcome, Taken, dated, settled
from sync.hq.orders.rules.route import Doubt
from sync.hq.orders.store import orders, privacy, shops
from sync.hq.orders.store.intake import SourceRow


def complete(
    unit: Unit, read: Draft | Ignored, *, source_id: str, source: SourceRow, intake: Intake
) -> Taken:
    """Make or change the order that an answer is about."""
    known = orders.by_source(unit, source.name, source_id)
    if isinstance(read, Ignored):
        return _no_order(unit, known, read, intake)
    draft = dated(read, now=unit.now)
    if known is None and draft.cancelled:
        return Taken(outcome="ignored")
    if known is None:
        outcome, order = new_order(unit, draft, "", source=source, intake=intake)
    else:
        outcome, order = _newer(unit, draft, known, source=source, intake=intake)
    shops.keep_refs(unit, order.order_id, draft.refs)
    return shown(order, outcome, intake)


def show_waiting(unit: Unit, known: Draft, *, source: SourceRow, intake: Intake) -> None:
    """The shop does not answer: let a person see the order as far as it is known, once."""
    if orders.by_source(unit, source.name, known.source_id) is None:
        draft = msgspec.structs.replace(known, unclear="not_fetched")
        new_order(unit, draft, "", source=source, intake=intake)


def _newer(
    unit: Unit, draft: Draft, known: HqOrder, *, source: SourceRow, intake: Intake
) -> tuple[Outcome, HqOrder]:
    is_over = known.cancelled and (draft.cancelled or draft.modified_at <= known.modified_at)
    if known.is_ruled_out or is_over:
        return "known", known
    if draft.modified_at < known.modified_at:
        return "older", known
    return change(unit, draft, "", known=known, source=source, intake=intake)


def _no_order(unit: Unit, known: HqOrder | None, said: Ignored, intake: Intake) -> Taken:
    """The shop says that it is nothing for us. An order that only waited for that answer goes again."""
    if known is None:
        return Taken(outcome="ignored")
    if known.doubt is not None and known.doubt.code == "not_fetched" and not known.store_id:
        privacy.forget_order(unit, known.order_id)
        return Taken(outcome="ignored")
    if said.reason == "not_pickup" and not known.cancelled:
        known = settled(known, Doubt(code="no_longer_pickup"))
        orders.save(unit, known)
    return shown(known, "known", intake)
