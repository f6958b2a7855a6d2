"""Orders for tests, in the words of the store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from edge.orders.rules import LineFacts, Order, intake, life
from sync.core.neutral import NeutralLine, NeutralOrder

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
COFFEE = LineFacts(made_to_order=True, prep_seconds=240)
CATALOGUE = {
    "SKU-001": LineFacts(zone="ambient", aisle_order=7),
    "SKU-002": LineFacts(zone="chilled", aisle_order=3),
    "SKU-061": COFFEE,
}

NeutralMaker = Callable[..., NeutralOrder]
OrderMaker = Callable[..., Order]


def make_neutral(*skus: str, n: int = 1, **changes: object) -> NeutralOrder:
    """A neutral order of these skus, two of each."""
    fields: dict[str, object] = {
        "order_id": f"0192f0c0-0000-7000-8000-{n:012d}",
        "source": "woocommerce",
        "source_id": str(700 + n),
        "shown_number": str(700 + n),
        "store_id": "harbour-lane",
        "customer_key": f"c-{n}",
        "customer_name": "Ana K.",
        "lines": [
            NeutralLine(line_no=i, sku=sku, name=f"name of {sku}", qty=2, unit_price_minor=300)
            for i, sku in enumerate(skus or ("SKU-001", "SKU-002"), start=1)
        ],
        "promise_at": NOON + timedelta(hours=2),
        "hold_until": NOON + timedelta(hours=8),
        "token_hash": f"{n:064x}",
        "placed_at": NOON,
        "currency": "JPY",
    }
    return NeutralOrder(**{**fields, **changes})  # type: ignore[arg-type]


def make_order(*skus: str, n: int = 1, **changes: object) -> Order:
    """An accepted order of these skus."""
    neutral = make_neutral(*skus, n=n)
    received, _ = intake.receive(neutral, CATALOGUE, number=f"A-{n:02d}", day="2026-11-22")
    return replace(life.accept(received)[0], **changes)  # type: ignore[arg-type]


@pytest.fixture
def a_neutral() -> NeutralMaker:
    """Make neutral orders."""
    return make_neutral


@pytest.fixture
def an_order() -> OrderMaker:
    """Make accepted orders."""
    return make_order
