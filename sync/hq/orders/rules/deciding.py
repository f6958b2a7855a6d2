"""What a person decides about a doubtful order, and when that can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from sync.core.errors import Refusal
from sync.hq.orders.rules.intake import HqOrder, NothingToDecide
from sync.hq.orders.rules.route import Doubt

What = Literal["store", "not_pickup"]
# States in which nobody at the store has touched the order yet.
_UNTOUCHED = frozenset({"", "received", "accepted"})


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision with what it answered; `store_before` is empty when no store knew of the order."""

    order_id: str
    shown_number: str
    what: What
    store_id: str
    store_before: str
    doubt: Doubt
    by_name: str
    at: datetime
    undone_by: str = ""


class DecidedBefore(Refusal):
    """Somebody else was faster."""

    code = "decided_before"
    status = 409
    sentence = "{name} decided this a moment before you. Nothing was changed by your tap."


class CannotTakeBack(Refusal):
    """The goods may be in somebody's hands already."""

    code = "cannot_take_back"
    status = 409
    sentence = (
        "{store} has begun with this order, so it stays there. Ring the store if it is wrong."
    )


class StoreNotInTouch(Refusal):
    """Nobody here knows how far the store is with the order."""

    code = "store_not_in_touch"
    status = 409
    sentence = "{store} has the order and is not in touch just now. Ring it, or try again later."


def refuse_late(order: HqOrder, *, by: str) -> None:
    """Refuse whoever comes second, naming who was first."""
    if not order.needs_person and order.resolved_by and order.resolved_by != by:
        raise DecidedBefore(name=order.resolved_by)


def not_a_pickup(order: HqOrder, *, by: str) -> HqOrder:
    """The order once a person has said that no store of ours is meant; a store that has it hears of the end."""
    if not order.needs_person or order.cancelled:
        raise NothingToDecide
    return msgspec.structs.replace(
        order, cancelled=True, doubt=None, resolved_by=by, revision=order.revision + 1
    )


def reopened(order: HqOrder, decision: Decision) -> HqOrder:
    """The order as it waited before, where no store has to be told."""
    is_back = decision.what == "not_pickup" and not order.store_id
    return msgspec.structs.replace(
        order,
        doubt=decision.doubt,
        resolved_by="",
        cancelled=False if is_back else order.cancelled,
        revision=order.revision + 1,
    )


def check_untouched(state: str, *, store: str, may_have: bool, in_touch: bool) -> None:
    """Refuse to take an order back that somebody may hold. `state` is the store's last word, or empty."""
    if state not in _UNTOUCHED:
        raise CannotTakeBack(store=store)
    if may_have and not in_touch:
        raise StoreNotInTouch(store=store)


def split(
    order: HqOrder, decision: Decision, *, order_id: str, token_hash: str
) -> tuple[HqOrder, HqOrder]:
    """What stays at the store, called off, and what waits for a person again under an id of its own.

    An order never moves: the store's record of it stays true, and the nightly proof with it.
    """
    stays = msgspec.structs.replace(
        order,
        cancelled=True,
        # The end of our own id: an order may be taken back more than once.
        source_id=f"{order.source_id[:50]}~{order.order_id[-12:]}",
        revision=order.revision + 1,
    )
    waits = msgspec.structs.replace(
        order,
        order_id=order_id,
        token_hash=token_hash,
        store_id="",
        doubt=decision.doubt,
        resolved_by="",
        revision=1,
    )
    return stays, waits
