"""Receiving an order joins lines, catalogue and customer in one instant, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from edge.acts.receive_order import receive_order
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.orders.rules import Finish, State
from edge.orders.rules.refusals import WrongStoreOrder
from edge.products import store as products
from edge.products.rules import Product, ProductClass
from edge.profiles import store as profiles
from sync.core.neutral import NeutralLine, NeutralOrder
from tests.world import open_edge

AT = datetime(2026, 11, 23, tzinfo=UTC)
COFFEE = Product(
    sku="SKU-061",
    gtin="",
    name_en="Flat white",
    name_ja="",
    aisle_order=900,
    price_minor=450,
    currency="JPY",
    prep_minutes=4,
    product_class=ProductClass.MADE_TO_ORDER,
)


def neutral(**changes) -> NeutralOrder:
    """A coffee for Ana."""
    fields = {
        "order_id": "0192f0c0-0000-7000-8000-000000000001",
        "source": "woocommerce",
        "source_id": "701",
        "shown_number": "701",
        "store_id": "harbour-lane",
        "customer_key": "c-1",
        "customer_name": "Ana K.",
        "lines": [NeutralLine(line_no=1, sku="SKU-061", name="?", qty=1, unit_price_minor=450)],
        "promise_at": AT + timedelta(hours=1),
        "hold_until": AT + timedelta(hours=5),
        "token_hash": "a" * 64,
        "placed_at": AT,
        "currency": "JPY",
    }
    return NeutralOrder(**{**fields, **changes})


@pytest.fixture
def edge(tmp_path) -> Iterator:
    """A store that sells coffee."""
    tables = [orders_store.migrations, products.migrations, profiles.migrations]
    opened = open_edge(tmp_path, tables)
    opened.write(lambda u: products.put(u, COFFEE, revision=1))
    yield opened
    opened.close()


def receive(edge, told):
    """HQ tells of an order."""
    return edge.write(
        lambda u: receive_order(u, told, shop=orders.shop_here(u, edge), origin="hq")
    )


def test_an_order_knows_its_goods_and_its_customer(edge) -> None:
    """What is made to order is known as such; the name stands in the erasable table only."""
    order = receive(edge, neutral())
    assert (order.state, order.finish) == (State.ACCEPTED, Finish.WAITING)
    assert order.lines[0].facts.prep_seconds == 240
    with edge.read() as reader:
        assert profiles.load(reader, "c-1").display_name == "Ana K."
        kept = repr(
            [tuple(r) for t in ("orders", "events") for r in reader.rows(f"SELECT * FROM {t}")]
        )
    assert "Ana" not in kept


def test_the_catalogue_asks_for_an_age_where_the_shop_did_not(edge) -> None:
    """Shops seldom say it; the board does, and so does the row that is read again."""
    edge.write(lambda u: products.put(u, replace(COFFEE, age_check=True), revision=2))
    order = receive(edge, neutral())
    assert order.lines[0].age_check
    with edge.read() as reader:
        assert orders_store.load(reader, order.order_id).lines == order.lines


def test_an_order_that_is_refused_leaves_no_customer(edge) -> None:
    """All or nothing."""
    with pytest.raises(WrongStoreOrder):
        receive(edge, neutral(store_id="mill-road"))
    with edge.read() as reader:
        assert profiles.load(reader, "c-1") is None


def test_an_order_that_came_cancelled_makes_nobody_known(edge) -> None:
    """There is no live order, so there is no reason to know its customer."""
    assert receive(edge, neutral(cancelled=True)).state is State.CANCELLED
    with edge.read() as reader:
        assert profiles.load(reader, "c-1") is None
