"""From a shop system's message to an order on its way to a store, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from sync.hq.base import times
from sync.hq.base.facts import first_revision
from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.rows import Unit
from sync.hq.orders.actions.suggesting import suggested
from sync.hq.orders.rules import draft as drafts
from sync.hq.orders.rules.calls import Call, merged
from sync.hq.orders.rules.draft import NEVER, Draft, Ignored, Needs
from sync.hq.orders.rules.intake import (
    HqOrder,
    Outcome,
    Taken,
    changed,
    dated,
    fate,
    neutral,
    neutral_lines,
    promise,
    says_nothing_new,
    settled,
)
from sync.hq.orders.rules.route import (
    Doubt,
    KnownStore,
    alike,
    route,
    said_of,
)
from sync.hq.orders.store import calls, orders, shops
from sync.hq.orders.store import intake as intake_rows
from sync.hq.orders.store.intake import SourceRow
from sync.records import RECORD_TYPES


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What intake needs to know beside the message."""

    stores: Sequence[KnownStore]
    secret: bytes
    feed: Feed
    promise_minutes: int
    hold: timedelta
    sent: Callable[[Unit, HqOrder], None]
    pass_scheme: str = "https"
    wake: Callable[[], None] = lambda: None

    def store(self, store_id: str) -> KnownStore | None:
        """A store by its id."""
        return next((each for each in self.stores if each.store_id == store_id), None)

    def pass_url(self, order: HqOrder) -> str:
        """The customer's link; empty while no store is known."""
        store = self.store(order.store_id)
        if store is None:
            return ""
        token = drafts.pass_token(self.secret, order.order_id)
        return f"{self.pass_scheme}://{store.public_host}/p/{token}"


def take_in(
    unit: Unit, read: Draft | Needs | Ignored, body_hash: str, *, source: SourceRow, intake: Intake
) -> Taken:
    """What a message does. The same message again does nothing and is answered as the first time."""
    if isinstance(read, Needs):
        return _wait(unit, read.known, body_hash, source=source, intake=intake)
    if isinstance(read, Ignored):
        return _without_effect(unit, read, body_hash, source=source)
    read = dated(read, now=unit.now)
    if read.cancelled:
        calls.drop(unit, source.name, read.source_id, "fetch")
    known = orders.by_source(unit, source.name, read.source_id) if read.source_id else None
    if known is None and (reason := _why_not(unit, read, source)):
        _remember(unit, read, body_hash, source=source, outcome=reason)
        return Taken(outcome="ignored")
    outcome, order = _version(unit, read, body_hash, known=known, source=source, intake=intake)
    _remember(unit, read, body_hash, source=source, outcome=outcome)
    return shown(order, outcome, intake)


def shown(order: HqOrder, outcome: Outcome, intake: Intake) -> Taken:
    """The answer about an order."""
    return Taken(
        outcome=outcome,
        order_id=order.order_id,
        store_id=order.store_id,
        needs_person=order.needs_person,
        doubt=order.doubt.code if order.doubt else "",
        pass_url=intake.pass_url(order),
    )


def tell_store(unit: Unit, order: HqOrder, intake: Intake) -> None:
    """Put the order into its store's feed, and what follows from that."""
    row = FeedRow(
        store_id=order.store_id,
        record_type="order",
        record_id=order.order_id,
        revision=order.revision,
        body=RECORD_TYPES["order"].text(neutral(order)).decode(),
    )
    intake.feed.append(unit, [row])
    intake.sent(unit, order)


def _wait(unit: Unit, known: Draft, body_hash: str, *, source: SourceRow, intake: Intake) -> Taken:
    """The message is a hint: what it says waits for the rest, and is asked for at once."""
    order = orders.by_source(unit, source.name, known.source_id)
    came_before = intake_rows.came_before(unit, source.name, known.source_id, body_hash)
    known = dated(known, now=unit.now)
    is_older = order is not None and NEVER < known.modified_at < order.modified_at
    if not came_before:
        outcome = "older" if is_older else "waiting"
        _remember(unit, known, body_hash, source=source, outcome=outcome)
    if not came_before and not is_older:
        before = calls.find(unit, source.name, known.source_id, "fetch")
        call = merged(before, known, now=unit.now) if before else _first_call(unit, source, known)
        calls.save(unit, call)
        unit.after_commit(intake.wake)
    if order is None:
        return Taken(outcome="waiting")
    return shown(order, "older" if is_older else "known" if came_before else "waiting", intake)


def _first_call(unit: Unit, source: SourceRow, known: Draft) -> Call:
    return Call(
        source=source.name,
        source_id=known.source_id,
        kind="fetch",
        due_at=unit.now,
        first_at=unit.now,
        known=known,
    )


def _why_not(unit: Unit, draft: Draft, source: SourceRow) -> str:
    """Why a message about an order that is not here makes none; empty when it does."""
    if _is_deletion(draft):
        return "deleted"
    deleted_at = intake_rows.deleted_at(unit, source.name, draft.source_id)
    if deleted_at is not None and draft.modified_at <= deleted_at:
        return "deleted_before"
    to_a_door = draft.pickup.shipping in ("delivery", "none")
    return "not_pickup" if to_a_door and draft.unclear != "not_fetched" else ""


def _is_deletion(draft: Draft) -> bool:
    return draft.cancelled and draft.modified_at == drafts.NEVER


def _without_effect(unit: Unit, said: Ignored, body_hash: str, *, source: SourceRow) -> Taken:
    if said.source_id:
        draft = Draft(source_id=said.source_id)
        _remember(unit, draft, body_hash, source=source, outcome=said.reason)
    return Taken(outcome="ignored")


def _remember(
    unit: Unit, draft: Draft, body_hash: str, *, source: SourceRow, outcome: str
) -> None:
    if intake_rows.came_before(unit, source.name, draft.source_id, body_hash):
        return
    intake_rows.remember(
        unit,
        source.name,
        draft.source_id,
        modified_at=times.text(draft.modified_at),
        body_hash=body_hash,
        outcome=outcome,
    )


def _version(
    unit: Unit,
    draft: Draft,
    body_hash: str,
    *,
    known: HqOrder | None,
    source: SourceRow,
    intake: Intake,
) -> tuple[Outcome, HqOrder]:
    if known is None:
        return new_order(unit, draft, body_hash, source=source, intake=intake)
    if known.is_ruled_out or _is_old_news(unit, draft, body_hash, known):
        return "known", known
    draft = _dated(unit, draft, known)
    if fate(known, draft, body_hash) == "older":
        return "older", known
    return change(unit, draft, body_hash, known=known, source=source, intake=intake)


def change(
    unit: Unit,
    draft: Draft,
    body_hash: str,
    *,
    known: HqOrder,
    source: SourceRow,
    intake: Intake,
) -> tuple[Outcome, HqOrder]:
    """A newer version of an order; its store hears of it if it says something new."""
    after = msgspec.structs.replace(changed(known, draft, hold=intake.hold), body_hash=body_hash)
    if not draft.cancelled:
        found = _routed(unit, draft, source=source, intake=intake, known=known)
        after = settled(after, found)
        orders.save_contact(unit, after.order_id, draft.buyer)
    if says_nothing_new(known, after):
        # A tag, a note, a payment: the store has no part in it.
        after = msgspec.structs.replace(after, revision=known.revision)
        orders.save(unit, after)
        return "known", after
    # A revision that HQ forgot by a restore may be at the store already.
    after = msgspec.structs.replace(after, revision=max(after.revision, first_revision(unit)))
    orders.save(unit, after)
    if after.store_id:
        tell_store(unit, after, intake)
    return ("cancelled" if draft.cancelled else "changed"), after


def _dated(unit: Unit, draft: Draft, known: HqOrder) -> Draft:
    # A deletion carries no time of its own; it is the newest thing we know.
    if _is_deletion(draft):
        latest = max(known.modified_at, unit.now)
        return msgspec.structs.replace(draft, modified_at=latest)
    return draft


def _is_old_news(unit: Unit, draft: Draft, body_hash: str, known: HqOrder) -> bool:
    """Whether this very message was here. A deletion always reads alike, so it counts by its effect."""
    if _is_deletion(draft):
        return known.cancelled
    if fate(known, draft, body_hash) == "known":
        return True
    return intake_rows.came_before(unit, known.source, draft.source_id, body_hash)


def new_order(
    unit: Unit, draft: Draft, body_hash: str, *, source: SourceRow, intake: Intake
) -> tuple[Outcome, HqOrder]:
    """The first version of an order: at its store, or waiting for a person."""
    order = _first_version(unit, draft, body_hash, source=source, intake=intake)
    order = settled(order, _routed(unit, draft, source=source, intake=intake, known=None))
    orders.save(unit, order)
    orders.save_contact(unit, order.order_id, draft.buyer)
    if order.store_id and not order.cancelled:
        tell_store(unit, order, intake)
    return ("cancelled" if order.cancelled else "taken"), order


def _first_version(
    unit: Unit, draft: Draft, body_hash: str, *, source: SourceRow, intake: Intake
) -> HqOrder:
    order_id = unit.ids.uuid7(unit.now)
    promise_at = promise(draft, now=unit.now, minutes=intake.promise_minutes)
    return HqOrder(
        order_id=order_id,
        source=source.name,
        source_id=draft.source_id,
        shown_number=draft.shown_number,
        store_id="",
        customer_key=drafts.customer_key(intake.secret, source.name, draft),
        customer_name=drafts.customer_name(draft.buyer),
        lines=neutral_lines(draft),
        promise_at=promise_at,
        hold_until=promise_at + intake.hold,
        token_hash=drafts.token_hash(drafts.pass_token(intake.secret, order_id)),
        placed_at=draft.placed_at or unit.now,
        currency=draft.currency or source.currency,
        lang=draft.lang or source.lang,
        modified_at=draft.modified_at,
        body_hash=body_hash,
        cancelled=draft.cancelled,
    )


def _routed(
    unit: Unit, draft: Draft, *, source: SourceRow, intake: Intake, known: HqOrder | None
) -> str | Doubt:
    if draft.unclear == "not_fetched":
        suggestions = alike(said_of(draft), intake.stores)
        return Doubt(code="not_fetched", said=said_of(draft), suggestions=suggestions)
    if known is not None and draft.pickup.shipping in ("delivery", "none"):
        return Doubt(code="no_longer_pickup")
    found = route(
        draft,
        intake.stores,
        default_store=source.default_store,
        locations=shops.locations(unit, source.name),
    )
    if isinstance(found, str):
        return found
    return msgspec.structs.replace(found, suggestions=suggested(draft, found, intake.stores))
