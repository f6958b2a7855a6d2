"""A shop's webhook becomes one order for the right store, or a question for a person."""

from __future__ import annotations

import msgspec
import pytest

from sync.hq.orders.rules.draft import token_hash
from tests.hq.world import SECRET, World, pickup_line, signature, woo_line, woo_order


def test_a_signed_order_goes_to_the_store_that_its_location_names(world: World) -> None:
    """One order, in the feed of Harbour Lane, with a link for the customer."""
    answer = world.hook(woo_order())
    taken = answer.json
    assert (answer.status_code, taken["outcome"]) == (200, "taken")
    assert taken["store_id"] == "harbour-lane"
    [row] = [row for row in world.table("feed") if row["record_type"] == "order"]
    fed = msgspec.json.decode(row["body"])
    assert (row["store_id"], fed["customer_name"]) == ("harbour-lane", "Ana K.")
    assert fed["lines"][0]["name"] == "Rice & beans"
    assert fed["lines"][0]["unit_price_minor"] == 680


def test_the_pass_token_is_kept_only_as_a_hash_and_can_be_made_again(world: World) -> None:
    """The link in the answer opens what the store holds the hash of."""
    url = world.hook(woo_order()).json["pass_url"]
    assert url.startswith("https://harbour-lane.localhost:8443/p/")
    [order] = world.table("orders")
    assert order["token_hash"] == token_hash(url.rsplit("/", 1)[1])
    assert world.hook(woo_order()).json["pass_url"] == url


def test_the_same_message_twice_is_one_order(world: World) -> None:
    """The delivery id of a shop repeats and changes; body and time do not."""
    first = world.hook(woo_order(), **{"X-WC-Webhook-Delivery-ID": "a"}).json
    second = world.hook(woo_order(), **{"X-WC-Webhook-Delivery-ID": "b"}).json
    assert second["order_id"] == first["order_id"]
    assert second["outcome"] == "known"
    assert len(world.table("orders")) == 1


def test_an_older_version_never_replaces_a_newer_one(world: World) -> None:
    """Versions may arrive in any order."""
    newer = woo_order(date_modified_gmt="2026-11-22T23:59:00", line_items=[woo_line(quantity=4)])
    world.hook(newer)
    assert world.hook(woo_order()).json["outcome"] == "older"
    [order] = world.table("orders")
    assert msgspec.json.decode(order["lines"])[0]["qty"] == 4


def test_a_version_dated_far_ahead_counts_as_of_now(world: World) -> None:
    """Or every true change after it would look old. Sent again and again it is one row."""
    ahead = woo_order(date_modified_gmt="2031-01-01T00:00:00")
    for minutes in (0, 1, 1):
        world.clock.advance(minutes=minutes)
        world.hook(ahead)
    assert len(world.table("messages")) == 1
    changed = woo_order(date_modified_gmt="2026-11-23T00:01:30", line_items=[woo_line(quantity=4)])
    assert world.hook(changed).json["outcome"] == "changed"
    assert world.table("orders")[0]["revision"] == 2


def test_a_newer_version_goes_down_with_a_higher_revision(world: World) -> None:
    """The store sees the change as a request."""
    world.hook(woo_order())
    changed = woo_order(date_modified_gmt="2026-11-22T23:59:00", line_items=[woo_line(quantity=4)])
    assert world.hook(changed).json["outcome"] == "changed"
    [row] = [row for row in world.table("feed") if row["record_type"] == "order"]
    assert row["revision"] == 2


@pytest.mark.parametrize("status", ["cancelled", "refunded", "failed", "trash"])
def test_an_order_that_ended_at_the_shop_is_asked_to_be_cancelled(
    world: World, status: str
) -> None:
    """The store decides; HQ asks."""
    world.hook(woo_order())
    ended = woo_order(status=status, date_modified_gmt="2026-11-22T23:59:00")
    assert world.hook(ended).json["outcome"] == "cancelled"
    [row] = [row for row in world.table("feed") if row["record_type"] == "order"]
    assert msgspec.json.decode(row["body"])["cancelled"] is True


def test_a_deletion_cancels_and_a_late_creation_does_not_bring_it_back(world: World) -> None:
    """A deletion carries an id only, and may come first."""
    assert world.hook({"id": 1001}).json["outcome"] == "ignored"
    assert world.hook(woo_order()).json["outcome"] == "ignored"
    assert world.table("orders") == []


def test_a_ping_is_answered_without_effect(world: World) -> None:
    """The first call of a shop is form-encoded and unsigned."""
    answer = world.client.post("/hooks/woo", data={"webhook_id": "12"})
    assert (answer.status_code, answer.json["outcome"]) == (200, "ignored")
    assert world.table("messages") == []


def test_a_wrong_signature_changes_nothing(world: World) -> None:
    """Unsigned, signed by another secret, or indented again on the way."""
    body = msgspec.json.encode(woo_order())
    indented = msgspec.json.format(body)
    for sent, shown in (
        (body, ""),
        (body, signature(body, "another secret")),
        (indented, signature(body)),
        (body, "not base64 at all é"),
    ):
        answer = world.client.post(
            "/hooks/woo", data=sent, headers={"X-WC-Webhook-Signature": shown}
        )
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "hook_forged")
    assert world.table("orders") == []


def test_both_secrets_hold_while_they_rotate(world: World) -> None:
    """The old secret counts until the next change."""
    world.command(
        "add-source",
        name="woo",
        adapter="woocommerce",
        currency="JPY",
        lang="en",
        secret="new one",
    )
    body = msgspec.json.encode(woo_order())
    for secret in (SECRET, "new one"):
        headers = {"X-WC-Webhook-Signature": signature(body, secret)}
        assert world.client.post("/hooks/woo", data=body, headers=headers).status_code == 200


def test_an_entity_in_the_secret_counts_as_its_character(world: World) -> None:
    """The shop decodes entities before it signs."""
    world.command(
        "add-source", name="woo", adapter="woocommerce", currency="JPY", lang="en",
        secret="a &amp; b &#039;c&#039;",
    )  # fmt: skip
    body = msgspec.json.encode(woo_order())
    headers = {"X-WC-Webhook-Signature": signature(body, "a & b 'c'")}
    assert world.client.post("/hooks/woo", data=body, headers=headers).status_code == 200


def test_an_unknown_location_needs_a_person_and_suggests_the_nearest_stores(world: World) -> None:
    """The hint is used once, as a place on earth; only a band of distance stays."""
    said = woo_order(shipping_lines=[pickup_line("Old Pier", "35.4999, 139.7001")])
    taken = world.hook(said).json
    assert (taken["needs_person"], taken["doubt"], taken["pass_url"]) == (
        True,
        "store_unknown",
        "",
    )
    [order] = world.table("orders")
    suggested = msgspec.json.decode(order["doubt"])["suggestions"]
    assert [each["store_id"] for each in suggested] == ["mill-square", "harbour-lane"]
    assert suggested[0]["band"] == "under 1 km"
    assert not [row for row in world.table("feed") if row["record_type"] == "order"]


@pytest.mark.parametrize(
    ("shipping", "doubt"),
    [
        (
            [pickup_line(), {"method_id": "flat_rate", "method_title": "Flat rate"}],
            "mixed_shipping",
        ),
        ([{"method_id": "local_pickup", "instance_id": "13"}], "store_missing"),
        ([pickup_line("Harbour Lane"), pickup_line("Mill Square")], "stores_contradict"),
    ],
)
def test_conflicting_signs_need_a_person(
    world: World, shipping: list[dict[str, object]], doubt: str
) -> None:
    """Never a guess."""
    taken = world.hook(woo_order(shipping_lines=shipping)).json
    assert (taken["needs_person"], taken["doubt"]) == (True, doubt)


def test_a_store_is_known_by_the_instance_of_its_shipping_method(world: World) -> None:
    """Classic pickup names no location; its method instance can be an alias of a store."""
    world.command(
        "save-store", store_id="mill-square", code="MS", name="Mill Square", zone="Asia/Tokyo",
        public_host="mill-square.localhost:8443", aliases=["local_pickup:13", "Old Mill"],
    )  # fmt: skip
    said = woo_order(shipping_lines=[{"method_id": "local_pickup:13", "method_title": "Pickup"}])
    assert world.hook(said).json["store_id"] == "mill-square"
    other = woo_order(1002, shipping_lines=[pickup_line("ｏｌｄ  mill!")])
    assert world.hook(other).json["store_id"] == "mill-square"


def test_deliveries_unpaid_and_completed_orders_are_not_ours(world: World) -> None:
    """They are answered, so that the shop keeps sending."""
    for said in (
        woo_order(1, shipping_lines=[{"method_id": "flat_rate"}]),
        woo_order(2, status="pending"),
        woo_order(3, status="completed"),
    ):
        assert world.hook(said).json["outcome"] == "ignored"
    assert world.hook({"id": 9}, **{"X-WC-Webhook-Resource": "product"}).status_code == 200
    assert world.table("orders") == []


def test_unclear_lines_need_a_person(world: World) -> None:
    """Half a piece cannot be picked, and is not rounded."""
    taken = world.hook(woo_order(line_items=[woo_line(quantity=0.5)])).json
    assert taken["doubt"] == "lines_unclear"


def test_too_much_and_unknown_sources_are_refused(world: World) -> None:
    """256 kB is far above any order."""
    big = world.client.post("/hooks/woo", data=b"x" * (256 * 1024 + 1))
    assert (big.status_code, big.json["error"]["code"]) == (413, "too_large")
    assert world.client.post("/hooks/other", data=b"{}").status_code == 404


def test_no_address_and_no_place_of_a_person_is_in_any_file(world: World) -> None:
    """The raw body, the home address and the hint are nowhere on the disk."""
    said = woo_order(
        shipping_lines=[pickup_line("35.123456, 139.654321", "35.123456, 139.654321")],
        customer_note="Ring at 4 Rose Alley",
    )
    world.hook(said)
    world.hq.write(lambda unit: None)
    found = world.kept()
    for planted in (b"Rose Alley", b"35.123456", b"139.654321", b"address_1"):
        assert planted not in found
    assert b"ana@example.com" in found


def test_the_neutral_api_takes_the_same_order_once(world: World) -> None:
    """With a key; a replay is answered as the first time."""
    key = world.command("add-api-key", name="till")["key"]
    said = {
        "source_id": "T-1",
        "store": "harbour-lane",
        "currency": "JPY",
        "lines": [{"sku": "SKU-001", "qty": 1, "unit_price_minor": 200}],
        "buyer": {"first_name": "Ben", "last_name": "Oda"},
    }
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "key-0001"}
    first = world.client.post("/api/v1/orders", json=said, headers=headers)
    second = world.client.post("/api/v1/orders", json=said, headers=headers)
    assert (first.status_code, first.json["store_id"]) == (201, "harbour-lane")
    assert second.json == first.json
    other = world.client.post("/api/v1/orders", json={**said, "source_id": "T-2"}, headers=headers)
    assert (other.status_code, other.json["error"]["code"]) == (409, "key_reused")
    assert world.client.post("/api/v1/orders", json=said).status_code == 401


def test_bad_neutral_orders_are_refused_by_name(world: World) -> None:
    """Unknown field, wrong type, broken, deep, wrong kind of body."""
    key = world.command("add-api-key", name="till")["key"]
    headers = {"Authorization": f"Bearer {key}"}
    json = {"Content-Type": "application/json", **headers}
    deep = b"[" * 50 + b"]" * 50
    for body, status in (
        (b'{"x": 1}', 422),
        (b'{"store": ', 400),
        (deep, 400),
        (b'{"source_id": 1}', 422),
    ):
        assert world.client.post("/api/v1/orders", data=body, headers=json).status_code == status
    assert world.client.post("/api/v1/orders", data={"a": "b"}, headers=headers).status_code == 415
