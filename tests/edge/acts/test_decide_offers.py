"""Which offers stand beside an order: with consent, in time, and with a reason."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import How
from edge.consents.rules import Purpose
from edge.offers import actions, store
from edge.orders import actions as orders
from tests.edge.acts.offer_world import OfferWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OfferWorld]:
    """A store with offers."""
    made = OfferWorld(tmp_path)
    yield made
    made.edge.close()


def test_what_goes_with_the_order_and_is_ready_in_time_is_shown_with_its_reason(
    world: OfferWorld,
) -> None:
    """Ana said yes, is on the way, and coffee takes four minutes."""
    order, offer = world.order(), world.offer()
    world.says_yes(order)
    world.sets_out(order)
    (shown,) = world.sees(order).shown
    assert shown.offer_id == offer.offer_id
    assert (shown.why.key, shown.why.params) == ("goes_with_product", {"sku": "SKU-001"})


def test_without_consent_nothing_is_shown(world: OfferWorld) -> None:
    """Sharing the way alone is not asking for suggestions."""
    order = world.order()
    world.offer()
    world.says_yes(order, Purpose.ARRIVAL_TIMING)
    world.sets_out(order)
    assert world.sees(order).shown == ()
    assert world.reasons(order) == {"no_consent"}


@pytest.mark.parametrize("purpose", [Purpose.ARRIVAL_TIMING, Purpose.ADJACENT_OFFER])
def test_a_withdrawal_takes_the_offer_away_at_once(world: OfferWorld, purpose: Purpose) -> None:
    """Whichever of the two it was."""
    order = world.order()
    world.offer()
    world.says_yes(order)
    world.sets_out(order)
    assert world.sees(order).shown
    world.withdraws(order, purpose)
    assert world.sees(order).shown == ()


def test_before_the_customer_sets_out_nothing_is_promised(world: OfferWorld) -> None:
    """A promised time is not an ETA."""
    order = world.order()
    world.offer()
    world.says_yes(order)
    assert world.reasons(order) == {"no_eta"}


def test_what_takes_longer_than_the_way_is_not_offered(world: OfferWorld) -> None:
    """The early end of the ETA counts, not its middle."""
    order = world.order()
    world.offer(preparation_minutes=5)
    world.says_yes(order)
    world.sets_out(order)
    assert world.reasons(order) == {"not_ready_in_time"}


def test_other_extras_in_the_making_take_from_the_time_that_is_left(world: OfferWorld) -> None:
    """One pair of hands: Ana's coffee comes before Ben's."""
    ana, ben, coffee = world.order(1), world.order(2), world.offer()
    for order in (ana, ben):
        world.says_yes(order)
        world.sets_out(order)
    assert world.sees(ben).shown
    world.adds(ana, coffee)
    assert world.reasons(ben) == {"not_ready_in_time"}


def test_what_is_ordered_already_is_not_offered(world: OfferWorld) -> None:
    """And what goes with something else is not either."""
    order = world.order(1, "SKU-001", "SKU-061")
    world.offer(sku="SKU-061")
    world.offer(sku="SKU-063", goes_with=("SKU-050",))
    world.says_yes(order)
    world.sets_out(order)
    assert world.reasons(order) == {"on_the_order", "goes_with_others"}


def test_an_order_that_ended_has_no_offers(world: OfferWorld) -> None:
    """Cancelled is over."""
    order = world.order()
    world.offer()
    world.says_yes(order)
    world.sets_out(order)
    world.edge.write(lambda unit: orders.cancel(unit, order.order_id, reason="ill", by="ken"))
    assert world.sees(order).shown == ()


def test_not_now_holds_for_this_order_and_stop_this_kind_for_the_next_too(
    world: OfferWorld,
) -> None:
    """Two different answers."""
    order, coffee, cake = world.order(), world.offer(), world.offer(kind="cake", sku="SKU-063")
    world.says_yes(order)
    world.sets_out(order)
    assert len(world.sees(order).shown) == 2
    world.edge.write(lambda unit: actions.put_off(unit, coffee.offer_id, order.order_id))
    world.edge.write(lambda unit: actions.stop_kind(unit, cake.offer_id, order.customer_key))
    assert world.reasons(order) == {"not_now", "kind_stopped"}


def test_a_page_that_polls_writes_only_when_something_changes(world: OfferWorld) -> None:
    """Ten looks, one decision kept; when the offer goes, the change is kept too."""
    order, offer = world.order(), world.offer()
    world.says_yes(order)
    world.sets_out(order)
    before = world.edge.log.durable_seq
    for _ in range(10):
        world.sees(order)
        world.clock.advance(seconds=1)
    assert world.edge.log.durable_seq == before + 1
    world.clock.advance(minutes=10)
    world.edge.write(
        lambda unit: arrivals.arrive(unit, order.order_id, arrivals.Said(How.TAP, "3"), seen=None)
    )
    assert world.sees(order).shown == ()
    with world.edge.read() as reader:
        kept = store.decisions(reader, order.order_id)
    assert [len(each["shown"]) for each in kept] == [1, 0]
    assert [fact.body["offer_id"] for fact in world.events("offer_shown")] == [offer.offer_id]


def test_nothing_of_the_way_is_written_with_a_decision(world: OfferWorld) -> None:
    """Ranges live in memory; what is kept says why, not from where."""
    order = world.order()
    world.offer()
    world.says_yes(order)
    world.sets_out(order)
    world.sees(order)
    (fact,) = world.events("offer_shown")
    assert set(fact.body) == {"offer_id", "order_id", "why"}
    assert len(world.edge.part(RangeMemory)) == 0


def test_no_more_than_three_of_many(world: OfferWorld) -> None:
    """Ten would fit; three are shown."""
    order = world.order()
    for n in range(10):
        world.offer(sku=f"SKU-1{n:02d}", ends_at=world.clock.now() + timedelta(hours=n + 1))
    world.says_yes(order)
    world.sets_out(order)
    assert len(world.sees(order).shown) == 3
