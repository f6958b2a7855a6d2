"""order (both ways): HQ routes orders down; what a store takes in itself, it tells HQ of.

The store owns an order once it has it: HQ asks (a higher revision, or `cancelled`), the store answers by
events. An order taken in the store travels up without names: those stay in the store.
"""

from __future__ import annotations

import msgspec

from sync.core.merge import revision
from sync.core.neutral import NeutralLine, NeutralOrder
from sync.records.record import CannotFold, Direction, Heard, RecordType, body_as


class RoutedLine(NeutralLine, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A line as it comes down the feed: what a newer HQ adds is let pass."""


class RoutedOrder(NeutralOrder, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """An order as it comes down the feed: what a newer HQ adds is let pass."""

    lines: list[RoutedLine]  # type: ignore[assignment]


class TakenInStore(msgspec.Struct, frozen=True, kw_only=True):
    """What HQ learns of an order that came in at the store's own till, kiosk or network."""

    order_id: str
    store_id: str
    number: str
    lines: int
    taken_at: str
    revision: int = 1


def fold(current: TakenInStore | None, heard: Heard) -> TakenInStore | None:
    """A new order of the store's own; HQ's orders coming back are no news."""
    if heard.origin != "edge" or current is not None:
        return current
    if heard.kind != "order_received":
        raise CannotFold(f"{heard.kind} before order_received")
    taken: TakenInStore = body_as(TakenInStore, heard, store_id=heard.store_id, taken_at=heard.at)
    return taken


ORDER = RecordType(
    name="order",
    shape=RoutedOrder,
    up_shape=TakenInStore,
    direction=Direction.BOTH,
    merge=revision.merge,
    kinds=frozenset({"order_received"}),
    fold=fold,
    digest_fields=("revision",),
)
