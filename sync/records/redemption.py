"""redemption (up): one use of an offer. Append-only; a correction would be another fact."""

from __future__ import annotations

import msgspec

from sync.core.canonical import canonical
from sync.records.record import CannotFold, Direction, Heard, RecordType, body_as


class Redemption(msgspec.Struct, frozen=True, kw_only=True):
    """One of an offer was taken, and whether the desk gave out what a code stood for."""

    redemption_id: str
    offer_id: str
    store_id: str
    redeemed_at: str
    order_id: str = ""
    surface: str = ""
    price_minor: int = 0
    currency: str = ""
    honoured_at: str = ""


def fold(current: Redemption | None, heard: Heard) -> Redemption:
    """Redeemed once, honoured once; the first of each stands."""
    if heard.kind == "offer_honoured":
        return _honoured(current, heard)
    told: Redemption = body_as(Redemption, heard, store_id=heard.store_id, redeemed_at=heard.at)
    return told if current is None else current


def merge(one: Redemption, other: Redemption) -> Redemption:
    """Both know the same fact; the one that knows of the desk knows more."""
    return max(one, other, key=lambda each: (bool(each.honoured_at), canonical(each)))


def _honoured(current: Redemption | None, heard: Heard) -> Redemption:
    if current is None:
        raise CannotFold("honoured before it was redeemed")
    return msgspec.structs.replace(current, honoured_at=current.honoured_at or heard.at)


REDEMPTION = RecordType(
    name="redemption",
    shape=Redemption,
    direction=Direction.UP,
    merge=merge,
    kinds=frozenset({"offer_redeemed", "offer_honoured"}),
    fold=fold,
    digest_fields=("offer_id", "order_id", "price_minor"),
)
