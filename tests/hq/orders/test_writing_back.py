"""A store says "ready", and its shop hears of it once, if it was set up to hear."""

from __future__ import annotations

import pytest

from sync.hq.orders.store import orders as order_rows
from sync.hq.orders.web import shops as shown
from tests.hq.orders.conftest import Shopify
from tests.hq.orders.fake_shop import WOO_TOKEN, FakeShop
from tests.hq.orders.shopify_bodies import answered, order, work
from tests.hq.world import Box, World, event, woo_order

READY = "fulfillmentOrderLineItemsPreparedForPickup"


@pytest.fixture
def dialect() -> str:
    """One is enough here."""
    return "sqlite"


def ready(box: Box, order_id: str, *, twice: bool = False) -> None:
    """The store picks the order and says that it is ready."""
    steps = [
        event("order_received", order_id, number="A-01", lines=1, revision=1, origin="hq"),
        event("order_accepted", order_id),
        event("order_picking_started", order_id),
        event("order_picked", order_id),
        event("order_staged", order_id, bin="B1"),
        event("order_ready", order_id),
    ]
    box.push(*steps)


def told(shopify: Shopify) -> list[object]:
    """What the shop was told."""
    return [given for _, _, given in shopify.shop.asked if "Ready" in str(given.get("query"))]


@pytest.fixture
def picked_up(shopify: Shopify) -> Shopify:
    """An order that is at its store, and a shop that wants to hear."""
    shopify.world.command("shop-write-back", name="shopify", write_back="ready")
    shopify.place()
    shopify.work()
    return shopify


def a_box(world: World) -> Box:
    """The store's box, in touch."""
    box = world.box()
    box.hello()
    return box


def test_ready_is_told_to_the_shop_once_and_the_shop_mails(picked_up: Shopify) -> None:
    """With the fulfilment order that is picked up; never again for the same order."""
    box = a_box(picked_up.world)
    order_id = picked_up.order()["order_id"]
    ready(box, order_id)
    assert picked_up.work() == 1
    assert picked_up.shop.prepared == {"gid://shopify/FulfillmentOrder/1"}
    assert picked_up.shop.mailed == ["9001"]
    box.push(event("order_ready", order_id))
    assert picked_up.work() == 0
    assert [(each["kind"], each["state"], each["known"]) for each in picked_up.calls()] == [
        ("ready", "done", None)
    ]


def test_nothing_is_told_unless_it_was_set_up(shopify: Shopify) -> None:
    """Off by default, so that nobody gets a mail that nobody expected."""
    shopify.place()
    shopify.work()
    ready(a_box(shopify.world), shopify.order()["order_id"])
    assert shopify.work() == 0
    assert shopify.shop.mailed == []


def test_an_answer_that_was_lost_mails_nobody_twice(picked_up: Shopify) -> None:
    """The shop did it and we did not hear: asked again, it says so, and that is enough."""
    ready(a_box(picked_up.world), picked_up.order()["order_id"])
    picked_up.shop.lose_answers = 1
    picked_up.work()
    assert picked_up.shop.mailed == ["9001"]
    picked_up.world.clock.advance(seconds=10)
    picked_up.work()
    assert picked_up.shop.mailed == ["9001"]
    assert [each["state"] for each in picked_up.calls()] == ["done"]


def test_a_shop_that_is_down_hears_of_it_later(picked_up: Shopify) -> None:
    """The store does not wait for that."""
    picked_up.shop.faults.extend(["500", "429:3", "throttled"])
    ready(a_box(picked_up.world), picked_up.order()["order_id"])
    for _ in range(4):
        picked_up.work()
        picked_up.world.clock.advance(seconds=20)
    assert picked_up.shop.mailed == ["9001"]


def test_what_the_shop_does_not_take_is_seen(picked_up: Shopify) -> None:
    """Its own words, on the order's page and in the list."""
    picked_up.shop.orders["9001"] = answered(works=[work(77)])
    ready(a_box(picked_up.world), picked_up.order()["order_id"])
    picked_up.work()
    with picked_up.world.hq.read() as reader:
        known = order_rows.by_source(reader, "shopify", "9001")
        assert known is not None
        notes = shown.notes(reader, known)
    assert notes.mails_ready == "shop"
    assert notes.write_back is not None
    assert "FULFILLMENT_ORDER_INVALID" in notes.write_back.problem


def test_an_order_that_a_person_sent_on_is_told_of_as_well(picked_up: Shopify) -> None:
    """What the shop calls its parts was kept with the doubt."""
    picked_up.place(9002, work(2, location="7099", name="Old Pier"))
    picked_up.work()
    order_id = picked_up.order(9002)["order_id"]
    browser = picked_up.world.sign_in("manager")
    chosen = browser.post(
        f"/orders/{order_id}/store",
        data={"store_id": "harbour-lane"},
        headers={"Origin": "http://127.0.0.1:8440"},
    )
    assert chosen.status_code == 303
    ready(a_box(picked_up.world), order_id)
    picked_up.work()
    assert picked_up.shop.prepared == {"gid://shopify/FulfillmentOrder/2"}


def test_another_store_has_no_say(picked_up: Shopify) -> None:
    """Only the store that has the order can say that it is ready."""
    box = picked_up.world.box("mill-square", seed=2)
    box.hello()
    ready(box, picked_up.order()["order_id"])
    assert picked_up.work() == 0
    assert picked_up.shop.mailed == []


@pytest.mark.parametrize(
    ("write_back", "came_of_it"),
    [
        ("note", (1, "processing", 0, "nobody")),
        ("customer-note", (1, "processing", 1, "shop")),
        ("status:ready-for-pickup", (0, "ready-for-pickup", 0, "shop_if_set_up")),
    ],
)
def test_woocommerce_hears_by_note_or_by_status(
    world: World,
    fake_shop: FakeShop,
    write_back: str,
    came_of_it: tuple[int, str, int, str],
) -> None:
    """Once, also when the answer was lost; a status of its own needs a plugin in the shop."""
    notes, status, mailed, mailer = came_of_it
    told = world.command(
        "add-shop", name="woo", adapter="woocommerce", currency="JPY", lang="en",
        url=fake_shop.url, token=WOO_TOKEN, write_back=write_back,
    )  # fmt: skip
    assert told["secret"] == ""
    fake_shop.statuses["1001"] = "processing"
    world.hook(woo_order())
    shop = Shopify(world, fake_shop)
    fake_shop.faults.append("200")
    fake_shop.lose_answers = 1
    ready(a_box(world), shop.order(1001)["order_id"])
    for _ in range(3):
        shop.work()
        world.clock.advance(seconds=30)
    assert len(fake_shop.notes.get("1001", [])) == notes
    assert fake_shop.statuses["1001"] == status
    assert len(fake_shop.mailed) == mailed
    assert [each["state"] for each in shop.calls()] == ["done"]
    with world.hq.read() as reader:
        known = order_rows.by_source(reader, "woo", "1001")
        assert known is not None
        assert shown.notes(reader, known).mails_ready == mailer


def test_what_the_shops_people_did_since_stands(world: World, fake_shop: FakeShop) -> None:
    """An order that was completed by hand does not become ready again."""
    world.command(
        "add-shop", name="woo", adapter="woocommerce", currency="JPY", lang="en",
        url=fake_shop.url, token=WOO_TOKEN, write_back="status:ready-for-pickup",
    )  # fmt: skip
    fake_shop.statuses["1001"] = "completed"
    world.hook(woo_order())
    shop = Shopify(world, fake_shop)
    ready(a_box(world), shop.order(1001)["order_id"])
    shop.work()
    assert fake_shop.statuses["1001"] == "completed"
    assert [each["state"] for each in shop.calls()] == ["done"]


def test_a_cancelled_order_is_not_told_as_ready(picked_up: Shopify) -> None:
    """The shop cancelled; what the store finished meanwhile is not news for it."""
    gone = order(cancelled_at="2026-11-23T08:55:00+09:00", updated_at="2026-11-23T08:55:00+09:00")
    picked_up.send(gone, "orders/cancelled")
    ready(a_box(picked_up.world), picked_up.order()["order_id"])
    assert picked_up.work() == 0
