"""Offers for tests, in the words of the store."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge.base.edge import Edge
from edge.offers import store
from edge.offers.rules import Texts, Wish
from tests.world import OPENING, open_edge

WishMaker = Callable[..., Wish]


def make_wish(**changes: object) -> Wish:
    """Half-price bread, ten of them, once per customer, for the first hours of the day."""
    fields: dict[str, object] = {
        "kind": "bakery",
        "texts": {
            "en": Texts(title="Sourdough loaf", body="Baked this morning", why="Best today"),
            "ja": Texts(title="サワードウ", body="今朝の焼き上がり", why="今日が食べごろ"),
        },
        "price_minor": 240,
        "was_minor": 480,
        "currency": "JPY",
        "starts_at": OPENING,
        "ends_at": OPENING + timedelta(hours=4),
        "limit": 10,
        "once_per_customer": True,
        "preparation_minutes": 4,
        "sku": "SKU-061",
        "goes_with": ("SKU-001", "dairy"),
    }
    return Wish(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def a_wish() -> WishMaker:
    """Fill in an offer."""
    return make_wish


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    """An open store with the tables of this feature."""
    opened = open_edge(tmp_path, [store.migrations])
    yield opened
    opened.close()
