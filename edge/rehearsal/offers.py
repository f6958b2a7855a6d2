"""The offers of the rehearsed day, made in the office and printed as codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from edge.rehearsal.asking import Asks
from edge.rehearsal.conducting import Tempo
from edge.rehearsal.day import Day
from edge.rehearsal.shoppers import Printed
from sync.core.gates.facts import ANY_ORDER

# Also on the morning after, for whoever looks around then.
_LAST_SECONDS = 86_400.0

Tell = Callable[[str, dict[str, object]], Any]


class _Made(NamedTuple):
    english: str
    japanese: str
    sku: str
    price: int
    minutes: int
    limit: int
    goes_with: tuple[str, ...] = ()


# Two for whoever scans a code in the store, one for whoever is on the way.
_OFFERS = (
    _Made("Warm apple crumble", "焼きたてアップルクランブル", "SKU-066", 390, 5, 18),
    _Made("Two grilled onigiri", "焼きおにぎり 2個", "SKU-064", 300, 5, 24),
    _Made(
        "Flat white for the way home",
        "お帰りのフラットホワイト",
        "SKU-061",
        350,
        3,
        60,
        (ANY_ORDER,),
    ),
)


class Codes(NamedTuple):
    """What is printed: the offers that shoppers use up, and the one that lasts into the morning after."""

    in_store: list[Printed]
    lasting: Printed


def print_offers(office: Asks, tell: Tell, tempo: Tempo, day: Day) -> Codes:
    """Make each offer and print its code."""
    window = (
        tempo.moment(day.begins_s).isoformat(),
        tempo.moment(day.closes_s + _LAST_SECONDS).isoformat(),
    )
    ids = [_make(office, offer, window) for offer in _OFFERS]
    *in_store, lasting = (
        Printed(offer_id, _code(tell, offer_id), offer.limit)
        for offer_id, offer in zip(ids, _OFFERS, strict=True)
    )
    return Codes(in_store, lasting)


def _make(office: Asks, offer: _Made, window: tuple[str, str]) -> str:
    wish = {
        "kind": "fresh",
        "texts": {
            "en": {"title": offer.english, "why": "Made fresh while you come"},
            "ja": {"title": offer.japanese, "why": "ご来店に合わせてお作りします"},
        },
        "price_minor": offer.price,
        "was_minor": offer.price + 100,
        "currency": "JPY",
        "starts_at": window[0],
        "ends_at": window[1],
        "limit": offer.limit,
        "preparation_minutes": offer.minutes,
        "sku": offer.sku,
        "goes_with": offer.goes_with,
    }
    return str(office.post("/api/v1/offers", wish).said["offer_id"])


def _code(tell: Tell, offer_id: str) -> str:
    [printed] = tell("qr", {"codes": [f"offer:{offer_id}"]})
    return str(printed["code"])
