"""The catalogue over the web: found in the reader's language, on paired screens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge import http
from edge.app import create_app
from edge.cli.products import take_over
from edge.http import Caller
from edge.products import store
from tests.world import open_edge

DEMO = (Path(__file__).parents[3] / "config" / "demo" / "products.csv").read_text("utf-8")
KIOSK = {"X-Role": "device"}


@pytest.fixture
def kiosk(tmp_path) -> Iterator:
    """A kiosk in a store with the invented catalogue."""
    edge = open_edge(tmp_path, [store.migrations])
    take_over(edge, DEMO)
    app = create_app(edge)

    def identify(request) -> Caller:
        role = request.headers.get("X-Role", "")
        return Caller(role=role, id="kiosk-1", device_id="kiosk-1") if role else Caller()

    app.extensions["store_edge"] = http.Ports(edge, identify)
    yield app.test_client()
    edge.close()


def test_products_are_found_in_the_readers_language(kiosk) -> None:
    """One product, two names; price and place are the same."""
    english = kiosk.get("/api/v1/products?q=miso", headers=KIOSK).json["products"]
    japanese = kiosk.get("/api/v1/products?q=miso&lang=ja", headers=KIOSK).json["products"]
    assert [each["name"] for each in english] == ["White miso"]
    assert [each["name"] for each in japanese] == ["西京白みそ"]
    assert english[0]["price_minor"] == japanese[0]["price_minor"] == 428


def test_one_product_is_shown_by_sku_or_bar_code(kiosk) -> None:
    """What a scanner in the hand reads."""
    by_sku = kiosk.get("/api/v1/products/SKU-061", headers=KIOSK).json
    by_bar_code = kiosk.get(f"/api/v1/products/{by_sku['gtin']}", headers=KIOSK).json
    assert by_sku == by_bar_code
    assert (by_sku["product_class"], by_sku["prep_minutes"]) == ("made_to_order", 3)


def test_an_unknown_product_is_refused_by_name(kiosk) -> None:
    """In the one shape, with what was asked for."""
    answer = kiosk.get("/api/v1/products/SKU-999", headers=KIOSK)
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "product_unknown"


def test_a_very_long_question_is_cut_not_obeyed(kiosk) -> None:
    """Nobody searches for a book."""
    answer = kiosk.get(f"/api/v1/products?q={'x' * 3000}", headers=KIOSK)
    assert answer.json == {"products": []}


def test_strangers_do_not_browse_the_catalogue(kiosk) -> None:
    """Paired screens only."""
    assert kiosk.get("/api/v1/products?q=miso").status_code == 401
