"""Whose order it is: a lease that picks make longer, that runs out, and that fences by holder."""

from datetime import timedelta

import pytest

from edge.orders.rules import claims, life
from edge.orders.rules import refusals as no
from edge.orders.rules.claims import Claim

from .conftest import NOON

LATER = NOON + timedelta(minutes=12)


@pytest.fixture
def kens(an_order):
    """Ken's from noon to ten past."""
    return claims.begin(an_order(), Claim("ken", NOON))[0]


def test_setting_out_claims_the_order_for_a_while(kens) -> None:
    """Until ten past noon."""
    assert (kens.picking_by, kens.picking_until) == ("ken", NOON + timedelta(minutes=10))


def test_each_pick_makes_the_claim_longer(kens) -> None:
    """Not at every scan: a minute more or less needs no writing."""
    soon = claims.held(kens, Claim("ken", NOON + timedelta(seconds=20)))
    assert soon is kens
    later = claims.held(kens, Claim("ken", NOON + timedelta(minutes=3)))
    assert later.picking_until == NOON + timedelta(minutes=13)


def test_others_hear_whose_it_is(kens) -> None:
    """Picking and setting out are both refused by name."""
    for tried in (claims.held, claims.begin):
        with pytest.raises(no.AlreadyPickedByAnother) as refused:
            tried(kens, Claim("mia", NOON))
        assert refused.value.details["picking_by"] == "ken"


def test_a_claim_that_ran_out_is_free_to_go_on_with(kens) -> None:
    """Mia just takes it; nobody has to be asked."""
    assert claims.has_lapsed(kens, LATER)
    taken, events = claims.begin(kens, Claim("mia", LATER))
    assert (taken.picking_by, events[0].kind) == ("mia", "order_picking_taken_over")


def test_a_claim_that_ran_out_is_still_its_holders(kens) -> None:
    """Nobody took it, so Ken's next pick renews it."""
    assert claims.held(kens, Claim("ken", LATER)).picking_until == LATER + timedelta(minutes=10)


def test_who_lost_an_order_cannot_pick_it_late(kens) -> None:
    """Ken's tablet comes back with a pick of an order that is Mia's by now, however the clock stands."""
    taken, _ = claims.take_over(kens, Claim("mia", NOON), holder="ken")
    for at in (NOON - timedelta(hours=1), NOON, LATER):
        with pytest.raises(no.AlreadyPickedByAnother):
            claims.held(taken, Claim("ken", at))


def test_taking_over_means_one_person(kens) -> None:
    """While Mia read Ken's name, Yuki took it: Mia is told, and takes nothing."""
    taken, _ = claims.take_over(kens, Claim("yuki", NOON), holder="ken")
    with pytest.raises(no.ClaimMovedOn):
        claims.take_over(taken, Claim("mia", NOON), holder="ken")


def test_ones_own_order_needs_no_taking_over(kens) -> None:
    """It is yours already."""
    with pytest.raises(no.ClaimIsYours):
        claims.take_over(kens, Claim("ken", NOON), holder="ken")


def test_an_order_nobody_fetches_is_held_by_nobody(an_order) -> None:
    """What the table says comes first: no claim is needed to hear that picking has not begun."""
    order = an_order()
    assert claims.held(order, Claim("mia", NOON)) is order
    with pytest.raises(no.NotPicking):
        life.count_one(order, 1)
