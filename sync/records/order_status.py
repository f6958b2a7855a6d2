"""order_status (up): how far an order is. The store decides; HQ follows its log, in its order."""

from __future__ import annotations

import msgspec

from sync.core.merge import revision
from sync.records.record import CannotFold, Direction, Heard, RecordType, body_as

STATES = {
    "order_received": "received",
    "order_accepted": "accepted",
    "order_picking_started": "picking",
    "order_picked": "picked",
    "order_staged": "staged",
    "order_ready": "ready",
    "order_handed_over": "handed_over",
    "order_cancelled": "cancelled",
    "order_no_show": "no_show",
    "order_restocked": "restocked",
}
# A correction: it names the state that counts again, and those that were not reached after all.
UNDONE = "order_step_undone"
# The move of a correction that follows from a restore: nobody took anything back.
RESTORED = "restored"
# What the goods being gone, or back on the shelf, can still be followed by.
_AFTER = {
    "handed_over": frozenset[str](),
    "restocked": frozenset[str](),
    "cancelled": frozenset({"restocked"}),
    "no_show": frozenset({"restocked", "handed_over"}),
}


class OrderStatus(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an order stands and when it came to each state; `revision` is the seq of the last event."""

    order_id: str
    store_id: str
    state: str
    number: str = ""
    reached: dict[str, str] = {}
    revision: int = 0


class Correction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a correction says of the order's state."""

    state: str
    move: str = ""
    no_longer: list[str] = []
    number: str = ""


def fold(current: OrderStatus | None, heard: Heard) -> OrderStatus:
    """One step further, or one back. A step after the end has no place: it is kept and shown."""
    if heard.kind == UNDONE:
        return _back(current, heard)
    state = STATES[heard.kind]
    if current is not None and state not in _AFTER.get(current.state, (state,)):
        raise CannotFold(f"{heard.kind} after {current.state}")
    number = heard.body.get("number") or (current.number if current else "")
    return OrderStatus(
        order_id=heard.aggregate_id,
        store_id=heard.store_id,
        state=state,
        number=str(number),
        reached={state: heard.at, **(current.reached if current else {})},
        revision=heard.seq,
    )


def _back(current: OrderStatus | None, heard: Heard) -> OrderStatus:
    said: Correction = body_as(Correction, heard)
    if current is None:
        raise CannotFold(f"{heard.kind} of an order that never came in")
    if said.move == RESTORED and current.state in _AFTER and said.state not in _AFTER:
        # Written by a store that did not know yet how the order ended; it has been told since.
        return current
    reached = {name: at for name, at in current.reached.items() if name not in said.no_longer}
    return msgspec.structs.replace(
        current,
        state=said.state,
        number=said.number or current.number,
        reached=reached,
        revision=heard.seq,
    )


ORDER_STATUS = RecordType(
    name="order_status",
    shape=OrderStatus,
    direction=Direction.UP,
    merge=revision.merge,
    kinds=frozenset({*STATES, UNDONE}),
    fold=fold,
    digest_fields=("number", "state"),
)
