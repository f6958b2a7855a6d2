"""redemption (up): one use of an offer. Append-only; a correction would be another fact."""

from __future__ import annotations

import msgspec

from sync.core.canonical import canonical
from sync.records.record import CannotFold, Direction, Heard, RecordType, body_as


class Redemption(msgspec.Struct, frozen=True, kw_only=True):
    """One of an offer was taken, and whether the desk gave it out, or it went back to what is left."""

    redemption_id: str
    offer_id: str
    store_id: str
    redeemed_at: str
    order_id: str = ""
    surface: str = ""
    price_minor: int = 0
    currency: str = ""
    honoured_at: str = ""
    released_at: str = ""


def fold(current: Redemption | None, heard: Heard) -> Redemption:
    """Redeemed once, then given out or given back once; the first of each stands."""
    if heard.kind == "offer_honoured":
        return _honoured(current, heard)
    if heard.kind == "offer_released":
        return _released(current, heard)
    told: Redemption = body_as(Redemption, heard, store_id=heard.store_id, redeemed_at=heard.at)
    return told if current is None else current


def merge(one: Redemption, other: Redemption) -> Redemption:
    """Both know the same fact; the one that knows of the desk knows more."""
    return max(
        one, other, key=lambda each: (bool(each.honoured_at or each.released_at), canonical(each))
    )


def _honoured(current: Redemption | None, heard: Heard) -> Redemption:
    if current is None:
        raise CannotFold("honoured before it was redeemed")
    return msgspec.structs.replace(current, honoured_at=current.honoured_at or heard.at)


def _released(current: Redemption | None, heard: Heard) -> Redemption:
    if current is None or current.honoured_at:
        raise CannotFold("given back before it was redeemed, or after it was given out")
    return msgspec.structs.replace(current, released_at=current.released_at or heard.at)


REDEMPTION = RecordType(
    name="redemption",
    shape=Redemption,
    direction=Direction.UP,
    merge=merge,
    kinds=frozenset({"offer_redeemed", "offer_honoured", "offer_released"}),
    fold=fold,
    digest_fields=("offer_id", "order_id", "price_minor"),
)
