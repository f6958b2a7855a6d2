"""How versions of one order follow each other at HQ, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from sync.core.errors import NotFound, Refusal
from sync.core.neutral import NeutralLine, NeutralOrder
from sync.hq.orders.rules.draft import Draft, customer_name
from sync.hq.orders.rules.route import Doubt

Outcome = Literal["taken", "changed", "cancelled", "known", "older", "ignored", "waiting", "noted"]
# Doubts about where and whether, which a person who has chosen a store has answered.
ABOUT_THE_PLACE = frozenset(
    {
        "store_missing",
        "store_unknown",
        "stores_contradict",
        "mixed_shipping",
        "methods_contradict",
        "several_locations",
        "local_delivery",
        "method_unknown",
    }
)
CLOCKS_DIFFER = timedelta(minutes=5)
Fate = Literal["new", "change", "known", "older"]


class HqOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as HQ keeps it. Without a store it waits for a person."""

    order_id: str
    source: str
    source_id: str
    shown_number: str
    store_id: str
    customer_key: str
    customer_name: str
    lines: tuple[NeutralLine, ...]
    promise_at: datetime
    hold_until: datetime
    token_hash: str
    placed_at: datetime
    currency: str
    lang: str
    modified_at: datetime
    body_hash: str
    revision: int = 1
    cancelled: bool = False
    doubt: Doubt | None = None
    resolved_by: str = ""

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to decide something."""
        return self.doubt is not None and not (self.cancelled and not self.store_id)

    @property
    def is_ruled_out(self) -> bool:
        """Whether a person said that it is no pickup of ours; only a person takes that back."""
        return self.cancelled and bool(self.resolved_by)

    @property
    def was_sent(self) -> bool:
        """Whether a store was told: an order that came in cancelled never goes anywhere."""
        return bool(self.store_id) and not (self.cancelled and self.revision == 1)


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message."""

    outcome: Outcome
    order_id: str = ""
    store_id: str = ""
    needs_person: bool = False
    doubt: str = ""
    pass_url: str = ""


class OrderUnknown(NotFound):
    """No such order."""

    code = "order_unknown"
    sentence = "There is no such order here."


class NothingToDecide(Refusal):
    """Somebody was faster, or the order is cancelled."""

    code = "nothing_to_decide"
    status = 409
    sentence = "This order does not wait for a decision any more."


class AlreadyAtStore(Refusal):
    """The order was sent to a store before; moving it is not possible yet."""

    code = "already_at_store"
    status = 409
    sentence = "This order is at {store} already and cannot move. Keep it there, or cancel it at its shop."


class NoLines(Refusal):
    """A store cannot pick what is not said."""

    code = "no_lines"
    status = 409
    sentence = "This order has no lines that could be read, so no store can pick it."


class SourceUnknown(NotFound):
    """No such source."""

    code = "source_unknown"
    sentence = "There is no order source of this name."


def dated(draft: Draft, *, now: datetime) -> Draft:
    """A version dated further ahead than clocks differ counts as of now, or every true one after it were old."""
    if draft.modified_at <= now + CLOCKS_DIFFER:
        return draft
    return msgspec.structs.replace(draft, modified_at=now)


def says_nothing_new(known: HqOrder, after: HqOrder) -> bool:
    """Whether a newer version differs in nothing that a store or a person here would see."""
    own = {
        "revision": known.revision,
        "modified_at": known.modified_at,
        "body_hash": known.body_hash,
    }
    return msgspec.structs.replace(after, **own) == known


def fate(known: HqOrder | None, draft: Draft, body_hash: str) -> Fate:
    """What to do with a version: an older one never replaces a newer one, a cancelled order stays so."""
    if known is None:
        return "new"
    if known.body_hash == body_hash and known.modified_at == draft.modified_at:
        return "known"
    if draft.modified_at < known.modified_at:
        return "older"
    if known.cancelled and draft.modified_at == known.modified_at:
        return "older"
    return "change"


def promise(draft: Draft, *, now: datetime, minutes: int) -> datetime:
    """When the order is promised: what the shop said, else so many minutes from now."""
    return draft.promise_at or now + timedelta(minutes=minutes)


def neutral_lines(draft: Draft) -> tuple[NeutralLine, ...]:
    """The lines as stores know them."""
    return tuple(
        NeutralLine(
            line_no=number,
            sku=line.sku,
            name=line.name,
            qty=line.qty,
            unit_price_minor=line.unit_price_minor,
            substitute_allowed=line.substitute_allowed,
        )
        for number, line in enumerate(draft.lines, start=1)
    )


def changed(known: HqOrder, draft: Draft, *, hold: timedelta) -> HqOrder:
    """The order after a newer version. An order keeps its store; where that becomes doubtful, it says so."""
    if draft.cancelled:
        return msgspec.structs.replace(
            known,
            cancelled=True,
            modified_at=draft.modified_at,
            revision=known.revision + 1,
            # The shop's word, not a person's: what it ends it may begin again.
            resolved_by="",
        )
    promise_at = draft.promise_at or known.promise_at
    return msgspec.structs.replace(
        known,
        shown_number=draft.shown_number or known.shown_number,
        customer_name=customer_name(draft.buyer) or known.customer_name,
        lines=neutral_lines(draft) or known.lines,
        promise_at=promise_at,
        hold_until=promise_at + hold,
        currency=draft.currency or known.currency,
        lang=draft.lang or known.lang,
        modified_at=draft.modified_at,
        cancelled=False,
        revision=known.revision + 1,
    )


def settled(order: HqOrder, found: str | Doubt) -> HqOrder:
    """The order with the outcome of routing: a store for the first time, or a doubt for a person.

    What a person has decided is not asked again with every message about the order.
    """
    if isinstance(found, Doubt):
        is_decided = bool(order.resolved_by and order.store_id) and found.code in ABOUT_THE_PLACE
        return msgspec.structs.replace(order, doubt=None if is_decided else found)
    if order.store_id and found != order.store_id:
        return msgspec.structs.replace(order, doubt=Doubt(code="store_changed", said=found))
    return msgspec.structs.replace(order, store_id=found, doubt=None)


def resolved(order: HqOrder, store_id: str, *, by: str) -> HqOrder:
    """The order once a person has decided where it is to be picked."""
    if not order.needs_person or order.cancelled:
        raise NothingToDecide
    if order.store_id and order.store_id != store_id:
        raise AlreadyAtStore(store=order.store_id)
    if not order.lines:
        raise NoLines
    return msgspec.structs.replace(
        order, store_id=store_id, doubt=None, resolved_by=by, revision=order.revision + 1
    )


def neutral(order: HqOrder) -> NeutralOrder:
    """What goes down to the store."""
    return NeutralOrder(
        order_id=order.order_id,
        source=order.source,
        source_id=order.source_id,
        shown_number=order.shown_number,
        store_id=order.store_id,
        customer_key=order.customer_key,
        customer_name=order.customer_name,
        lines=list(order.lines),
        promise_at=order.promise_at,
        hold_until=order.hold_until,
        token_hash=order.token_hash,
        placed_at=order.placed_at,
        currency=order.currency,
        revision=order.revision,
        cancelled=order.cancelled,
        lang=order.lang,
    )
