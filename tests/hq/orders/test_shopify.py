"""From a Shopify webhook to an order at a store: the hint, the question back, the answer, and what is doubtful."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from sync.hq.base.rows import Unit
from sync.hq.orders.rules.calls import NO_SHOP
from sync.hq.orders.sources import shopify as source
from sync.hq.orders.store import orders
from tests.hq.orders import shopify_bodies as bodies
from tests.hq.orders.conftest import Shopify
from tests.hq.orders.shopify_bodies import HARBOUR, MILL, answered, order, work, work_line


@pytest.fixture
def dialect() -> str:
    """What both databases must do is in test_shop_calls.py; reading a shop does not depend on one."""
    return "sqlite"


def test_a_pickup_is_fetched_and_goes_to_the_store_of_its_location(shopify: Shopify) -> None:
    """The webhook alone makes nothing; the fulfilment order decides."""
    taken = shopify.place()
    assert (taken.status_code, taken.json["outcome"]) == (200, "waiting")
    assert shopify.world.table("orders") == []
    assert shopify.work() == 1
    kept = shopify.order()
    assert (kept["store_id"], kept["customer_name"], kept["shown_number"]) == (
        "harbour-lane",
        "Ana K.",
        "#9001",
    )
    [fed] = shopify.fed()
    assert [(each["sku"], each["qty"], each["unit_price_minor"]) for each in fed["lines"]] == [
        ("SKU-001", 2, 680)
    ]
    assert fed["lang"] == "ja"
    assert shopify.calls() == []


@pytest.mark.parametrize("family", ["X-Shopify-", "shopify-", "Shopify-", "x-shopify-"])
def test_both_families_of_headers_are_read(shopify: Shopify, family: str) -> None:
    """Old subscriptions send one, new ones the other."""
    assert shopify.send(order(), family=family).json["outcome"] == "waiting"


def test_both_secrets_hold_while_they_rotate_and_a_newline_is_borne(shopify: Shopify) -> None:
    """The third secret back is dead."""
    for secret in ("second", "third"):
        shopify.world.command("shop-secret", name="shopify", secret=secret)
    body = bodies.encoded(order())
    answers = {}
    for secret in (bodies.SECRET, "second", "third"):
        given = bodies.headers("orders/create", body, secret=secret)
        answers[secret] = shopify.world.client.post("/hooks/shopify", data=body, headers=given)
    assert [answers[each].status_code for each in answers] == [401, 200, 200]
    # werkzeug's client cannot send the newline that Shopify's own tests send; the reader is asked directly.
    given = bodies.headers("orders/create", body, secret="third")
    given["X-Shopify-Hmac-Sha256"] += "\n"
    assert source.read(given, body, secrets=["third"], shop=NO_SHOP)


def test_a_body_that_was_indented_again_does_not_verify(shopify: Shopify) -> None:
    """The signature covers the raw bytes."""
    given = bodies.headers("orders/create", bodies.encoded(order()))
    indented = json.dumps(order(), indent=1)
    answer = shopify.world.client.post("/hooks/shopify", data=indented, headers=given)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "hook_forged")
    assert shopify.calls() == []


def test_another_shop_of_the_same_app_is_refused(shopify: Shopify) -> None:
    """One app has one secret for all shops that installed it."""
    body = bodies.encoded(order())
    given = bodies.headers("orders/create", body) | {
        "X-Shopify-Shop-Domain": "other.myshopify.com"
    }
    answer = shopify.world.client.post("/hooks/shopify", data=body, headers=given)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "wrong_shop")


@pytest.mark.parametrize("topic", ["products/update", "app/uninstalled", "", "orders/teleported"])
def test_other_topics_are_answered_without_effect(shopify: Shopify, topic: str) -> None:
    """So that the shop goes on sending."""
    answer = shopify.send(order(), topic)
    assert (answer.status_code, answer.json["outcome"]) == (200, "ignored")
    assert shopify.calls() == []


def test_the_same_delivery_is_one_order_whatever_its_id_says(shopify: Shopify) -> None:
    """Before and after the fetch; a new id makes no new order, an old id hides no new body."""
    shopify.place()
    assert shopify.send(order()).json["outcome"] == "waiting"
    shopify.work()
    again = shopify.send(order())
    assert (again.status_code, again.json["outcome"]) == (200, "known")
    assert again.json["store_id"] == "harbour-lane"
    assert shopify.work() == 0
    assert shopify.send(order(9002)).json["outcome"] == "waiting"


def test_old_bodies_never_undo_what_is_newer(shopify: Shopify) -> None:
    """A delivery that was retried for hours says what was true hours ago."""
    shopify.place()
    shopify.work()
    shopify.shop.orders["9001"] = answered(
        works=[work(lines=[work_line(qty=5)])], updatedAt="2026-11-22T23:58:00Z"
    )
    shopify.send(order(updated_at="2026-11-23T08:58:00+09:00"), "orders/updated")
    shopify.work()
    assert shopify.send(order(note="late"), "orders/create").json["outcome"] == "older"
    assert shopify.work() == 0
    assert json.loads(shopify.order()["lines"])[0]["qty"] == 5


def test_an_old_body_that_comes_first_still_brings_the_order_of_now(shopify: Shopify) -> None:
    """What counts is fetched: quantities as they are after a refund of one piece."""
    shopify.shop.orders["9001"] = answered(works=[work(lines=[work_line(qty=1)])])
    shopify.send(order(line_items=[bodies.line(current_quantity=2)]))
    shopify.work()
    assert json.loads(shopify.order()["lines"])[0]["qty"] == 1


def test_an_update_that_comes_before_the_fetch_is_one_fetch(shopify: Shopify) -> None:
    """The newer draft stands, whichever came last."""
    newer = order(updated_at="2026-11-23T08:59:00+09:00", name="#9001-new")
    shopify.send(newer, "orders/updated")
    shopify.place()
    assert len(shopify.calls()) == 1
    shopify.work()
    assert len(shopify.shop.asked) == 1
    assert shopify.order()["shown_number"] == "#9001-new"


def test_a_cancellation_before_the_fetch_leaves_nothing_and_a_late_create_brings_nothing_back(
    shopify: Shopify,
) -> None:
    """The shop knows best whether an order was cancelled."""
    shopify.place()
    gone = order(cancelled_at="2026-11-23T08:55:00+09:00", updated_at="2026-11-23T08:55:00+09:00")
    assert shopify.send(gone, "orders/cancelled").json["outcome"] == "ignored"
    assert shopify.calls() == []
    shopify.shop.orders["9001"]["cancelledAt"] = "2026-11-22T23:55:00Z"
    shopify.send(order(note="retried"))
    shopify.work()
    assert shopify.world.table("orders") == []


def test_a_cancellation_after_the_fetch_is_asked_of_the_store(shopify: Shopify) -> None:
    """HQ asks, the store owns. A whole refund counts as one."""
    for order_id, said in (
        (9001, {"cancelled_at": "2026-11-23T08:55:00+09:00"}),
        (9002, {"line_items": [bodies.line(current_quantity=0)]}),
    ):
        shopify.place(order_id)
        shopify.work()
        newer = order(order_id, updated_at="2026-11-23T08:55:00+09:00", **said)
        assert shopify.send(newer, "orders/updated").json["outcome"] == "cancelled"
    assert [each["cancelled"] for each in shopify.fed()] == [True, True]


def test_an_edit_names_the_order_only_and_the_rest_is_fetched(shopify: Shopify) -> None:
    """Lines that were added, and a refund, come to the store as a higher revision."""
    shopify.place()
    shopify.work()
    shopify.shop.orders["9001"] = answered(
        works=[work(lines=[work_line(), work_line(2, 1)])], updatedAt="2026-11-22T23:57:00Z"
    )
    edit = {"order_edit": {"id": 1, "order_id": 9001, "line_items": {"additions": [{"id": 2}]}}}
    assert shopify.send(edit, "orders/edited").json["outcome"] == "waiting"
    shopify.work()
    [fed] = shopify.fed()
    assert (fed["revision"], [each["sku"] for each in fed["lines"]]) == (2, ["SKU-001", "SKU-002"])
    shopify.shop.orders["9001"] = answered(
        works=[work(lines=[work_line()])], updatedAt="2026-11-22T23:58:00Z"
    )
    shopify.send({"id": 4, "order_id": 9001, "refund_line_items": []}, "refunds/create")
    shopify.work()
    [fed] = shopify.fed()
    assert (fed["revision"], [each["sku"] for each in fed["lines"]]) == (3, ["SKU-001"])
    assert fed["customer_name"] == "Ana K."


def test_an_update_that_says_nothing_new_is_not_told_to_the_store(shopify: Shopify) -> None:
    """Shops tell of every tag; a store hears of what it has a part in."""
    shopify.place()
    shopify.work()
    for minute in (52, 53, 54):
        shopify.shop.orders["9001"]["updatedAt"] = f"2026-11-22T23:{minute}:00Z"
        tagged = order(updated_at=f"2026-11-23T08:{minute}:00+09:00", tags=f"{minute}")
        shopify.send(tagged, "orders/updated")
        shopify.work()
    assert [each["revision"] for each in shopify.fed()] == [1]


SHIPPED: dict[str, Any] = {
    "shipping_address": {"address1": "4 Rose Alley", "latitude": 35.1},
    "shipping_lines": [{"title": "Standard", "code": "Standard"}],
}


@pytest.mark.parametrize(
    ("works", "changes", "doubt"),
    [
        ([work(method="SHIPPING")], {}, "methods_contradict"),
        ([work()], SHIPPED, "methods_contradict"),
        ([work(), work(2, location=MILL)], {}, "several_locations"),
        ([work(), work(2, "SHIPPING")], {}, "mixed_shipping"),
        ([work(method="LOCAL")], SHIPPED, "local_delivery"),
        ([work(method=None)], {}, "method_unknown"),
        ([work(method="DRONE")], {}, "method_unknown"),
        ([work(location="", name="")], {"shipping_lines": [{"title": "Pickup"}]}, "store_missing"),
        ([work(location="7099", name="Old Pier")], {}, "store_unknown"),
        ([work(lines=[work_line(qty=5000)])], {}, "lines_unclear"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_contradictions_need_a_person_and_name_the_nearest_stores(
    shopify: Shopify, works: list[dict[str, Any]], changes: dict[str, Any], doubt: str
) -> None:
    """Never a guess; and what a person then decides goes to that store."""
    shopify.place(9001, *works, **changes)
    shopify.work()
    assert shopify.doubt() == doubt
    assert shopify.fed() == shopify.fed("mill-square") == []
    suggested = json.loads(shopify.order()["doubt"])["suggestions"]
    if doubt != "lines_unclear":
        assert [each["store_id"] for each in suggested] == ["mill-square", "harbour-lane"]
        assert suggested[0]["band"] == "under 1 km"


@pytest.mark.parametrize(
    ("works", "changes"),
    [
        ([work(method="SHIPPING")], SHIPPED),
        ([work(method="RETAIL")], {}),
        ([work(method="NONE")], {}),
        ([work(method="PICKUP_POINT")], SHIPPED),
        ([work(status="CLOSED")], {}),
        ([work(method=None)], SHIPPED),
    ],
)
def test_what_is_plainly_not_picked_up_here_is_no_order(
    shopify: Shopify, works: list[dict[str, Any]], changes: dict[str, Any]
) -> None:
    """Sent, taken along at the till, nothing to bring, over."""
    shopify.place(9001, *works, **changes)
    shopify.work()
    assert shopify.world.table("orders") == []
    assert shopify.calls() == []


def test_parts_that_are_over_do_not_count(shopify: Shopify) -> None:
    """A part that was sent before leaves a plain pickup; gift cards and tips are no work for a picker."""
    tip = {**work_line(3), "requiresShipping": False}
    shopify.place(9001, work(1, "SHIPPING", status="CLOSED"), work(2, lines=[work_line(), tip]))
    shopify.work()
    assert shopify.doubt() == ""
    assert [each["sku"] for each in shopify.fed()[0]["lines"]] == ["SKU-001"]


def test_a_location_is_known_by_its_id_first_and_else_by_its_name(shopify: Shopify) -> None:
    """The map wins over a name that reads like another store."""
    shopify.place(9001, work(location=HARBOUR, name="Mill Square"))
    shopify.place(9002, work(location="7050", name="ｍｉｌｌ  square"))
    shopify.work()
    assert shopify.order(9001)["store_id"] == "harbour-lane"
    assert shopify.order(9002)["store_id"] == "mill-square"


def test_an_order_that_moves_at_the_shop_needs_a_person(shopify: Shopify) -> None:
    """An order keeps its store; where the shop now says another, or delivery, somebody has to look."""
    shopify.place()
    shopify.place(9002)
    shopify.work()
    moved = {"updated_at": "2026-11-23T08:57:00+09:00"}
    shopify.shop.orders["9001"]["works"] = [work(location=MILL, name="Mill Square")]
    shopify.shop.orders["9002"]["works"] = [work(method="SHIPPING")]
    shopify.send(order(9001, **moved), "orders/updated")
    shopify.send(order(9002, **moved, **SHIPPED), "orders/updated")
    shopify.work()
    assert (shopify.doubt(9001), shopify.order(9001)["store_id"]) == (
        "store_changed",
        "harbour-lane",
    )
    assert shopify.doubt(9002) == "no_longer_pickup"


def test_long_orders_are_fetched_page_by_page(shopify: Shopify) -> None:
    """120 lines in one part, and twelve parts: all of them, none twice."""
    lines = [work_line(n, 1) for n in range(1, 121)]
    shopify.place(9001, work(1, lines=lines))
    shopify.place(9002, *[work(n, lines=[work_line(n, 1)]) for n in range(10, 22)])
    shopify.work()
    assert len(shopify.fed()) == 2
    counts = sorted(len(each["lines"]) for each in shopify.fed())
    assert counts == [12, 120]
    assert len(shopify.shop.asked) == 3 + 2


def test_no_private_thing_and_no_place_is_in_any_row(shopify: Shopify) -> None:
    """Neither while the order waits nor after; the e-mail is the control that the scan can find."""
    shopify.place()
    for _ in range(2):
        with shopify.world.hq.read() as reader:
            tables = {row["name"] for row in reader.rows("SELECT feature AS name FROM hq_steps")}
        assert "shops" in tables
        found = json.dumps(
            [
                shopify.world.table(name)
                for name in (
                    "orders",
                    "order_contacts",
                    "shop_calls",
                    "messages",
                    "feed",
                    "shop_orders",
                    "shop_health",
                )
            ]
        )
        for planted in (
            "Rose Alley",
            *bodies.HOME,
            "35.5001",
            "139.7001",
            "203.0.113.9",
            "Planted Agent",
        ):
            assert planted not in found
        assert "ana@example.com" in found
        shopify.work()


def test_what_a_person_decided_is_not_asked_again(shopify: Shopify) -> None:
    """Every tag brings a message; the same doubt does not come back with it, and a ruled-out order stays out."""
    browser = shopify.world.sign_in("manager")
    origin = {"Origin": "http://127.0.0.1:8440"}
    for order_id in (9001, 9002):
        shopify.place(order_id, work(order_id, "LOCAL"))
    shopify.work()
    ours = shopify.order(9001)["order_id"]
    browser.post(f"/orders/{ours}/store", data={"store_id": "mill-square"}, headers=origin)

    def rule_out(unit: Unit) -> None:
        known = orders.by_source(unit, "shopify", "9002")
        assert known is not None
        ruled = {"cancelled": True, "doubt": None, "resolved_by": "Mei"}
        orders.save(unit, msgspec.structs.replace(known, **ruled))

    shopify.world.hq.write(rule_out)
    for order_id in (9001, 9002):
        tagged = order(order_id, updated_at="2026-11-23T08:58:00+09:00", tags="fragile")
        shopify.send(tagged, "orders/updated")
    shopify.work()
    assert (shopify.doubt(9001), shopify.order(9001)["store_id"]) == ("", "mill-square")
    assert [each["revision"] for each in shopify.fed("mill-square")] == [2]
    assert (shopify.doubt(9002), shopify.order(9002)["cancelled"]) == ("", 1)


@pytest.mark.parametrize("ahead", ["2031-01-01T00:00:00Z", "2199-12-31T00:00:00Z"])
def test_a_message_dated_far_ahead_does_not_make_later_truth_look_old(
    shopify: Shopify, ahead: str
) -> None:
    """It counts as of now; a little ahead is what clocks differ."""
    shopify.send(order(updated_at=ahead))
    shopify.shop.orders["9001"] = answered(updatedAt=ahead)
    shopify.work()
    assert shopify.order()["modified_at"] == "2026-11-23T00:00:00.000000+00:00"
    shopify.world.clock.advance(minutes=2)
    shopify.shop.orders["9001"] = answered(
        works=[work(lines=[work_line(qty=7)])], updatedAt="2026-11-23T00:01:00Z"
    )
    shopify.send(order(updated_at="2026-11-23T09:01:00+09:00"), "orders/updated")
    shopify.work()
    assert json.loads(shopify.order()["lines"])[0]["qty"] == 7
