"""The verbs of an order, each refusal by its name."""

from datetime import timedelta

import pytest

from edge.orders.rules import Finish, State, life
from edge.orders.rules import refusals as no

from .conftest import NOON


def kinds(events) -> list[str]:
    """What happened, in words."""
    return [event.kind for event in events]


def picked(an_order, *skus):
    """An order of which everything was found."""
    order, _ = life.start_picking(an_order(*skus), by="ken")
    for line in order.shelf_lines:
        order, _ = life.pick(order, line.line_no, line.qty)
    return order


def staged(an_order, *skus):
    """An order in bin 4."""
    return life.stage(picked(an_order, *skus), "4", bags=2, at=NOON)[0]


def test_the_last_pick_makes_the_order_picked(an_order) -> None:
    """Nobody has to say that picking is over."""
    order, _ = life.start_picking(an_order(), by="ken")
    order, first = life.pick(order, 1, 2)
    assert order.state is State.PICKING
    order, last = life.pick(order, 2, 2)
    assert order.state is State.PICKED
    assert kinds(first + last) == ["line_picked", "line_picked", "order_picked"]


def test_a_short_pick_decides_its_line(an_order) -> None:
    """Fewer found, even none, is an answer: the order goes on."""
    order, _ = life.start_picking(an_order(), by="ken")
    order, _ = life.pick(order, 1, 0)
    order, events = life.pick(order, 2, 1)
    assert order.state is State.PICKED
    assert kinds(events) == ["line_short_picked", "order_picked"]
    assert [line.is_short for line in order.lines] == [True, True]


def test_a_pick_can_be_corrected_until_the_order_is_staged(an_order) -> None:
    """The last word about a line counts, and the order stays picked."""
    order, events = life.pick(picked(an_order), 1, 1)
    assert order.state is State.PICKED
    assert order.line(1).picked_qty == 1
    assert kinds(events) == ["line_short_picked"]


def test_picking_follows_the_walk_through_the_store(an_order) -> None:
    """In aisle order, what must stay cold last; what is made is left out."""
    order = an_order("SKU-002", "SKU-061", "SKU-001")
    assert [line.sku for line in order.pick_list] == ["SKU-001", "SKU-002"]


def test_an_order_of_made_things_only_is_picked_as_soon_as_it_is_begun(an_order) -> None:
    """There is nothing to fetch for a coffee."""
    order, events = life.start_picking(an_order("SKU-061"), by="ken")
    assert order.state is State.PICKED
    assert kinds(events) == ["order_picking_started", "order_picked"]


def test_picking_somebody_elses_order_is_refused_with_who_has_it(an_order) -> None:
    """Two people never fetch the same order by accident."""
    order, _ = life.start_picking(an_order(), by="ken")
    with pytest.raises(no.AlreadyPickedByAnother) as refused:
        life.start_picking(order, by="mia")
    assert refused.value.details["picking_by"] == "ken"


def test_picking_can_be_taken_over_on_purpose(an_order) -> None:
    """When Ken has gone home, Mia goes on."""
    order, _ = life.start_picking(an_order(), by="ken")
    order, events = life.take_over(order, by="mia")
    assert order.picking_by == "mia"
    assert kinds(events) == ["order_picking_taken_over"]


def test_a_line_that_does_not_exist_is_refused(an_order) -> None:
    """Picking line 9 of two lines changes nothing."""
    order, _ = life.start_picking(an_order(), by="ken")
    with pytest.raises(no.LineUnknown):
        life.pick(order, 9, 1)


@pytest.mark.parametrize("qty", [-1, 3])
def test_more_than_ordered_or_less_than_nothing_is_refused(an_order, qty) -> None:
    """The basket holds between nothing and what was ordered."""
    order, _ = life.start_picking(an_order(), by="ken")
    with pytest.raises(no.TooManyPicked):
        life.pick(order, 1, qty)


def test_what_is_made_cannot_be_picked(an_order) -> None:
    """A coffee is not on a shelf."""
    order, _ = life.start_picking(an_order("SKU-001", "SKU-061"), by="ken")
    with pytest.raises(no.LineIsMadeToOrder):
        life.pick(order, 2, 1)


def test_staging_before_every_line_was_looked_for_is_refused(an_order) -> None:
    """The planted fault skip-pick runs into this."""
    order, _ = life.start_picking(an_order(), by="ken")
    order, _ = life.pick(order, 1, 2)
    with pytest.raises(no.NotPicked):
        life.stage(order, "4", bags=1, at=NOON)


def test_a_bin_that_holds_another_order_is_refused(an_order) -> None:
    """By its number, so that staff can look into the bin."""
    with pytest.raises(no.BinIsTaken) as refused:
        life.stage(picked(an_order), " 4 ", bags=1, at=NOON, held=("4", "A-17"))
    assert refused.value.details == {"bin": "4", "number": "A-17"}


def test_staging_nowhere_is_refused(an_order) -> None:
    """A bin is what the next person needs to know."""
    with pytest.raises(no.BinMissing):
        life.stage(picked(an_order), "  ", bags=1, at=NOON)


def test_a_staged_order_with_nothing_to_make_is_ready_by_itself(an_order) -> None:
    """Ready follows; nobody presses a button for it."""
    order, events = life.stage(picked(an_order), " 4 ", bags=2, at=NOON)
    assert (order.state, order.bin, order.bags) == (State.READY, "4", 2)
    assert kinds(events) == ["order_staged", "order_ready"]


def test_a_staged_order_waits_for_what_is_being_made(an_order) -> None:
    """Ready comes with the last of the two tasks, whichever it is."""
    order = staged(an_order, "SKU-001", "SKU-061")
    assert (order.state, order.finish) == (State.STAGED, Finish.WAITING)
    order, _ = life.start_finish(order)
    order, events = life.finish(order, at=NOON)
    assert (order.state, order.finish) == (State.READY, Finish.DONE)
    assert kinds(events) == ["order_finished", "order_ready"]


def test_made_first_and_staged_last_is_ready_too(an_order) -> None:
    """The order of the two tasks is free."""
    order, _ = life.start_finish(an_order("SKU-001", "SKU-061"))
    order, _ = life.finish(order, at=NOON)
    order, _ = life.start_picking(order, by="ken")
    order, _ = life.pick(order, 1, 2)
    assert life.stage(order, "4", bags=1, at=NOON)[0].state is State.READY


def test_calling_an_unfinished_order_ready_is_refused(an_order) -> None:
    """Ready means complete."""
    with pytest.raises(no.NotStaged):
        life.mark_ready(staged(an_order, "SKU-001", "SKU-061"), at=NOON)


def test_making_for_an_order_without_made_lines_is_refused(an_order) -> None:
    """Both verbs say so."""
    for verb in (life.start_finish, lambda order: life.finish(order, at=NOON)):
        with pytest.raises(no.NothingToFinish):
            verb(an_order("SKU-001"))


def test_the_same_coffee_is_not_begun_twice(an_order) -> None:
    """The second person hears that somebody is at it."""
    order, _ = life.start_finish(an_order("SKU-061"))
    with pytest.raises(no.FinishAlreadyStarted):
        life.start_finish(order)


def test_making_ends_only_after_it_began(an_order) -> None:
    """Done without started is refused: start-by figures would lie."""
    with pytest.raises(no.FinishNotStarted):
        life.finish(an_order("SKU-061"), at=NOON)


def test_an_order_that_became_ready_late_is_held_a_little_longer(an_order) -> None:
    """A customer gets at least half an hour, whatever the source promised."""
    late = NOON + timedelta(hours=7, minutes=50)
    order = life.stage(picked(an_order), "4", bags=1, at=late)[0]
    assert order.hold_until == late + timedelta(minutes=30)


def test_the_hold_ends_when_its_time_has_come(an_order) -> None:
    """Then, and not a second before, the order is a no-show."""
    order = staged(an_order)
    with pytest.raises(no.HoldNotOver):
        life.end_hold(order, at=order.hold_until - timedelta(seconds=1))
    gone, events = life.end_hold(order, at=order.hold_until)
    assert gone.state is State.NO_SHOW
    assert kinds(events) == ["order_no_show"]


def test_what_was_picked_goes_back_to_the_shelves(an_order) -> None:
    """A cancelled order with goods in it is restocked."""
    order, _ = life.cancel(picked(an_order))
    order, events = life.restock(order)
    assert order.state is State.RESTOCKED
    assert kinds(events) == ["order_restocked"]


def test_an_order_nobody_picked_has_nothing_to_put_back(an_order) -> None:
    """Restocking it is refused by name."""
    order, _ = life.cancel(an_order())
    with pytest.raises(no.NothingToRestock):
        life.restock(order)


def test_a_cancellation_needs_a_reason() -> None:
    """Blank is refused; a long story is cut."""
    with pytest.raises(no.ReasonMissing):
        life.reason("  ")
    assert life.reason(" changed mind ") == "changed mind"
    assert len(life.reason("x" * 999)) == life.LONGEST_REASON


def test_events_say_nothing_of_the_customer(an_order, a_neutral) -> None:
    """Ids, numbers and counts only: no name of a person or a product."""
    order, events = life.start_picking(an_order("SKU-001", "SKU-061"), by="ken")
    order, more = life.pick(order, 1, 2)
    order, last = life.stage(order, "4", bags=1, at=NOON)
    text = repr([*events, *more, *last])
    assert "Ana" not in text
    assert "name of" not in text
