"""Redeeming at a screen or at the desk: a closed list of results, and nobody is named without consent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.consents.rules import Purpose
from edge.offers import store
from edge.offers.rules import Result, qr_code
from edge.orders import actions as orders
from tests.edge.acts.offer_world import OfferWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OfferWorld]:
    """A store with offers."""
    made = OfferWorld(tmp_path)
    yield made
    made.edge.close()


def printed(world: OfferWorld, offer_id: str) -> str:
    """The text of an offer's printed code."""
    with world.edge.read() as reader:
        code = store.code_for(reader, "offer", offer_id)
    assert code is not None
    return qr_code.url("harbour-lane.localhost", code.code)


def test_without_a_pass_nobody_is_named(world: OfferWorld) -> None:
    """The row and the event hold an offer, a price and a code."""
    offer = world.offer()
    outcome = world.redeems(offer, scanned=printed(world, offer.offer_id))
    assert outcome.result is Result.OK
    (fact,) = world.events("offer_redeemed")
    assert fact.body["order_id"] == ""


def test_a_pass_names_its_customer_only_with_their_consent(world: OfferWorld) -> None:
    """What somebody bought by an offer is their purchase history."""
    order, offer = world.order(), world.offer()
    code = orders.code_of(order, world.shop)
    assert world.redeems(offer, pass_scanned=code).result is Result.NO_CONSENT
    assert not world.events("offer_redeemed")
    world.says_yes(order, Purpose.PURCHASE_OFFERS)
    redeemed = world.redeems(offer, pass_scanned=f"SE.HL.{code}")
    assert redeemed.result is Result.OK
    assert redeemed.or_refusal().order_id == order.order_id
    assert world.redeems(offer, pass_scanned=code).result is Result.ALREADY_USED


@pytest.mark.parametrize(
    ("how", "result"),
    [
        ({"scanned": "HTTPS://OTHER.EXAMPLE/Q/0123ABCD"}, Result.WRONG_STORE),
        ({"scanned": "0123ABCD"}, Result.UNKNOWN_CODE),
        ({"scanned": "<script>alert(1)</script>"}, Result.UNKNOWN_CODE),
        ({"pass_scanned": "SE.XX.0123ABCD"}, Result.WRONG_STORE),
        ({"pass_scanned": "SE.HL.0123ABCD"}, Result.UNKNOWN_CODE),
        ({"pass_scanned": "not a code"}, Result.UNKNOWN_CODE),
    ],
)
def test_forged_and_foreign_codes_are_refused_and_change_nothing(
    world: OfferWorld, how: dict[str, str], result: Result
) -> None:
    """Each by its own name, without a row or an event."""
    offer = world.offer()
    assert world.redeems(offer, **how).result is result
    assert not world.events("offer_redeemed")


def test_the_code_of_another_offer_is_not_taken_for_this_one(world: OfferWorld) -> None:
    """What is scanned is what is redeemed."""
    bread, coffee = world.offer(sku="SKU-070"), world.offer()
    outcome = world.redeems(coffee, scanned=printed(world, bread.offer_id))
    assert outcome.result is Result.UNKNOWN_CODE
