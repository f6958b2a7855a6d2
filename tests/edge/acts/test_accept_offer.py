"""Adding an offer to an order: looked at again in the instant in which it counts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from edge.consents.rules import Purpose
from edge.offers import actions, store
from edge.offers.rules.extra import ExtraState
from edge.offers.rules.refusals import (
    CannotBeReady,
    ExtraStateUnfit,
    ExtraUnknown,
    NoConsent,
    NotOnThisPass,
    SoldOut,
)
from edge.orders import actions as orders
from edge.orders.rules import Order
from sync.core.errors import Refusal
from tests.edge.acts.offer_world import OfferWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OfferWorld]:
    """A store with offers."""
    made = OfferWorld(tmp_path)
    yield made
    made.edge.close()


def on_the_way(world: OfferWorld, n: int = 1) -> Order:
    """An order whose customer said yes and set out."""
    order = world.order(n)
    world.says_yes(order)
    world.sets_out(order)
    return order


def test_adding_takes_one_and_gives_the_staff_a_task_with_a_start_by(world: OfferWorld) -> None:
    """Five minutes away, four to make: begin within the minute."""
    order, offer = on_the_way(world), world.offer()
    added = world.adds(order, offer)
    assert (added.surface, added.order_id, added.price_minor) == ("pass", order.order_id, 300)
    with world.edge.read() as reader:
        (extra,) = store.open_extras(reader)
        assert store.load(reader, offer.offer_id).left == 19
    assert extra.preparation_minutes == 4
    assert extra.start_by == world.clock.now().replace(second=0, microsecond=0)
    assert len(world.events("offer_redeemed", "offer_accepted")) == 2


def test_a_second_tap_adds_nothing_and_says_the_same(world: OfferWorld) -> None:
    """Also long after the first."""
    order, offer = on_the_way(world), world.offer()
    first = world.adds(order, offer)
    world.clock.advance(minutes=30)
    assert world.adds(order, offer) == first
    assert len(world.events("offer_redeemed")) == 1


def test_consent_withdrawn_after_the_page_was_drawn_is_refused(world: OfferWorld) -> None:
    """The use is checked in the transaction of the use."""
    order, offer = on_the_way(world), world.offer()
    assert world.sees(order).shown
    world.withdraws(order, Purpose.ADJACENT_OFFER)
    with pytest.raises(NoConsent):
        world.adds(order, offer)
    assert not world.events("offer_redeemed", "offer_accepted")


def test_too_late_is_refused_rather_than_made_late(world: OfferWorld) -> None:
    """The customer drove while the page lay open."""
    order, offer = on_the_way(world), world.offer()
    assert world.sees(order).shown
    world.clock.advance(minutes=20)
    with pytest.raises(CannotBeReady):
        world.adds(order, offer)


def test_the_last_one_goes_to_one_of_two_passes(world: OfferWorld) -> None:
    """Both tap in the same moment."""
    offer = world.offer(limit=1, preparation_minutes=0)
    passes = [on_the_way(world, n) for n in (1, 2)]
    start = Barrier(2)

    def tap(order: Order) -> str:
        start.wait()
        try:
            return world.adds(order, offer).spoken_code
        except SoldOut as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as phones:
        said = list(phones.map(tap, passes))
    assert said.count("sold_out") == 1
    assert len(world.events("offer_accepted")) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"goes_with": ("SKU-050",)}, "not_offered"),
        ({"active": False}, "no_longer_valid"),
        ({"sku": "SKU-001"}, "not_offered"),
    ],
)
def test_what_was_never_shown_cannot_be_added(
    world: OfferWorld, changes: dict[str, object], code: str
) -> None:
    """Somebody may send any id; the gates are asked again."""
    order, offer = on_the_way(world), world.offer(**changes)
    with pytest.raises(Refusal) as refused:
        world.adds(order, offer)
    assert refused.value.code == code


def test_an_order_that_ended_takes_no_extra(world: OfferWorld) -> None:
    """Even if its page is still open."""
    order, offer = on_the_way(world), world.offer()
    world.edge.write(lambda unit: orders.cancel(unit, order.order_id, reason="ill", by="ken"))
    with pytest.raises(NotOnThisPass):
        world.adds(order, offer)


def test_an_extra_goes_from_waiting_to_done_and_not_back(world: OfferWorld) -> None:
    """Each step has a name behind it, and its fact in the log."""
    order, offer = on_the_way(world), world.offer()
    redemption_id = world.adds(order, offer).redemption_id

    def to(state: ExtraState) -> None:
        world.edge.write(lambda unit: actions.move_extra(unit, redemption_id, state, by="ken"))

    to(ExtraState.STARTED)
    to(ExtraState.DONE)
    with pytest.raises(ExtraStateUnfit):
        to(ExtraState.STARTED)
    assert [fact.by for fact in world.events("extra_started", "extra_done")] == ["ken", "ken"]
    with pytest.raises(ExtraUnknown):
        world.edge.write(
            lambda unit: actions.move_extra(unit, "no-such", ExtraState.DONE, by="ken")
        )


def test_the_extras_of_an_order_that_ended_leave_the_board(world: OfferWorld) -> None:
    """Once; a repeated reaction drops nothing twice."""
    order, offer = on_the_way(world), world.offer()
    world.adds(order, offer)
    for _ in range(2):
        world.edge.write(lambda unit: actions.drop_extras(unit, order.order_id))
    with world.edge.read() as reader:
        assert store.open_extras(reader) == []
    assert len(world.events("extra_dropped")) == 1
