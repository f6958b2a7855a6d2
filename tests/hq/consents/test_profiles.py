"""A store knows what a person likes only with their leave, and only while they have an order there."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.hq.world import Box, World, event, woo_line, woo_order

GRANT = {"purpose": "purchase_offers", "grant_id": "g1", "granted_at": "2026-11-23T00:00:00+00:00"}


def told(box: Box) -> dict[str, Any]:
    """The profile that the store was told last."""
    box.hello()
    [change] = [change for change in box.pull().changes if change.record_type == "profile"]
    body = msgspec.json.decode(change.body)
    return {"gone": change.tombstone, "fields": body["fields"], "revision": change.revision}


def agreed(world: World) -> tuple[Box, str, str]:
    """A box, a person who gave their leave, and their second order."""
    world.hook(woo_order(1))
    person = world.table("orders")[0]["customer_key"]
    box = world.box()
    box.hello()
    box.push(event("consent_granted", "c1", customer_key=person, **GRANT))
    lines = [woo_line(sku="SKU-009", quantity=1, total="100")]
    second = world.hook(woo_order(2, line_items=lines)).json["order_id"]
    return box, person, second


def test_without_leave_nothing_is_told(world: World) -> None:
    """An order alone tells a store of that order alone."""
    world.hook(woo_order(1))
    assert not [row for row in world.table("feed") if row["record_type"] == "profile"]


def test_with_leave_the_next_order_brings_what_the_person_likes(world: World) -> None:
    """As shares of their orders; no name, no contact."""
    box, _, _ = agreed(world)
    fields = told(box)["fields"]
    assert fields["item_weights"]["value"] == {"SKU-003": 0.5, "SKU-009": 0.5}
    assert fields["flags"]["value"] == []
    assert "Ana" not in str(fields)


def test_leave_withdrawn_takes_back_what_was_told(world: World) -> None:
    """At once, with the push that told of it."""
    box, person, _ = agreed(world)
    box.hello()
    box.push(
        event(
            "consent_withdrawn", "c1", customer_key=person, purpose="purchase_offers",
            withdrawal_id="w1",
        )
    )  # fmt: skip
    assert (told(box)["fields"], told(box)["gone"]) == ({}, False)


def test_a_person_whose_orders_are_over_is_forgotten_by_the_store(world: World) -> None:
    """Not while another order waits."""
    box, _, second = agreed(world)
    first = next(row["order_id"] for row in world.table("orders") if row["order_id"] != second)
    box.hello()
    box.push(event("order_handed_over", second))
    assert told(box)["gone"] is False
    box.push(event("order_handed_over", first))
    assert told(box)["gone"] is True
