"""A redemption as it is shown, wherever it was made."""

from __future__ import annotations

from datetime import datetime

import msgspec

from edge.offers.rules.redemption import Redemption, as_said


class RedemptionShown(msgspec.Struct, frozen=True, kw_only=True):
    """One use of an offer; `said` is the code as people say it."""

    result: str
    redemption_id: str
    offer_id: str
    spoken_code: str
    said: str
    price_minor: int
    currency: str
    surface: str
    redeemed_at: datetime
    order_id: str
    honoured_at: datetime | None


def show_redemption(redemption: Redemption) -> RedemptionShown:
    """A redemption that was ok."""
    return RedemptionShown(
        result="ok",
        redemption_id=redemption.redemption_id,
        offer_id=redemption.offer_id,
        spoken_code=redemption.spoken_code,
        said=as_said(redemption.spoken_code),
        price_minor=redemption.price_minor,
        currency=redemption.currency,
        surface=redemption.surface,
        redeemed_at=redemption.redeemed_at,
        order_id=redemption.order_id,
        honoured_at=redemption.honoured_at,
    )
