"""What customers ask through their shop is noted without their name and carried out, down to the stores."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sync.records import RECORD_TYPES
from tests.hq.orders import shopify_bodies as bodies
from tests.hq.orders.conftest import Shopify
from tests.hq.orders.shopify_bodies import order, work
from tests.hq.world import ORIGIN, World, event, woo_order


@pytest.fixture
def dialect() -> str:
    """One is enough here."""
    return "sqlite"


CUSTOMER = {"id": 555, "email": "ana@example.com", "phone": "+815011112222"}
PERSONAL = ("Ana", "Kimura", "ana@example.com", "5011112222")


def said(**more: object) -> dict[str, object]:
    """The body of a privacy topic."""
    shop = {"shop_id": 954889, "shop_domain": bodies.DOMAIN, "customer": CUSTOMER}
    return {**shop, **more}


def everything(world: World) -> str:
    """All rows of all tables in which a person could be."""
    names = (
        "orders order_contacts shop_calls messages feed folded events consents privacy_requests"
        " profile_revisions shop_orders answers"
    )
    with world.hq.read() as reader:
        found: list[Any] = []
        for name in names.split():
            found += [dict(row) for row in reader.rows(f"SELECT * FROM {name}")]
    return json.dumps(found, default=str)


def request_of(shopify: Shopify) -> dict[str, Any]:
    """The one request."""
    [request] = shopify.world.command("privacy-list")["requests"]
    return dict(request)


@pytest.fixture
def known(shopify: Shopify) -> Shopify:
    """Ana has an order that is at its store, one that waits for its fetch, and Ben has one."""
    shopify.place()
    ben = {"id": 9, "first_name": "Ben", "last_name": "Oda", "email": "ben@example.com"}
    shopify.place(9003, customer=ben, email="ben@example.com", phone="", billing_address=None)
    shopify.work()
    shopify.place(9002)
    for planted in PERSONAL:
        assert planted in everything(shopify.world)
    return shopify


def test_an_erasure_takes_the_person_from_every_row_and_from_the_stores(known: Shopify) -> None:
    """Also from what waits; another customer keeps theirs; the order itself stays."""
    box = known.world.box()
    box.hello()
    answer = known.send(said(orders_to_redact=[9001]), "customers/redact")
    assert (answer.status_code, answer.json["outcome"]) == (200, "noted")
    # The order that waits is held back, so that the erasure meets it as it is.
    known.shop.faults.append("500")
    known.work()
    found = everything(known.world)
    for planted in PERSONAL:
        assert planted not in found
    assert "ben@example.com" in found
    assert known.order()["lines"] != "[]"
    changes = box.pull().changes
    [fed] = [each for each in changes if each.record_id == known.order()["order_id"]]
    assert json.loads(bytes(fed.body))["customer_name"] == ""
    assert fed.revision == 1
    gone = [each for each in changes if each.record_type == "profile"]
    assert [each.tombstone for each in gone] == [True]
    known.world.clock.advance(seconds=10)
    known.work()
    assert known.order(9002)["customer_name"] == ""


def test_an_erasure_is_done_when_every_store_has_heard_of_it(known: Shopify) -> None:
    """Until then the request names the stores that it waits for."""
    box = known.world.box()
    box.hello()
    known.send(said(), "customers/redact")
    known.work()
    request = request_of(known)
    assert (request["state"], request["orders"], request["stores"]) == (
        "sent",
        2,
        ["harbour-lane"],
    )
    page = box.pull()
    box.pull(page.position)
    known.work()
    assert request_of(known)["state"] == "done"
    assert "ana" not in json.dumps(request_of(known)).lower()


def test_what_the_person_allowed_is_withdrawn_for_good(known: Shopify) -> None:
    """Also for an order that they place again later."""
    box = known.world.box()
    box.hello()
    key = known.order()["customer_key"]
    box.push(
        event(
            "consent_granted",
            f"{key}:purchase_offers",
            customer_key=key,
            purpose="purchase_offers",
            notice_version="1",
            seen=[],
        )
    )
    known.send(said(), "customers/redact")
    known.work()
    [kept] = known.world.table("consents")
    record = RECORD_TYPES["consent"].read(kept["body"])
    assert len(record.known.grants) == len(record.known.withdrawals) == 1
    told = [row for row in known.world.table("feed") if row["record_type"] == "consent"]
    assert [row["store_id"] for row in told] == ["harbour-lane"]


def test_the_same_request_twice_is_one(known: Shopify) -> None:
    """And what comes after it about the same person does not bring the person back by the old link."""
    for _ in range(3):
        assert known.send(said(), "customers/redact").status_code == 200
    known.work()
    assert request_of(known)["orders"] == 2
    key = known.order()["customer_key"]
    known.send(order(9001, updated_at="2026-11-23T08:59:00+09:00", tags="x"), "orders/updated")
    known.work()
    assert known.order()["customer_key"] == key


def test_a_shop_that_left_leaves_nobody_behind(known: Shopify) -> None:
    """All its orders; those of other shops stay."""
    known.world.hook(woo_order())
    for order_id in range(9100, 9105):
        known.place(order_id)
    known.work()
    known.send({"shop_id": 954889, "shop_domain": bodies.DOMAIN}, "shop/redact")
    known.work()
    rows = known.world.table("orders")
    assert {row["customer_name"] for row in rows if row["source"] == "shopify"} == {""}
    assert {row["customer_name"] for row in rows if row["source"] == "woo"} == {"Ana K."}
    assert len(known.world.table("order_contacts")) == 1


def test_orders_without_a_name_lose_their_link_too(shopify: Shopify) -> None:
    """Shopify hides names from apps that may not see them: the customer's number alone still links two orders."""
    for order_id in (9001, 9002):
        shopify.place(order_id, customer={"id": 555}, email="", phone="", billing_address=None)
    shopify.work()
    assert shopify.order(9001)["customer_key"] == shopify.order(9002)["customer_key"]
    shopify.send(said(), "customers/redact")
    shopify.work()
    assert shopify.order(9001)["customer_key"] != shopify.order(9002)["customer_key"]
    assert request_of(shopify)["orders"] == 2


def test_a_guests_order_that_was_taken_back_from_a_store_is_nobodys_too(shopify: Shopify) -> None:
    """What stayed at the store has an id of its own at the shop; the name on it goes with the order asked for."""
    guest = {"customer": None, "email": "", "contact_email": "", "phone": ""}
    ana = {"first_name": "Ana", "last_name": "Kimura"}
    shopify.place(
        9001,
        work(location="gid://shopify/Location/1", name="Old Pier"),
        billing_address=ana,
        **guest,
    )
    shopify.work()
    browser = shopify.world.sign_in("manager")
    order_id = shopify.order()["order_id"]
    for path, data in (("store", {"store_id": "harbour-lane"}), ("take-back", {})):
        browser.post(
            f"/orders/{order_id}/{path}",
            data=data,
            headers={"Origin": ORIGIN},
            content_type="application/x-www-form-urlencoded",
        )
    assert len(shopify.world.table("orders")) == 2
    shopify.send(said(customer={}, orders_to_redact=[9001]), "customers/redact")
    shopify.work()
    assert {row["customer_name"] for row in shopify.world.table("orders")} == {""}


def test_a_store_that_is_away_is_not_waited_for_with_a_hand_on_the_pen(known: Shopify) -> None:
    """Looking whether it has heard of an erasure writes nothing, however often it is done."""
    known.send(said(), "customers/redact")
    known.work()
    assert request_of(known)["state"] == "sent"
    hq, written = known.world.hq, []
    write = hq.write
    hq.write = lambda *words, **more: (written.append(more), write(*words, **more))[1]  # type: ignore[method-assign]
    known.work()
    known.work()
    hq.write = write  # type: ignore[method-assign]
    assert [more for more in written if not more.get("lane")] == []


def test_a_request_for_data_waits_for_a_person_who_hands_it_over(known: Shopify) -> None:
    """All that HQ holds of them, by the pseudonym and by the orders named; nothing of others."""
    known.send(said(orders_requested=[9001], data_request={"id": 9999}), "customers/data_request")
    request = request_of(known)
    assert (request["state"], request["due_at"][:10]) == ("person", "2026-12-23")
    browser = known.world.sign_in("admin")
    data = browser.get(f"/api/v1/privacy-requests/{request['request_id']}/data").json
    assert [each["shown_number"] for each in data["orders"]] == ["#9001"]
    assert data["orders"][0]["contact"]["email"] == "ana@example.com"
    assert [each["shown_number"] for each in data["waiting"]] == ["#9002"]
    assert "ben" not in json.dumps(data)
    done = browser.post(
        f"/api/v1/privacy-requests/{request['request_id']}/done",
        json={},
        headers={"Origin": ORIGIN},
    )
    assert (done.status_code, done.json["state"], done.json["done_by"]) == (200, "done", "Admin")
    assert known.world.sign_in("viewer").get("/api/v1/privacy-requests").status_code == 403


def test_an_erasure_is_nobodys_to_close(known: Shopify) -> None:
    """It is done when it was done."""
    from sync.hq.app import commands

    known.send(said(), "customers/redact")
    request_id = request_of(known)["request_id"]
    answer = commands.run(known.world.hq, "privacy-done", {"request_id": request_id})
    assert "HQ carries this request out itself" in answer["error"]
    assert (
        "no such privacy request"
        in commands.run(known.world.hq, "privacy-done", {"request_id": "x"})["error"]
    )


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request", "shop/redact"])
def test_a_forged_request_is_refused_as_shopify_checks(shopify: Shopify, topic: str) -> None:
    """401 for a bad signature, 403 for another shop; nothing is noted."""
    body = bodies.encoded(said())
    forged = bodies.headers(topic, body, secret="guess")
    answer = shopify.world.client.post("/hooks/shopify", data=body, headers=forged)
    assert answer.status_code == 401
    other = said(shop_domain="other.myshopify.com")
    assert shopify.send(other, topic).status_code == 403
    assert shopify.world.table("privacy_requests") == []
