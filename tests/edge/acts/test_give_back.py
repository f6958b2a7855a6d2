"""An order that ends without a handover gives back what nobody made for it, and keeps what somebody did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.offers import actions, store
from edge.offers.rules.extra import ExtraState
from edge.offers.rules.refusals import UnknownCode
from edge.orders.rules import Order
from sync.records.record import CannotFold, Heard
from sync.records.redemption import REDEMPTION
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


def left(world: OfferWorld, offer) -> int | None:
    with world.edge.read() as reader:
        return store.load(reader, offer.offer_id).left


def give_back(world: OfferWorld, order: Order) -> None:
    world.edge.write(lambda unit: actions.give_back(unit, order.order_id))


def test_what_nobody_began_goes_back_once(world: OfferWorld) -> None:
    """To what is left, to the customer's one, and its code is worth nothing."""
    order, offer = on_the_way(world), world.offer(limit=1, once_per_customer=True)
    added = world.adds(order, offer)
    assert left(world, offer) == 0
    for _ in range(2):
        give_back(world, order)
    assert left(world, offer) == 1
    assert len(world.events("offer_released")) == 1
    with world.edge.read() as reader:
        assert store.redeemed_by(reader, order.customer_key) == frozenset()
        assert store.redemptions_with_order(reader, order.order_id) == []
        with pytest.raises(UnknownCode):
            actions.spoken(reader, added.spoken_code)
    again = world.edge.write(
        lambda unit: actions.redeem(
            unit, offer.offer_id, surface="pass", shopper_key=order.customer_key
        )
    )
    assert again.result == "ok"


def test_what_was_begun_or_given_out_stays_counted(world: OfferWorld) -> None:
    """The coffee is made, or drunk."""
    begun, given = on_the_way(world), on_the_way(world, 2)
    offer, at_hand = world.offer(limit=5), world.offer(limit=5, preparation_minutes=0)
    second, first = world.adds(given, at_hand), world.adds(begun, offer)
    world.edge.write(
        lambda unit: actions.move_extra(unit, first.redemption_id, ExtraState.STARTED, by="mo")
    )
    world.edge.write(lambda unit: actions.honour(unit, second.spoken_code, by="mo"))
    give_back(world, begun)
    give_back(world, given)
    assert (left(world, offer), left(world, at_hand)) == (4, 4)
    assert not world.events("offer_released")


def heard(kind: str, seq: int) -> Heard:
    return Heard(
        store_id="harbour-lane",
        seq=seq,
        event_id=f"e{seq}",
        kind=kind,
        aggregate_id="r1",
        at=f"2026-11-22T08:0{seq}:00.000000+00:00",
        body={"redemption_id": "r1", "offer_id": "f1"},
    )


def test_hq_hears_what_went_back(world: OfferWorld) -> None:
    """It counts uses across stores; what was given out cannot come back."""
    taken = REDEMPTION.fold(None, heard("offer_redeemed", 1))
    back = REDEMPTION.fold(taken, heard("offer_released", 2))
    assert back.released_at == "2026-11-22T08:02:00.000000+00:00"
    given = REDEMPTION.fold(taken, heard("offer_honoured", 3))
    for wrong in (None, given):
        with pytest.raises(CannotFold):
            REDEMPTION.fold(wrong, heard("offer_released", 4))
