"""How a neutral order becomes this store's order, and what a later revision may change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from edge.orders.rules import events as it
from edge.orders.rules.life import Step, cancel
from edge.orders.rules.order import CLOSED, Line, LineFacts, Order, State, finish_of
from edge.orders.rules.refusals import WrongStoreOrder
from sync.core.neutral import NeutralLine, NeutralOrder

BEFORE_PICKING = frozenset({State.RECEIVED, State.ACCEPTED})
UNKNOWN_SKU = LineFacts()

Catalogue = Mapping[str, LineFacts]


class Source(StrEnum):
    """Who tells us of an order: HQ's word is not sent back to it."""

    EDGE = "edge"
    HQ = "hq"


@dataclass(frozen=True, slots=True)
class Shop:
    """What this feature must know of the store it works in."""

    store_id: str
    store_code: str
    timezone: str
    pepper: bytes
    auto_accept: bool = True


def for_this_store(neutral: NeutralOrder, shop: Shop) -> None:
    """Refuse an order that was routed to another store."""
    if neutral.store_id != shop.store_id:
        raise WrongStoreOrder(store_id=neutral.store_id)


def receive(neutral: NeutralOrder, catalogue: Catalogue, *, number: str, day: str) -> Step:
    """A new order of this store."""
    lines = lines_of(neutral, catalogue)
    order = Order(
        order_id=neutral.order_id,
        number=number,
        store_day=day,
        source=neutral.source,
        source_id=neutral.source_id,
        shown_number=neutral.shown_number,
        customer_key=neutral.customer_key,
        token_hash=neutral.token_hash,
        lines=lines,
        finish=finish_of(lines),
        placed_at=neutral.placed_at,
        promise_at=neutral.promise_at,
        hold_until=neutral.hold_until,
        currency=neutral.currency,
        lang=neutral.lang,
        revision=neutral.revision,
    )
    event = it.OrderReceived(
        order_id=order.order_id, number=number, lines=len(lines), revision=neutral.revision
    )
    return order, [event]


def revise(order: Order, neutral: NeutralOrder, catalogue: Catalogue) -> Step:
    """Take over a newer revision as far as the order allows; an older one changes nothing."""
    if neutral.revision <= order.revision:
        return order, []
    known = replace(order, revision=neutral.revision)
    if neutral.cancelled:
        return _cancel_or_say_why_not(known)
    if order.state in CLOSED:
        return known, [_change_refused(known)]
    timed = replace(known, promise_at=neutral.promise_at, hold_until=neutral.hold_until)
    if order.state in BEFORE_PICKING:
        lines = lines_of(neutral, catalogue)
        changed = replace(timed, lines=lines, finish=finish_of(lines))
        return changed, [it.OrderChanged(order_id=order.order_id, revision=neutral.revision)]
    if _same_wishes(order, neutral):
        return timed, [it.OrderChanged(order_id=order.order_id, revision=neutral.revision)]
    return timed, [_change_refused(timed)]


def lines_of(neutral: NeutralOrder, catalogue: Catalogue) -> tuple[Line, ...]:
    """The lines with what the catalogue knows of their skus; unknown skus are shelf goods."""
    return tuple(_line(line, catalogue.get(line.sku, UNKNOWN_SKU)) for line in neutral.lines)


def _line(line: NeutralLine, facts: LineFacts) -> Line:
    # Who asks for an age may be the shop or the catalogue: either is enough.
    age_check = line.age_check or facts.age_check
    return Line(
        line_no=line.line_no,
        sku=line.sku,
        name=line.name,
        qty=line.qty,
        unit_price_minor=line.unit_price_minor,
        age_check=age_check,
        substitute_allowed=line.substitute_allowed,
        facts=replace(facts, age_check=age_check),
    )


def _cancel_or_say_why_not(order: Order) -> Step:
    if order.state is State.CANCELLED:
        return order, []
    if order.state in CLOSED:
        return order, [it.CancelRefused(order_id=order.order_id, state=order.state.value)]
    return cancel(order)


def _change_refused(order: Order) -> it.OrderChangeRefused:
    return it.OrderChangeRefused(
        order_id=order.order_id, revision=order.revision, state=order.state.value
    )


def _same_wishes(order: Order, neutral: NeutralOrder) -> bool:
    ours = {(line.line_no, line.sku, line.qty) for line in order.lines}
    return ours == {(line.line_no, line.sku, line.qty) for line in neutral.lines}
