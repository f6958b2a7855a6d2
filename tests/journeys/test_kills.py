"""Ten kills of each side while orders pour in: what was acknowledged is there once, at both ends."""

from __future__ import annotations

import random
import statistics
import threading
import time

import pytest
import requests

from tests.journeys.shop import TELLS_TOO_EARLY, Shop

KILLS = 10
READY_SECONDS = 3.0

pytestmark = pytest.mark.journey


class Customers(threading.Thread):
    """Orders at one side, as fast as it takes them; the ledger of what was acknowledged is ours."""

    def __init__(self, shop: Shop, side: str) -> None:
        super().__init__(daemon=True)
        self.shop, self.side = shop, side
        self.acknowledged: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        """Order until told to stop; one that was not answered is asked again with its own key."""
        while not self.stopping.is_set():
            order = self.shop.new_order()
            while not self.stopping.is_set():
                try:
                    self.acknowledged.append(self._send(order))
                    time.sleep(0.05)
                    break
                except (requests.RequestException, AssertionError):
                    time.sleep(0.02)

    def _send(self, order) -> str:
        if self.side == "edge":
            self.shop.post_edge("/api/v1/orders", order)
            return order["order_id"]
        said = {
            "source_id": order["source_id"],
            "store": "Harbour Lane",
            "currency": "JPY",
            "lines": [{"sku": "SKU-001", "qty": 1, "unit_price_minor": 300}],
        }
        return self.shop.post_hq("/api/v1/orders", said, order["order_id"])["order_id"]


def kill_in_turns(shop: Shop, sides, *, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(kills):
        for side in sides:
            time.sleep(chance.uniform(0.05, 0.4))
            side.kill()
            side.start()


def test_ten_kills_of_each_side_lose_and_double_nothing_that_was_acknowledged(tmp_path):
    """Ready again within three seconds each time; in the end both hold the same orders, once."""
    shop = Shop(tmp_path)
    people = [Customers(shop, side) for side in ("edge", "edge", "hq", "hq")]
    try:
        for each in people:
            each.start()
        kill_in_turns(shop, [shop.edge, shop.hq], kills=KILLS, seed=7)
        for each in people:
            each.stopping.set()
        for each in people:
            each.join(20)
        told = [order_id for each in people for order_id in each.acknowledged]
        assert len(told) > 40
        shop.wait_until(lambda: set(told) <= at_edge(shop) and set(told) <= at_hq(shop), 60)
        assert len(told) == len(set(told))
        assert numbers_of(shop) == list(range(1, len(numbers_of(shop)) + 1))
        for side in (shop.edge, shop.hq):
            # The middle one: beside other work on two cores a single start may have to wait its turn.
            assert statistics.median(side.ready_seconds[1:]) <= READY_SECONDS
    finally:
        shop.close()


def test_a_build_that_answers_before_its_commit_is_caught(tmp_path):
    """The same ledger against a planted fault: something told must be missing."""
    shop = Shop(tmp_path, code=TELLS_TOO_EARLY)
    customer = Customers(shop, "edge")
    try:
        customer.start()
        for _ in range(KILLS):
            told = len(customer.acknowledged)
            shop.wait_until(lambda told=told: len(customer.acknowledged) > told + 1)
            shop.edge.kill()
            shop.edge.start()
            if set(customer.acknowledged) - at_edge(shop):
                return
        pytest.fail("the planted fault was not found")
    finally:
        customer.stopping.set()
        shop.close()


def at_edge(shop: Shop) -> set[str]:
    return {row[0] for row in shop.rows("store/store.db", "SELECT order_id FROM orders")}


def at_hq(shop: Shop) -> set[str]:
    sent_in = shop.rows("hq/hq.sqlite3", "SELECT order_id FROM orders")
    told = shop.rows("hq/hq.sqlite3", "SELECT record_id FROM folded WHERE record_type = 'order'")
    return {row[0] for row in [*sent_in, *told]}


def numbers_of(shop: Shop) -> list[int]:
    return [row[0] for row in shop.rows("store/store.db", "SELECT seq FROM events ORDER BY seq")]
