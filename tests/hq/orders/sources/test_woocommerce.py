"""Whatever a shop sends, signed or not: an order, a question for a person, or a clear refusal."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.core.errors import Refusal
from sync.hq.orders.rules.draft import Draft, Ignored
from sync.hq.orders.rules.intake import neutral_lines
from sync.hq.orders.sources import woocommerce
from tests.hq.world import SECRET, World, pickup_line, signature, woo_line, woo_order

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
KEYS = sorted(woo_order())


def read(said: object) -> Draft | Ignored:
    """What the adapter makes of a signed message."""
    body = msgspec.json.encode(said)
    found = woocommerce.read({"x-wc-webhook-signature": signature(body)}, body, secrets=[SECRET])
    assert isinstance(found, Draft | Ignored)
    return found


@given(changes=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4))
def test_any_change_of_an_order_is_read_or_refused_by_name(changes: dict[str, Any]) -> None:
    """Never an unforeseen error, and what is read fits a neutral order."""
    try:
        found = read({**woo_order(), **changes})
    except (Refusal, msgspec.EncodeError):
        return
    if isinstance(found, Draft):
        neutral_lines(found)
        assert len(found.source_id) <= 64
        assert len(found.shown_number) <= 40


@given(body=st.binary(max_size=300))
def test_any_bytes_with_a_good_signature_are_read_or_refused_by_name(body: bytes) -> None:
    """Also bytes that are no text at all."""
    headers = {"X-WC-Webhook-Signature": signature(body.strip(b" \t\n\r\0\x0b"))}
    try:
        woocommerce.read(headers, body, secrets=[SECRET])
    except Refusal:
        return


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_shuffled_and_repeated_versions_are_one_order(world: World, seed: int) -> None:
    """The newest version stands, whatever order they come in."""
    chance = random.Random(seed)
    order_id = 10_000 + seed
    versions = [
        woo_order(
            order_id, date_modified_gmt=f"2026-11-22T23:5{n}:00", line_items=[woo_line(quantity=n)]
        )
        for n in range(1, 5)
    ]
    sent = versions + chance.choices(versions, k=3)
    chance.shuffle(sent)
    for version in sent:
        assert world.hook(version).status_code == 200
    [order] = [row for row in world.table("orders") if row["source_id"] == str(order_id)]
    assert json.loads(order["lines"])[0]["qty"] == 4


def test_times_without_a_zone_are_utc_and_promises_need_one() -> None:
    """A promise without a zone could be any hour."""
    meta = [{"key": "pickup_at", "value": "2026-11-23T18:00:00+09:00"}]
    found = read(woo_order(meta_data=meta))
    assert isinstance(found, Draft)
    assert found.promise_at is not None
    assert found.promise_at.isoformat() == "2026-11-23T09:00:00+00:00"
    meta[0]["value"] = "2026-11-23T18:00:00"
    bare = read(woo_order(meta_data=meta))
    assert isinstance(bare, Draft)
    assert bare.promise_at is None


@pytest.mark.parametrize(
    ("currency", "total", "minor"),
    [("JPY", "1360", 680), ("EUR", "13.60", 680), ("KWD", "1.360", 680), ("EUR", "0.99", 50)],
)
def test_money_is_whole_in_the_currencys_own_digits(currency: str, total: str, minor: int) -> None:
    """Two pieces; halves go up."""
    found = read(woo_order(currency=currency, line_items=[woo_line(total=total)]))
    assert isinstance(found, Draft)
    assert found.lines[0].unit_price_minor == minor


def test_names_lose_entities_and_what_cannot_be_printed() -> None:
    """And are cut where stores cut them."""
    found = read(
        woo_order(line_items=[woo_line(name="Tea &times; 2\u202e\n&lt;b&gt;" + "x" * 300)])
    )
    assert isinstance(found, Draft)
    assert found.lines[0].name.startswith("Tea × 2 <b>x")
    assert len(found.lines[0].name) == 200


def test_recorded_orders_of_real_shops_are_read(shared: Path) -> None:
    """A shipped order is not ours; with a pickup line it is, whoever wrote the line."""
    folder = shared / "data" / "borders" / "orders"
    order = json.loads((folder / "woo_order_v3_created.json").read_text())
    lines = json.loads((folder / "woo_pickup_shipping_line_patch.json").read_text())
    shipped = read(order)
    assert isinstance(shipped, Draft)
    assert shipped.pickup.shipping == "delivery"
    for kind in ("classic", "blocks"):
        changed = copy.deepcopy(order)
        changed["shipping_lines"] = lines[kind]
        found = read(changed)
        assert isinstance(found, Draft)
        assert found.pickup.shipping == "pickup"
        assert [line.qty for line in found.lines] == [2, 1]
        assert [line.unit_price_minor for line in found.lines] == [300, 1200]
    assert found.pickup.texts == ("Main store",)


def test_a_body_that_was_indented_again_does_not_verify() -> None:
    """The signature covers the raw bytes."""
    body = msgspec.json.encode(woo_order(shipping_lines=[pickup_line()]))
    headers = {"x-wc-webhook-signature": signature(body)}
    with pytest.raises(Refusal):
        woocommerce.read(headers, msgspec.json.format(body), secrets=[SECRET])
    assert woocommerce.read(headers, body + b"\n", secrets=[SECRET])
