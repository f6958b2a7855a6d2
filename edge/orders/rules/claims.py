"""Who fetches an order, and until when that is theirs: a lease that each pick makes longer.

A claim that ran out frees the order for others, and stays good for its holder until somebody takes it.
What fences is who holds the order, never the time: a late pick of somebody who lost it is refused by name.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from edge.orders.rules import life
from edge.orders.rules import refusals as no
from edge.orders.rules.order import Order, State

LEASE = timedelta(minutes=10)
# A pick every few seconds need not write the order's row each time.
COARSE = timedelta(minutes=1)
_FETCHING = frozenset({State.PICKING, State.PICKED})


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody who works on an order at a moment, and how long that keeps it theirs."""

    by: str
    at: datetime
    lease: timedelta = LEASE


def has_lapsed(order: Order, at: datetime) -> bool:
    """Whether somebody had this order, and let their time run out."""
    until = order.picking_until
    return order.state is State.PICKING and until is not None and at >= until


def begin(order: Order, claim: Claim) -> life.Step:
    """Claim the order and set out; one whose claim ran out is free to go on with."""
    if order.picking_by != claim.by and has_lapsed(order, claim.at):
        return take_over(order, claim)
    begun, events = life.start_picking(order, by=claim.by)
    return _theirs(begun, claim), events


def take_over(order: Order, claim: Claim, *, holder: str = "") -> life.Step:
    """Go on with what somebody else began: with what `holder` has, if they are named."""
    if holder and order.picking_by not in {holder, claim.by}:
        raise no.ClaimMovedOn(number=order.number, picking_by=order.picking_by)
    taken, events = life.take_over(order, by=claim.by)
    return _theirs(taken, claim), events


def held(order: Order, claim: Claim) -> Order:
    """The order with its claim made longer; refused by name to everybody who does not hold it."""
    if order.state not in _FETCHING or not order.picking_by:
        return order
    if order.picking_by != claim.by:
        raise no.AlreadyPickedByAnother(number=order.number, picking_by=order.picking_by)
    left = order.picking_until - claim.at if order.picking_until else timedelta(0)
    return order if left > claim.lease - COARSE else _theirs(order, claim)


def _theirs(order: Order, claim: Claim) -> Order:
    return replace(order, picking_by=claim.by, picking_until=claim.at + claim.lease)
