"""The offers of the rehearsed day, made in the office and printed as codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from edge.rehearsal.asking import Asks
from edge.rehearsal.conducting import Tempo
from edge.rehearsal.day import Day
from edge.rehearsal.shoppers import Printed

_TEXTS = (
    ("Warm apple crumble", "焼きたてアップルクランブル", "SKU-066", 390, 5, 18),
    ("Two grilled onigiri", "焼きおにぎり 2個", "SKU-064", 300, 5, 24),
)


def print_offers(
    office: Asks, tell: Callable[[str, dict[str, object]], Any], tempo: Tempo, day: Day
) -> list[Printed]:
    """Make each offer, and print its code."""
    return [_print(office, tell, tempo, day, n=n) for n in range(len(_TEXTS))]


def _print(
    office: Asks, tell: Callable[[str, dict[str, object]], Any], tempo: Tempo, day: Day, *, n: int
) -> Printed:
    english, japanese, sku, price, minutes, limit = _TEXTS[n]
    wish = {
        "kind": "fresh",
        "texts": {
            "en": {"title": english, "why": "Made fresh while you come"},
            "ja": {"title": japanese, "why": "ご来店に合わせてお作りします"},
        },
        "price_minor": price,
        "was_minor": price + 100,
        "currency": "JPY",
        "starts_at": tempo.moment(day.begins_s).isoformat(),
        "ends_at": tempo.moment(day.closes_s + 3600).isoformat(),
        "limit": limit,
        "preparation_minutes": minutes,
        "sku": sku,
        "goes_with": ["*"],
    }
    made = office.post("/api/v1/offers", wish).said
    offer_id = str(made["offer_id"])
    [printed] = tell("qr", {"codes": [f"offer:{offer_id}"]})
    return Printed(offer_id, str(printed["code"]), limit)
