"""From a shop system's message to an order on its way to a store, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from geopy.distance import great_circle
from geopy.point import Point

from sync.hq.base import times
from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.rows import Unit
from sync.hq.orders.rules import draft as drafts
from sync.hq.orders.rules.draft import Draft, Ignored, Needs
from sync.hq.orders.rules.intake import (
    HqOrder,
    Outcome,
    Taken,
    changed,
    fate,
    neutral,
    neutral_lines,
    promise,
    settled,
)
from sync.hq.orders.rules.route import Doubt, KnownStore, Pin, Suggestion, alike, nearest, route
from sync.hq.orders.store import intake, orders
from sync.hq.orders.store.intake import SourceRow
from sync.records import RECORD_TYPES

_PIN = re.compile(r"^\s*-?\d{1,2}(\.\d+)?\s*[,; ]\s*-?\d{1,3}(\.\d+)?\s*$")


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
        read = Draft(source_id=read.source_id, unclear="not_fetched")
    known = orders.by_source(unit, source.name, read.source_id) if read.source_id else None
    if isinstance(read, Ignored):
        return _without_effect(unit, read, body_hash, source=source)
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


def _why_not(unit: Unit, draft: Draft, source: SourceRow) -> str:
    """Why a message about an order that is not here makes none; empty when it does."""
    if _is_deletion(draft):
        return "deleted"
    deleted_at = intake.deleted_at(unit, source.name, draft.source_id)
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
    intake.remember(
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
        return _new(unit, draft, body_hash, source=source, intake=intake)
    if _is_old_news(unit, draft, body_hash, known):
        return "known", known
    draft = _dated(unit, draft, known)
    if fate(known, draft, body_hash) == "older":
        return "older", known
    after = msgspec.structs.replace(changed(known, draft, hold=intake.hold), body_hash=body_hash)
    if not draft.cancelled:
        after = settled(after, _routed(draft, source=source, intake=intake, known=known))
        orders.save_contact(unit, after.order_id, draft.buyer)
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
    return intake.came_before(unit, known.source, draft.source_id, body_hash)


def _new(
    unit: Unit, draft: Draft, body_hash: str, *, source: SourceRow, intake: Intake
) -> tuple[Outcome, HqOrder]:
    order = _first_version(unit, draft, body_hash, source=source, intake=intake)
    order = settled(order, _routed(draft, source=source, intake=intake, known=None))
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
    draft: Draft, *, source: SourceRow, intake: Intake, known: HqOrder | None
) -> str | Doubt:
    if draft.unclear == "not_fetched":
        return Doubt(code="not_fetched")
    if known is not None and draft.pickup.shipping in ("delivery", "none"):
        return Doubt(code="no_longer_pickup")
    found = route(draft, intake.stores, default_store=source.default_store)
    if isinstance(found, str):
        return found
    return msgspec.structs.replace(found, suggestions=_suggested(draft, found, intake.stores))


def _suggested(draft: Draft, doubt: Doubt, stores: Sequence[KnownStore]) -> tuple[Suggestion, ...]:
    pin = _pin(draft.pickup.hint)
    if pin is not None and any(store.pin for store in stores):
        return nearest(pin, stores, _metres)
    return alike(doubt.said, stores)


def _pin(hint: str) -> Pin | None:
    """The hint as a place on earth, only if it is written as one; used now and forgotten."""
    if not _PIN.match(hint):
        return None
    try:
        point = Point.from_string(hint)
    except ValueError:
        return None
    return float(point.latitude), float(point.longitude)


def _metres(one: Pin, other: Pin) -> float:
    return float(great_circle(one, other).meters)
