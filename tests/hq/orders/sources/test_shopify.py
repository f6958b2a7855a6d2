"""Whatever Shopify, or who holds its secret, sends: an order, a doubt or a clear refusal; nothing private kept."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.core.errors import Refusal
from sync.hq.orders.rules.calls import NO_SHOP, CallFailed
from sync.hq.orders.rules.draft import Draft, Ignored, Needs
from sync.hq.orders.rules.intake import neutral_lines
from sync.hq.orders.sources import shopify
from sync.hq.orders.web.worker import ShopWorker
from tests.hq.orders import shopify_bodies as bodies
from tests.hq.orders.fake_shop import TOKEN, FakeShop
from tests.hq.orders.shopify_bodies import SECRET, answered, headers, line, order, work, work_line
from tests.hq.world import World

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
TOPICS = sorted(
    [*shopify._WHOLE_ORDERS, *shopify._NAMES_ONLY, *shopify._PRIVACY, "orders/delete", "x"]
)
LATITUDE, LONGITUDE = "45.41634", "-75.6868"


def read(said: object, topic: str = "orders/create", **more: Any) -> Any:
    """What the adapter makes of a signed message."""
    body = bodies.encoded(said)
    return shopify.read(headers(topic, body, **more), body, secrets=[SECRET], shop=NO_SHOP)


def hint(said: object) -> Draft:
    """The draft that waits for its fetch."""
    found = read(said)
    assert isinstance(found, Needs)
    return found.known


def completed(known: Draft, *works: dict[str, Any], **changes: Any) -> Draft | Ignored:
    """The draft with an answer."""
    nodes = [{**each, "lineItems": {"nodes": each["lineItems"]}} for each in works]
    told = answered(works=[], **changes)
    del told["works"]
    told["fulfillmentOrders"] = {"nodes": nodes}
    return shopify.complete(known, [json.dumps({"data": {"order": told}}).encode()])


@settings(max_examples=200)
@given(
    changes=st.dictionaries(st.sampled_from(sorted(order())), VALUES, max_size=4),
    topic=st.sampled_from(TOPICS),
)
def test_any_change_of_an_order_is_read_or_refused_by_name(
    changes: dict[str, Any], topic: str
) -> None:
    """Never an unforeseen error, and what is read fits a neutral order."""
    try:
        found = read({**order(), **changes}, topic)
    except (Refusal, msgspec.EncodeError):
        return
    if isinstance(found, Needs):
        neutral_lines(found.known)
        assert len(found.known.source_id) <= 64
        msgspec.json.decode(msgspec.json.encode(found.known), type=Draft)


@given(body=st.binary(max_size=300), topic=st.sampled_from(TOPICS))
def test_any_bytes_with_a_good_signature_are_read_or_refused_by_name(
    body: bytes, topic: str
) -> None:
    """Also bytes that are no text at all."""
    try:
        read(body, topic)
    except Refusal:
        return


@settings(max_examples=200)
@given(
    changes=st.dictionaries(st.sampled_from(sorted(work())), VALUES, max_size=3),
    lines=st.lists(st.dictionaries(st.sampled_from(sorted(work_line())), VALUES), max_size=2),
    whole=st.dictionaries(st.sampled_from(sorted(answered())), VALUES, max_size=3),
)
def test_any_answer_is_an_order_a_doubt_or_a_failed_call(
    changes: dict[str, Any], lines: list[dict[str, Any]], whole: dict[str, Any]
) -> None:
    """A shop that answers nonsense is asked again; it never breaks the worker."""
    said = work(lines=[{**work_line(), **each} for each in lines], **changes)
    told = {**answered(works=[]), **whole}
    told["fulfillmentOrders"] = {"nodes": [{**said, "lineItems": {"nodes": said["lineItems"]}}]}
    try:
        body = json.dumps({"data": {"order": told}}).encode()
        found = shopify.complete(hint(order()), [body])
    except CallFailed:
        return
    if isinstance(found, Draft):
        neutral_lines(found)


@given(body=st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_as_an_answer_are_a_failed_call_or_nothing(body: bytes) -> None:
    """The same for what is no answer at all."""
    try:
        shopify.complete(hint(order()), [body])
    except CallFailed:
        return


def test_only_allowed_fields_are_in_a_draft() -> None:
    """Whatever a body holds beside them is not kept; the buyer's e-mail is the control."""
    kept = msgspec.json.encode(hint(order())).decode()
    for planted in (*bodies.HOME, "Rose Alley", "203.0.113.9", "Planted Agent"):
        assert planted not in kept
    assert "ana@example.com" in kept


def test_old_bodies_count_their_refunds_off() -> None:
    """Versions before `current_quantity` tell of a refund beside the lines."""
    old = [
        {k: v for k, v in line(n, quantity=3).items() if k != "current_quantity"} for n in (1, 2)
    ]
    refund = {
        "refund_line_items": [
            {"line_item_id": 1, "quantity": 2},
            {"line_item_id": 2, "quantity": 3},
        ]
    }
    known = hint(order(line_items=old, refunds=[refund]))
    assert [(each.sku, each.qty) for each in known.lines] == [("SKU-001", 1)]


@pytest.mark.parametrize(
    ("changes", "minor"),
    [
        ({"price": "680"}, 680),
        ({"price": "680", "discount_allocations": [{"amount": "100"}]}, 630),
        ({"price": "0"}, 0),
        ({"price": "10", "discount_allocations": [{"amount": "999"}]}, 0),
    ],
)
def test_a_price_is_what_one_piece_costs_after_its_discounts(
    changes: dict[str, Any], minor: int
) -> None:
    """Never below nothing."""
    assert hint(order(line_items=[line(**changes)])).lines[0].unit_price_minor == minor


def test_what_needs_no_picking_is_no_line() -> None:
    """Gift cards and tips; a line that nobody could pick makes the order doubtful."""
    gift = line(2, requires_shipping=False)
    assert [each.sku for each in hint(order(line_items=[line(), gift])).lines] == ["SKU-001"]
    assert "quantity" in hint(order(line_items=[line(current_quantity=1.5)])).unclear


@pytest.mark.parametrize(
    ("title", "address", "sign"),
    [
        ("Harbour Lane", None, "pickup"),
        ("Store pick-up", {}, "pickup"),
        ("店舗受け取り", {}, "pickup"),
        ("Abholung im Laden", {}, "pickup"),
        ("Standard", {}, "delivery"),
    ],
)
def test_a_shipping_line_is_a_sign_by_its_words_or_by_a_missing_address(
    title: str, address: object, sign: str
) -> None:
    """Weak, so it is only compared."""
    said = order(shipping_lines=[{"title": title}], shipping_address=address)
    assert hint(said).pickup.shipping == sign


# ---- what real shops sent, replayed; skipped where the recordings are not at hand ----


@pytest.fixture
def recorded(shared: Path) -> Path:
    """Bodies of others."""
    return shared / "data" / "borders" / "orders"


def test_a_recorded_order_is_read_in_either_wrapping(recorded: Path) -> None:
    """A shipped order of an old version: its sign says delivery, its lines are clear."""
    wrapped = json.loads((recorded / "shopify_order_rest.json").read_text())
    for said in (wrapped, wrapped["order"]):
        known = hint(said)
        assert (known.source_id, known.shown_number, known.currency) == (
            "450789469",
            "#1001",
            "USD",
        )
        assert known.pickup.shipping == "delivery"
        assert sum(each.qty for each in known.lines) >= 1
        kept = msgspec.json.encode(known).decode()
        assert LATITUDE not in kept
        assert LONGITUDE not in kept
        assert LATITUDE in json.dumps(wrapped)


def test_a_recorded_fulfilment_order_decides_by_its_method(recorded: Path) -> None:
    """As it was sent: shipping, no order of ours. With pick_up in the same place: a pickup, at its location."""
    said = json.loads((recorded / "shopify_fulfillment_order_2026_07.json").read_text())
    whole = json.loads((recorded / "shopify_order_rest.json").read_text())["order"]
    answer = said["submitted_fulfillment_order"]
    known = hint(whole)
    assert isinstance(
        shopify.complete(known, [json.dumps({"fulfillment_orders": [answer]}).encode()]), Ignored
    )
    changed = copy.deepcopy(answer)
    changed["delivery_method"]["method_type"] = "pick_up"
    none = msgspec.structs.replace(
        known, pickup=msgspec.structs.replace(known.pickup, shipping="none")
    )
    found = shopify.complete(none, [json.dumps({"fulfillment_orders": [changed]}).encode()])
    assert isinstance(found, Draft)
    assert (found.pickup.location, found.pickup.texts) == ("24826418", ("Apple Api Shipwire",))
    assert found.refs == ("1046000806",)
    assert found.lines == known.lines
    contradicting = shopify.complete(
        known, [json.dumps({"fulfillment_orders": [changed]}).encode()]
    )
    assert isinstance(contradicting, Draft)
    assert contradicting.pickup.doubt == "methods_contradict"


def test_a_recorded_local_delivery_needs_a_person(recorded: Path) -> None:
    """The store would prepare it, but nobody comes for it."""
    said = json.loads((recorded / "shopify_minimal_local.json").read_text())
    known = hint({**order(), **said})
    answer = json.dumps({"fulfillment_orders": said["fulfillment_orders"]}).encode()
    found = shopify.complete(known, [answer])
    assert isinstance(found, Draft)
    assert found.pickup.doubt == "local_delivery"


@pytest.fixture(scope="module")
def wild(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One HQ for all that hypothesis throws at it."""
    world = World(tmp_path_factory.mktemp("wild") / "hq")
    world.add_stores()
    world.command(
        "add-shop", name="shopify", adapter="shopify", currency="JPY", lang="en",
        url="http://127.0.0.1:1", secret=SECRET, token=TOKEN,
    )  # fmt: skip
    yield world
    world.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(st.sampled_from(sorted(order())), VALUES, max_size=3),
    more=st.dictionaries(
        st.sampled_from(["X-Shopify-Topic", "Shopify-Api-Version", "X-Shopify-Webhook-Id"]),
        st.sampled_from([*TOPICS, "", "2008-01", "\u00e9", "a" * 500]),
        max_size=3,
    ),
)
def test_no_header_and_no_body_makes_a_server_error(
    wild: World, changes: dict[str, Any], more: dict[str, str]
) -> None:
    """2xx or a named 4xx, over HTTP."""
    try:
        body = json.dumps({**order(), **changes}).encode()
    except ValueError:
        return
    given_headers = {**headers("orders/create", body), **more}
    answer = wild.client.post("/hooks/shopify", data=body, headers=given_headers)
    assert answer.status_code in (200, 401, 403, 422), answer.text


def test_no_raw_body_and_no_place_of_a_person_is_in_any_file(
    wild: World, fake_shop: FakeShop
) -> None:
    """In the whole folder, its log of writes included, before and after the fetch; two controls find what is there."""
    said = order(8001, note="Planted Note 77", customer_locale="en", email="canary@example.com",
                 customer=None)  # fmt: skip
    fake_shop.orders["8001"] = answered(8001)
    wild.command("add-shop", name="shopify", adapter="shopify", currency="JPY", lang="en",
                 url=fake_shop.url)  # fmt: skip
    body = bodies.encoded(said)
    sent = wild.client.post("/hooks/shopify", data=body, headers=headers("orders/create", body))
    assert sent.status_code == 200
    for _ in range(2):
        held = b"".join(path.read_bytes() for path in wild.hq.home.rglob("*") if path.is_file())
        for planted in (*bodies.HOME, "Rose Alley", "Planted Note", "35.5001", "203.0.113.9"):
            assert planted.encode() not in held
        assert b"canary@example.com" in held
        ShopWorker(wild.hq).work()
    planted_file = wild.hq.home / "control"
    planted_file.write_text(bodies.HOME[0])
    held = b"".join(path.read_bytes() for path in wild.hq.home.rglob("*") if path.is_file())
    assert bodies.HOME[0].encode() in held
    planted_file.unlink()
