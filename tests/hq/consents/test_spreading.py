"""A "no" heard in one store reaches every store that knows the person, and is never lost."""

from __future__ import annotations

import msgspec

from tests.hq.world import World, event, pickup_line, woo_order

GRANT = {"purpose": "purchase_offers", "grant_id": "g1", "granted_at": "2026-11-23T00:00:00+00:00"}


def test_a_withdrawal_spreads_to_the_other_store_of_the_person(world: World) -> None:
    """The union travels, so that the order in which things are heard does not matter."""
    world.hook(woo_order(1))
    world.hook(woo_order(2, shipping_lines=[pickup_line("Mill Square")]))
    person = world.table("orders")[0]["customer_key"]
    here, there = world.box("harbour-lane", 1), world.box("mill-square", 2)
    here.hello()
    there.hello()
    there.push(event("consent_granted", "c1", customer_key=person, **GRANT))
    here.push(
        event(
            "consent_withdrawn", "c1", customer_key=person, purpose="purchase_offers",
            withdrawal_id="w1",
        )
    )  # fmt: skip
    [told] = [c for c in there.pull().changes if c.record_type == "consent"]
    known = msgspec.json.decode(told.body)["known"]
    assert (known["withdrawals"], [g["grant_id"] for g in known["grants"]]) == (["w1"], ["g1"])
    before = len(world.table("feed"))
    here.push(
        event(
            "consent_withdrawn",
            "c1",
            customer_key=person,
            purpose="purchase_offers",
            withdrawal_id="w1",
        )
    )
    assert len(world.table("feed")) == before


def test_a_stranger_to_other_stores_stays_one(world: World) -> None:
    """Nobody hears of a person whom they do not know."""
    world.hook(woo_order(1))
    person = world.table("orders")[0]["customer_key"]
    box, other = world.box("harbour-lane", 1), world.box("mill-square", 2)
    box.hello()
    other.hello()
    box.push(event("consent_granted", "c1", customer_key=person, **GRANT))
    assert not [c for c in other.pull().changes if c.record_type == "consent"]
