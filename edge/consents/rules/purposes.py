"""What a consent can be for. Each stands alone, each is off until granted; a new use is a new purpose."""

from enum import StrEnum

import msgspec


class Purpose(StrEnum):
    """What data may be used for."""

    ARRIVAL_TIMING = "arrival_timing"
    PURCHASE_OFFERS = "purchase_offers"
    ADJACENT_OFFER = "adjacent_offer"
    MESSAGES = "messages"
    STATISTICS = "statistics"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a purpose, whatever words it is asked with."""

    data_categories: tuple[str, ...]
    recipients: tuple[str, ...]
    storage: str
    retention: str
    is_for_one_order: bool = False
    is_sensitive: bool = False
    yields_to_gpc: bool = True
    needs: tuple[Purpose, ...] = ()


FACTS: dict[Purpose, Facts] = {
    Purpose.ARRIVAL_TIMING: Facts(
        data_categories=("distance to the store", "time of the report", "accuracy"),
        recipients=("the store",),
        storage="memory of the store's own computer",
        retention="until handover, stop, or 2 hours; never stored",
        is_for_one_order=True,
        is_sensitive=True,
        yields_to_gpc=False,
    ),
    Purpose.PURCHASE_OFFERS: Facts(
        data_categories=("purchase history",),
        recipients=("the chain", "the store"),
        storage="the chain's database",
        retention="until withdrawn",
    ),
    Purpose.ADJACENT_OFFER: Facts(
        data_categories=("expected time of arrival", "goods of this order"),
        recipients=("the store",),
        storage="memory of the store's own computer",
        retention="until handover",
        is_for_one_order=True,
        # Only the order at hand is looked at, so this does not rest on purchase history.
        needs=(Purpose.ARRIVAL_TIMING,),
    ),
    Purpose.MESSAGES: Facts(
        data_categories=("contact",),
        recipients=("the chain",),
        storage="the chain's database",
        retention="until withdrawn",
    ),
    Purpose.STATISTICS: Facts(
        data_categories=("visit times",),
        recipients=("the chain",),
        storage="the chain's database",
        retention="until withdrawn",
    ),
}
