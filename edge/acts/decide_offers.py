"""Decide offers: which ones stand beside an order now, why, and whether they can be ready before its customer."""

from __future__ import annotations

from datetime import datetime

from edge.arrivals import rules as arrivals
from edge.arrivals import store as arrivals_store
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import Source
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.consents import store as consents
from edge.consents.rules import Purpose
from edge.offers import actions, store
from edge.offers.memory import Book
from edge.orders import store as orders
from edge.orders.rules import Order, finish_seconds_left
from sync.core.gates.decision import Decision, decide
from sync.core.gates.facts import Customer, Moment, moment

# What a suggestion looks at: when the customer comes, and the order in hand. No past order is looked at, so the
# purpose of past orders is not needed here; whoever adds a score from history adds it to this list.
NEEDS = (Purpose.ARRIVAL_TIMING, Purpose.ADJACENT_OFFER)
NOTHING = Decision((), ())


def offered(rows: Rows, edge: Edge, order_id: str) -> Decision:
    """What to show beside an order now; kept with its reasons when it is something else than before."""
    decision = decide_offers(rows, edge, order_id)
    if store.offers_seen(rows, order_id) != {shown.offer_id for shown in decision.shown}:
        edge.write(lambda unit: actions.note_shown(unit, order_id, decision))
    return decision


def decide_offers(rows: Rows, edge: Edge, order_id: str) -> Decision:
    """What may be shown beside an order now: nothing once it has ended."""
    order = orders.find(rows, order_id)
    if order is None or not order.is_open:
        return NOTHING
    now = edge.clock.now()
    version = store.book_version(rows)
    book = edge.part(Book).at(version, lambda: store.candidates(rows, now))
    customer, at = beside(rows, edge, order, now)
    return decide(book, customer, at)


def beside(rows: Rows, edge: Edge, order: Order, now: datetime) -> tuple[Customer, Moment]:
    """The customer and the moment of an order, as the gates look at them."""
    skus = frozenset(line.sku for line in order.lines)
    zones = frozenset(line.facts.zone for line in order.lines)
    at = moment(
        now,
        needs=frozenset(each.value for each in NEEDS),
        order=(skus, zones),
        eta_low_at=_eta_low_at(rows, edge, order, now),
        backlog_minutes=_backlog_minutes(rows),
    )
    return _customer(rows, order, now), at


def _customer(rows: Rows, order: Order, now: datetime) -> Customer:
    whose = {"order_id": order.order_id, "customer_key": order.customer_key}
    allowed = (each.value for each in NEEDS if consents.stands(rows, each, **whose, now=now))
    return Customer(
        purposes=frozenset(allowed),
        stopped_kinds=store.stopped_kinds(rows, order.customer_key),
        put_off=store.put_off_for(rows, order.order_id),
        redeemed=store.redeemed_by(rows, order.customer_key),
    )


def _eta_low_at(rows: Rows, edge: Edge, order: Order, now: datetime) -> datetime | None:
    """The early end of the ETA of somebody who is on the way; a promise alone is not an ETA."""
    journey = arrivals_store.load(rows, order.order_id)
    memory, purpose = edge.part(RangeMemory), Purpose.ARRIVAL_TIMING
    may = consents.allows(rows, purpose, order_id=order.order_id, now=now)
    sighting = memory.get(order.order_id, monotonic=edge.clock.monotonic()) if may else None
    learned = memory.learned
    eta = arrivals.expect(journey, sighting, order.promise_at, now, learned=learned)
    return None if eta.source is Source.PROMISED else eta.low_at


def _backlog_minutes(rows: Rows) -> float:
    """Minutes of making that were begun or added before: one pair of hands makes one thing at a time."""
    seconds = sum(finish_seconds_left(order) for order in orders.being_made(rows))
    return seconds / 60 + sum(extra.preparation_minutes for extra in store.open_extras(rows))
