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


def test_a_store_cannot_speak_for_somebody_elses_customer(world: World) -> None:
    """A grant of a person with orders elsewhere only waits, in sight, until an order makes it this store's word."""
    world.hook(woo_order(1))
    person = world.table("orders")[0]["customer_key"]
    theirs, foreign = world.box("harbour-lane", 1), world.box("mill-square", 2)
    theirs.hello()
    foreign.hello()
    reply = foreign.push(event("consent_granted", person, customer_key=person, **GRANT))
    assert [each.reason for each in reply.quarantined] == [
        "a grant of somebody who has no order at this store"
    ]
    assert not [c for c in theirs.pull().changes if c.record_type in ("consent", "profile")]
    assert world.table("consents") == []
    world.hook(woo_order(2, shipping_lines=[pickup_line("Mill Square")]))
    world.command("retry-waiting")
    assert [row["record_id"] for row in world.table("consents")] == [f"{person}:purchase_offers"]


def test_a_withdrawal_is_taken_from_anybody_and_waits_for_nothing(world: World) -> None:
    """Not even for a grant of the same person that waits: taking away is always safe."""
    world.hook(woo_order(1))
    person = world.table("orders")[0]["customer_key"]
    theirs, foreign = world.box("harbour-lane", 1), world.box("mill-square", 2)
    theirs.hello()
    foreign.hello()
    foreign.push(event("consent_granted", person, customer_key=person, **GRANT))
    foreign.push(
        event(
            "consent_withdrawn",
            person,
            customer_key=person,
            purpose="purchase_offers",
            withdrawal_id="w1",
        )
    )
    [told] = [c for c in theirs.pull().changes if c.record_type == "consent"]
    known = msgspec.json.decode(told.body)["known"]
    assert (known["withdrawals"], known.get("grants", [])) == (["w1"], [])


def test_a_store_speaks_for_whom_only_it_knows(world: World) -> None:
    """Somebody who ordered at its own till: HQ never had an order of theirs."""
    box = world.box("harbour-lane", 1)
    box.hello()
    reply = box.push(event("consent_granted", "till-1", customer_key="till-1", **GRANT))
    assert reply.quarantined == []


def test_a_store_that_told_of_somebody_hears_of_their_no_after_an_erasure(world: World) -> None:
    """Their orders are nobody's at HQ by then; the yes in the store's own table still has to end."""
    world.hook(woo_order(1))
    person = world.table("orders")[0]["customer_key"]
    here, there = world.box("harbour-lane", 1), world.box("mill-square", 2)
    here.hello()
    there.hello()
    here.push(event("consent_granted", person, customer_key=person, **GRANT))
    world.hq.write(lambda unit: unit.execute("UPDATE orders SET customer_key = 'nobody'"))
    no = {"customer_key": person, "purpose": "purchase_offers", "withdrawal_id": "w1"}
    there.push(event("consent_withdrawn", person, **no))
    [told] = [c for c in here.pull().changes if c.record_type == "consent"]
    assert msgspec.json.decode(told.body)["known"]["withdrawals"] == ["w1"]


def consents_in(box) -> dict[str, list[str]]:
    """The withdrawals of each consent in the rest of a store's feed."""
    return {
        each.record_id: msgspec.json.decode(each.body)["known"]["withdrawals"]
        for each in box.pull().changes
        if each.record_type == "consent"
    }


def test_a_yes_given_without_having_heard_of_a_no_elsewhere_is_answered_with_it(
    world: World,
) -> None:
    """Else the yes would stand in that store for ever, by what it knows."""
    world.hook(woo_order(1))
    person = world.table("orders")[0]["customer_key"]
    here, there = world.box("harbour-lane", 1), world.box("mill-square", 2)
    here.hello()
    there.hello()
    no = {"customer_key": person, "purpose": "purchase_offers", "withdrawal_id": "w1"}
    there.push(event("consent_withdrawn", person, **no))
    consents_in(here)
    world.hq.write(lambda unit: unit.execute("DELETE FROM feed WHERE record_type = 'consent'"))
    here.push(event("consent_granted", person, customer_key=person, **GRANT))
    assert consents_in(here) == {f"{person}:purchase_offers": ["w1"]}


def test_a_store_that_gets_an_order_hears_what_its_customer_said_elsewhere(world: World) -> None:
    """The no was heard when this store did not know the person yet."""
    world.hook(woo_order(1))
    person = world.table("orders")[0]["customer_key"]
    here, there = world.box("harbour-lane", 1), world.box("mill-square", 2)
    here.hello()
    there.hello()
    no = {"customer_key": person, "purpose": "purchase_offers", "withdrawal_id": "w1"}
    here.push(event("consent_withdrawn", person, **no))
    assert consents_in(there) == {}
    world.hook(woo_order(2, shipping_lines=[pickup_line("Mill Square")]))
    assert consents_in(there) == {f"{person}:purchase_offers": ["w1"]}
