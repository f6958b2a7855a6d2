"""Calls at shops survive what shops and machines do: throttled, broken, slow, killed, and never made twice at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.doors.ids import SystemIds
from sync.hq.app import open_hq
from sync.hq.orders.rules.draft import Draft, Ignored
from sync.hq.orders.store import calls as rows
from sync.hq.orders.store import shops
from sync.hq.orders.web.worker import ShopWorker
from tests.hq.orders import shopify_bodies as bodies
from tests.hq.orders.conftest import Shopify
from tests.hq.orders.fake_shop import TOKEN, FakeShop
from tests.hq.orders.shopify_bodies import order, work
from tests.hq.world import World

ROOT = Path(__file__).parents[3]


@pytest.fixture
def dialect() -> str:
    """One is enough here; see TestOnBothDatabases."""
    return "sqlite"


def problem(shopify: Shopify) -> str:
    """What the shop's health says."""
    with shopify.world.hq.read() as reader:
        return shops.health(reader, "shopify").problem


def wait_seconds(shopify: Shopify) -> float:
    """Business seconds until the next try."""
    with shopify.world.hq.read() as reader:
        due = rows.next_due(reader)
    assert due is not None
    return (due - shopify.world.clock.now()).total_seconds()


@pytest.mark.parametrize(
    ("fault", "seconds", "said"),
    [
        ("429:7", 7, "busy"),
        ("429:Mon, 23 Nov 2026 00:00:30 GMT", 30, "busy"),
        ("503:2", 2, "busy"),
        ("throttled", 5, "slow down"),
    ],
)
def test_the_shop_says_when_it_may_be_asked_again(
    shopify: Shopify, fault: str, seconds: float, said: str
) -> None:
    """In seconds, as a date, or by its bucket; until then it is not asked for any of its orders."""
    shopify.place()
    shopify.place(9002)
    shopify.shop.faults.append(fault)
    assert shopify.work() == 1
    assert said in problem(shopify)
    shopify.world.clock.advance(seconds=seconds - 0.5)
    assert shopify.work() == 0
    shopify.world.clock.advance(seconds=1)
    assert shopify.work() == 2
    assert problem(shopify) == ""
    assert len(shopify.fed()) == 2


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("500", "HTTP 500"),
        ("302:http://127.0.0.1:1/", "HTTP 302"),
        ("garbage", "cannot be read"),
        ("cut", "not reached"),
        ("version:2025-10", "version 2025-10, not in 2026-07"),
        ("denied", "ACCESS_DENIED"),
        ("429:soon", "busy"),
    ],
)
def test_a_failed_call_is_tried_again_and_says_what_was_wrong(
    shopify: Shopify, fault: str, said: str
) -> None:
    """After 5 s and a little, then less and less often; the order comes all the same."""
    shopify.place()
    shopify.shop.faults.extend([fault, fault])
    shopify.work()
    assert said in problem(shopify)
    assert 5 <= wait_seconds(shopify) <= 6
    shopify.world.clock.advance(seconds=6)
    shopify.work()
    assert 15 <= wait_seconds(shopify) <= 18
    shopify.world.clock.advance(seconds=18)
    shopify.work()
    assert len(shopify.fed()) == 1


def test_a_wrong_token_holds_all_calls_until_somebody_mends_it(shopify: Shopify) -> None:
    """One refusal, not one for each order; the new token is used at once."""
    shopify.shop.token = "another"
    for order_id in range(9001, 9005):
        shopify.place(order_id)
    assert shopify.work() == 1
    assert "token, rights or address" in problem(shopify)
    shopify.world.command("shop-token", name="shopify", token="another")
    assert shopify.work() == 4
    assert len(shopify.fed()) == 4


def test_a_shop_that_drips_is_given_up_for_now(shopify: Shopify) -> None:
    """A call ends inside its lease, whatever the shop does."""
    shopify.place()
    shopify.shop.faults.append("slow")
    shopify.shop.while_slow = lambda: shopify.world.clock.advance(seconds=45)
    shopify.work()
    assert "takes too long" in problem(shopify)


def test_a_call_ends_at_its_time_in_the_middle_of_an_answer(shopify: Shopify) -> None:
    """Not when the last byte came: a shop that sends one every few seconds would hold up all others."""
    shopify.place()
    shopify.shop.faults.append("drip")
    shopify.shop.while_slow = lambda: shopify.world.clock.advance(seconds=45)
    began = time.monotonic()
    shopify.work()
    took = time.monotonic() - began
    shopify.shop.go_on.set()
    assert "takes too long" in problem(shopify)
    assert took < 4


@pytest.mark.parametrize("fault", ["429:0", "503:Mon, 23 Nov 2026 00:00:00 GMT"])
def test_a_shop_that_says_at_once_is_given_a_moment(shopify: Shopify, fault: str) -> None:
    """Else one that refuses and says "0 seconds" were asked without a pause."""
    shopify.place()
    shopify.shop.faults.extend([fault] * 3)
    assert shopify.work() == 1
    assert wait_seconds(shopify) >= 1


def test_an_answer_that_breaks_our_reading_is_a_failure_like_others(
    shopify: Shopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is counted and told, and the shop's other orders go on; else nobody would ever see this one."""
    from sync.hq.orders.sources import shopify_answers

    read = shopify_answers.complete

    def stumbles(known: Draft, fetched: Sequence[bytes]) -> Draft | Ignored:
        if known.source_id == "9001":
            raise KeyError("a shape that nobody thought of")
        return read(known, fetched)

    monkeypatch.setattr(shopify_answers, "complete", stumbles)
    shopify.place()
    shopify.place(9002)
    assert shopify.work() == 2
    [call] = shopify.calls()
    assert (call["source_id"], call["tries"]) == ("9001", 1)
    assert "KeyError" in call["problem"]
    assert [each["source_id"] for each in shopify.fed()] == ["9002"]


def test_an_order_that_is_not_planned_yet_is_asked_again(shopify: Shopify) -> None:
    """Shopify tells of an order a moment before it knows how it leaves."""
    shopify.place()
    shopify.shop.orders["9001"]["works"] = []
    shopify.work()
    assert shopify.world.table("orders") == []
    shopify.shop.orders["9001"]["works"] = [work()]
    shopify.world.clock.advance(seconds=6)
    shopify.work()
    assert len(shopify.fed()) == 1


def test_after_a_while_a_person_sees_what_could_not_be_fetched(shopify: Shopify) -> None:
    """Pickups by their signs, not deliveries; what a person decides stands, and the answer is still awaited."""
    shopify.place()
    home = {"shipping_address": {}, "shipping_lines": [{"title": "Standard"}]}
    shopify.place(9002, work(method="SHIPPING"), **home)
    shopify.place(9003, work(method="SHIPPING"))
    shopify.shop.orders.pop("9003")
    for _ in range(6):
        shopify.shop.faults.extend(["500"] * 3)
        shopify.work()
        shopify.world.clock.advance(minutes=3)
    assert {row["source_id"] for row in shopify.world.table("orders")} == {"9001", "9003"}
    assert shopify.doubt() == "not_fetched"
    assert shopify.fed() == []
    browser = shopify.world.sign_in("manager")
    order_id = shopify.order()["order_id"]
    chosen = browser.post(
        f"/orders/{order_id}/store",
        data={"store_id": "harbour-lane"},
        headers={"Origin": "http://127.0.0.1:8440"},
    )
    assert chosen.status_code == 303
    shopify.shop.faults.clear()
    shopify.world.clock.advance(minutes=61)
    shopify.work()
    assert (shopify.order()["store_id"], shopify.doubt()) == ("harbour-lane", "")
    assert shopify.calls() == []
    assert {row["source_id"] for row in shopify.world.table("orders")} == {"9001"}


def test_the_lost_week_ends_and_can_be_begun_again(shopify: Shopify) -> None:
    """After seven days nobody asks any more; whoever mends the shop asks again."""
    shopify.place()
    shopify.shop.faults.extend(["500"] * 2)
    shopify.work()
    shopify.world.clock.advance(minutes=7 * 24 * 60 + 1)
    shopify.work()
    assert [each["state"] for each in shopify.calls()] == ["given_up"]
    assert shopify.work() == 0
    assert shopify.world.command("shop-retry", name="shopify")["waiting"] == 1
    shopify.work()
    assert len(shopify.fed()) == 1


def test_news_of_an_order_begins_its_week_anew(shopify: Shopify) -> None:
    """One more failure does not end what has only just been told."""
    shopify.place()
    shopify.shop.faults.extend(["500"] * 3)
    shopify.work()
    shopify.world.clock.advance(minutes=7 * 24 * 60 + 1)
    shopify.work()
    assert [each["state"] for each in shopify.calls()] == ["given_up"]
    shopify.send(order(updated_at="2026-11-23T08:59:00+09:00"), "orders/updated")
    shopify.work()
    assert [(each["state"], each["tries"]) for each in shopify.calls()] == [("waiting", 1)]


class TestOnBothDatabases:
    """Who works on what is decided by the database, so both are asked."""

    @pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
    def dialect(self, request: pytest.FixtureRequest) -> str:
        """Each of them."""
        return str(request.param)

    def test_four_workers_make_each_call_once(self, shopify: Shopify, dialect: str) -> None:
        """As four processes do on PostgreSQL; on SQLite one process has them all."""
        world = shopify.world
        others = [
            open_hq(world.settings, clock=world.clock, ids=SystemIds())
            for _ in range(3 if dialect == "postgresql" else 0)
        ]
        hqs = [world.hq, *others]
        for order_id in range(9001, 9013):
            shopify.place(order_id)
        shopify.shop.faults.extend(["slow"] * 12)
        shopify.shop.while_slow = lambda: time.sleep(0.01)
        workers = [ShopWorker(hqs[n % len(hqs)]) for n in range(4)]
        threads = [threading.Thread(target=worker.work) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        for hq in others:
            hq.database.close()
        asked = [given["variables"]["id"] for _, _, given in shopify.shop.asked]
        assert sorted(asked) == sorted(set(asked))
        assert len(asked) == len(shopify.fed()) == 12

    def test_a_holder_that_died_loses_its_lease(self, shopify: Shopify) -> None:
        """Not before a minute, so that a slow one is not doubled; and its late answer is not wanted."""
        shopify.place()
        hq = shopify.world.hq
        held = hq.write(lambda unit: rows.claim(unit, holder="dead"))
        assert shopify.work() == 0
        shopify.world.clock.advance(seconds=61)
        assert shopify.work() == 1
        assert not hq.write(lambda unit: rows.still_mine(unit, held[0]))
        assert len(shopify.fed()) == 1

    def test_a_message_during_the_call_makes_the_answer_old(self, shopify: Shopify) -> None:
        """The answer may be from before the change, so it is asked again, at once."""
        shopify.place()
        shopify.shop.faults.append("slow")

        def change() -> None:
            newer = order(updated_at="2026-11-23T08:59:00+09:00", name="#9001-b")
            shopify.send(newer, "orders/updated")

        shopify.shop.while_slow = change
        assert shopify.work() == 2
        assert shopify.order()["shown_number"] == "#9001-b"
        assert len(shopify.fed()) == 1


def test_a_worker_killed_in_the_middle_of_a_call_loses_nothing(
    shopify: Shopify, made: Callable[..., World], fake_shop: FakeShop
) -> None:
    """kill -9 while the shop thinks; whoever comes later finds the row, and the order is one."""
    shopify.place()
    world = shopify.world
    world.close()
    fake_shop.faults.append("slow")
    reached, go_on = threading.Event(), threading.Event()

    def think() -> None:
        reached.set()
        go_on.wait(20)

    fake_shop.while_slow = think
    script = (
        "import sys; from pathlib import Path; from sync.doors.ids import SystemIds;"
        "from sync.doors.clock import SystemClock; from sync.hq import settings;"
        "from sync.hq.app import open_hq; from sync.hq.orders.web.worker import ShopWorker;"
        "hq = open_hq(settings.load(Path(sys.argv[1])), clock=SystemClock(), ids=SystemIds());"
        "hq.clock.now = lambda: __import__('datetime').datetime.fromisoformat(sys.argv[2]);"
        "ShopWorker(hq).work()"
    )
    now = world.clock.now()
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(world.hq.home), now.isoformat()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert reached.wait(30)
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)
    go_on.set()
    after = made()
    after.clock.set(now)
    later = Shopify(after, fake_shop)
    assert [each["state"] for each in later.calls()] == ["waiting"]
    assert later.work() == 0
    after.clock.set(now + timedelta(seconds=61))
    assert later.work() == 1
    assert len(later.fed()) == 1


def test_the_service_asks_by_itself(shopify: Shopify) -> None:
    """The thread wakes by the bell, not by a look at the clock."""
    worker = ShopWorker(shopify.world.hq)
    worker.start()
    shopify.place()
    ends = time.monotonic() + 10
    while not shopify.fed() and time.monotonic() < ends:
        time.sleep(0.01)
    worker.stop()
    assert len(shopify.fed()) == 1


def test_the_token_is_nowhere_but_in_its_file(shopify: Shopify) -> None:
    """Not in the database, not in a row that failed."""
    shopify.place()
    shopify.shop.faults.append("500")
    shopify.work()
    files = {
        path: path.read_bytes() for path in shopify.world.hq.home.rglob("*") if path.is_file()
    }
    holding = [path for path, held in files.items() if TOKEN.encode() in held]
    assert [path.name for path in holding] == ["shopify"]
    assert holding[0].stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "words",
    [
        {"url": "http://shop.example"},
        {"url": "https://user:pw@shop.example"},
        {"url": "https://shop.example/path"},
        {"write_back": "loudly"},
        {"write_back": "ready", "url": ""},
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(
    world: World, words: dict[str, str]
) -> None:
    """A token must not cross a network in clear, and a shop cannot hear what it has no ear for."""
    from sync.hq.app import commands

    given = {"name": "s", "adapter": "shopify", "currency": "JPY", "lang": "en", **words}
    assert "This was not done" in commands.run(world.hq, "add-shop", given)["error"]
    assert world.table("shops") == []


def test_a_second_call_changes_what_is_given_and_keeps_the_rest(world: World) -> None:
    """Nobody loses a currency by naming a new address; the secret stays, too."""
    first = {"name": "s", "adapter": "shopify", "currency": "EUR", "lang": "de", "secret": "x"}
    world.command("add-shop", **first, url="https://a.example", default_store="mill-square")
    again = world.command("add-shop", name="s", adapter="shopify", url="https://b.example/")
    assert again["secret"] == ""
    [row] = [row for row in world.table("sources") if row["name"] == "s"]
    assert (row["currency"], row["lang"], row["default_store"]) == ("EUR", "de", "mill-square")
    [shop] = world.table("shops")
    assert (shop["url"], shop["api_version"]) == ("https://b.example", "2026-07")


def test_shops_and_their_calls_can_be_listed(shopify: Shopify) -> None:
    """What an installer looks at when orders do not come."""
    shopify.place()
    shopify.shop.faults.append("500")
    shopify.work()
    told = shopify.world.command("shop-list")
    [shop] = [each for each in told["shops"] if each["name"] == "shopify"]
    assert (shop["waiting"], shop["problem"], shop["locations"]) == (
        1,
        "HTTP 500",
        {bodies.HARBOUR: "harbour-lane"},
    )
    [call] = told["calls"]
    assert (call["source_id"], call["tries"]) == ("9001", 1)
    assert "ana@example.com" not in json.dumps(told)
    assert datetime.fromisoformat(call["since"]) <= datetime(2026, 11, 23, 1, tzinfo=UTC)
