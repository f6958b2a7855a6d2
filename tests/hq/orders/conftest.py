"""A Shopify shop beside the web shop, served on the loopback address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sync.hq.orders.web.worker import ShopWorker
from tests.hq.orders import shopify_bodies as bodies
from tests.hq.orders.fake_shop import TOKEN, FakeShop, serving
from tests.hq.world import World


class Shopify:
    """HQ with a Shopify shop: send webhooks, let the worker work, look at what came of it."""

    def __init__(self, world: World, shop: FakeShop) -> None:
        self.world, self.shop = world, shop
        self.worker = ShopWorker(world.hq)

    def send(self, said: object, topic: str = "orders/create", **more: Any) -> TestResponse:
        """Deliver a signed webhook."""
        body = bodies.encoded(said)
        given = bodies.headers(topic, body, **more)
        return self.world.client.post("/hooks/shopify", data=body, headers=given)

    def place(self, order_id: int = 9001, *works: dict[str, Any], **changes: Any) -> TestResponse:
        """An order is placed: the shop knows it and tells of it."""
        self.shop.orders[str(order_id)] = bodies.answered(order_id, list(works) or None)
        return self.send(bodies.order(order_id, **changes))

    def work(self) -> int:
        """Let the worker do what is due."""
        return self.worker.work()

    def order(self, order_id: int = 9001) -> dict[str, Any]:
        """The order at HQ."""
        [row] = [row for row in self.world.table("orders") if row["source_id"] == str(order_id)]
        return row

    def doubt(self, order_id: int = 9001) -> str:
        """Why a person must look, or empty."""
        said = self.order(order_id)["doubt"]
        return json.loads(said)["code"] if said else ""

    def fed(self, store_id: str = "harbour-lane") -> list[dict[str, Any]]:
        """The orders in a store's feed."""
        rows = [row for row in self.world.table("feed") if row["store_id"] == store_id]
        return [json.loads(row["body"]) for row in rows if row["record_type"] == "order"]

    def calls(self) -> list[dict[str, Any]]:
        """Calls that wait or are done."""
        return self.world.table("shop_calls")


@pytest.fixture
def fake_shop() -> Iterator[FakeShop]:
    """The shop's own server."""
    with serving() as shop:
        yield shop


@pytest.fixture
def shopify(world: World, fake_shop: FakeShop) -> Shopify:
    """HQ knows the shop, its token and which location is Harbour Lane."""
    world.command(
        "add-shop",
        name="shopify",
        adapter="shopify",
        currency="JPY",
        lang="en",
        url=fake_shop.url,
        secret=bodies.SECRET,
        token=TOKEN,
    )
    world.command(
        "shop-location", name="shopify", location=bodies.HARBOUR, store_id="harbour-lane"
    )
    return Shopify(world, fake_shop)
