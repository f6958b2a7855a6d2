"""May this order be handed over on this code? Every reason has its own name."""

from datetime import timedelta

import pytest

from edge.orders.rules import State, handover
from edge.orders.rules import handover_refusals as no
from edge.orders.rules.codes import Scan
from edge.orders.rules.refusals import NotReady

from .conftest import NOON


def test_a_pass_says_for_which_store_it_is() -> None:
    """A typed code says nothing of its store, and is looked up like any other."""
    assert not handover.is_for_this_store(Scan("01234567", "MR"), "HL")
    assert handover.is_for_this_store(Scan("01234567", "HL"), "HL")
    assert handover.is_for_this_store(Scan("01234567"), "HL")


def test_the_pass_of_another_order_is_named(an_order) -> None:
    """Two customers at one desk do not leave with each other's bags."""
    with pytest.raises(no.CodeForAnotherOrder) as refused:
        handover.of_this_order(an_order(n=2), an_order(n=1))
    assert refused.value.details == {"other": "A-02", "number": "A-01"}


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (State.HANDED_OVER, no.AlreadyHandedOver),
        (State.CANCELLED, no.OrderWasCancelled),
        (State.NO_SHOW, no.OrderWasNotFetched),
        (State.RESTOCKED, no.OrderWasNotFetched),
    ],
)
def test_a_code_dies_with_its_order_and_says_how(an_order, state, kind) -> None:
    """Replayed, cancelled and not fetched are three different answers."""
    with pytest.raises(kind):
        handover.still_open(an_order(state=state), NOON)


def test_a_replay_says_when_the_goods_were_given(an_order) -> None:
    """Staff can look at the clock and at the customer."""
    with pytest.raises(no.AlreadyHandedOver) as refused:
        handover.still_open(an_order(state=State.HANDED_OVER), NOON)
    assert NOON.isoformat() in refused.value.message()


def test_after_the_hold_a_code_alone_is_not_enough(an_order) -> None:
    """One second before the end it still is."""
    order = an_order(state=State.READY)
    handover.on_hold(order, order.hold_until - timedelta(seconds=1))
    with pytest.raises(no.HoldEnded):
        handover.on_hold(order, order.hold_until)


def test_an_order_that_is_not_ready_is_refused_before_its_hold_is_looked_at(an_order) -> None:
    """The most helpful reason comes first."""
    with pytest.raises(NotReady):
        handover.on_hold(an_order(state=State.STAGED), NOON + timedelta(days=9))


@pytest.mark.parametrize(("code", "reason"), [("", ""), ("  ", ""), ("01234567", "knows her")])
def test_a_handover_goes_by_code_or_by_reason_never_both_or_neither(code, reason) -> None:
    """An override is a decision of its own."""
    with pytest.raises(no.CodeOrOverride):
        handover.one_way(code, reason)


def test_the_way_of_a_handover_is_recorded_as_scan_or_override() -> None:
    """Figures can tell them apart."""
    assert handover.one_way("01234567", "") == "scan"
    assert handover.one_way("", "phone is dead") == "override"
