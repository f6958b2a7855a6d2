"""Fifty kills of each side while orders pour in: what was acknowledged is there once, at both ends.

TEST_KILLS asks for another number.
"""

from __future__ import annotations

import os
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.journeys.shop import TELLS_TOO_EARLY, Service, Shop
from tests.journeys.warm import Warm

KILLS = int(os.environ.get("TEST_KILLS", "50"))
PLANTED_KILLS = 10
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


def kill_again_and_again(side: Service, warm: Warm, *, kills: int, seed: int) -> None:
    """The next kill follows soon after it answers; each fifth start is a cold one, and is measured."""
    chance = random.Random(seed)
    for n in range(kills):
        time.sleep(chance.uniform(0.02, 0.3))
        side.kill()
        side.start(None if n % 5 == 4 else warm)


def test_fifty_kills_of_each_side_lose_and_double_nothing_that_was_acknowledged(tmp_path):
    """Both at once; ready again within three seconds each time; in the end both hold the same orders, once."""
    shop, warm = Shop(tmp_path), Warm()
    people = [Customers(shop, side) for side in ("edge", "edge", "hq", "hq")]
    try:
        for each in people:
            each.start()
        with ThreadPoolExecutor(2) as pool:
            runs = [
                pool.submit(kill_again_and_again, side, warm, kills=KILLS, seed=seed)
                for seed, side in enumerate((shop.edge, shop.hq), 7)
            ]
        for each in people:
            each.stopping.set()
        for each in runs:
            each.result()
        for each in people:
            each.join(20)
        told = [order_id for each in people for order_id in each.acknowledged]
        print(f"{len(told)} orders, {KILLS} kills a side, {starts(shop)}")
        assert len(told) > 4 * KILLS
        shop.wait_until(lambda: set(told) <= at_edge(shop) and set(told) <= at_hq(shop), 60)
        assert len(told) == len(set(told))
        assert doubled(shop) == []
        assert numbers_of(shop) == list(range(1, len(numbers_of(shop)) + 1))
        for side in (shop.edge, shop.hq):
            # The middle one: beside other work on two cores a single start may have to wait its turn.
            assert statistics.median(side.ready_seconds[1:]) <= READY_SECONDS, starts(shop)
    finally:
        for each in people:
            each.stopping.set()
        shop.close()
        warm.close()


def starts(shop: Shop) -> str:
    """How long the restarts took, for whoever reads a failure."""
    middle = [
        f"{name} {statistics.median(side.ready_seconds[1:]):.2f} s"
        for name, side in (("store", shop.edge), ("HQ", shop.hq))
    ]
    return "ready again after " + ", ".join(middle)


def test_a_build_that_answers_before_its_commit_is_caught(tmp_path):
    """The same ledger against a planted fault: something told must be missing."""
    shop = Shop(tmp_path, code=TELLS_TOO_EARLY)
    customer = Customers(shop, "edge")
    try:
        customer.start()
        for _ in range(PLANTED_KILLS):
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


def doubled(shop: Shop) -> list[str]:
    """What a customer sent once and stands there twice, at either end."""
    asked = "SELECT source_id FROM orders GROUP BY source, source_id HAVING COUNT(*) > 1"
    files = ("store/store.db", "hq/hq.sqlite3")
    return [row[0] for file in files for row in shop.rows(file, asked)]


def numbers_of(shop: Shop) -> list[int]:
    return [row[0] for row in shop.rows("store/store.db", "SELECT seq FROM events ORDER BY seq")]
