"""An opened order: a walk through the store, legal steps only, and why the others must wait."""

from __future__ import annotations

from dataclasses import replace

from edge.orders.rules import Finish, LineFacts, Move, State, Substitute, next_steps
from edge.screens.order_detail import detail
from edge.screens.order_steps import buttons
from tests.edge.screens.world import ENGLISH, at, here, known, line, order

CHILLED = LineFacts(zone="chilled", aisle_order=30)
FROZEN = LineFacts(zone="frozen", aisle_order=40)


def picking(*lines):
    return known(order(State.PICKING, lines=lines, picking_by="yuki"))


def test_the_pick_list_is_a_walk_with_one_next_line():
    """Stations in walking order; cold things last, and exactly one line to fetch next."""
    lines = (line(1, picked_qty=1), line(2), line(3, facts=CHILLED), line(4, facts=FROZEN))
    shown = detail(picking(*lines), ENGLISH)
    assert [station.word for station in shown.stations] == ["Aisle 1", "Cold wall", "Freezer"]
    states = [pick.state for station in shown.stations for pick in station.lines]
    assert states == ["done", "next", "open", "open"]
    assert [station.state for station in shown.stations] == ["now", "ahead", "ahead"]


def test_the_first_button_picks_the_next_line():
    """It carries the whole request, so that the screen needs no rule."""
    shown = detail(picking(line(1, picked_qty=1), line(2, qty=3)), ENGLISH)
    first = shown.buttons[0]
    assert (first.label, first.body) == ("Picked: Bread, all 3", {"line_no": 2, "qty": 3})


def test_a_single_missing_thing_needs_no_question():
    """One ordered and not here can only be none; several ask how many."""
    one = detail(picking(line(1)), ENGLISH).stations[0].lines[0].short
    many = detail(picking(line(1, qty=3)), ENGLISH).stations[0].lines[0].short
    assert (one.asks, one.body["qty"]) == ("", 0)
    assert (many.asks, many.choices) == ("qty", ["0", "1", "2"])


def test_what_must_wait_says_what_it_waits_for():
    """Putting it into a bin is refused with the number of open lines."""
    shown = detail(picking(line(1), line(2)), ENGLISH)
    assert shown.refused[0].why == "Not yet: 2 lines are open."


def test_a_short_line_can_be_found_after_all():
    """Or something else goes in, where the customer allowed it."""
    short = line(1, qty=2, picked_qty=1, counted=1, substitute_allowed=True)
    shown = detail(picking(short, line(2)), ENGLISH).stations[0].lines[0]
    assert (shown.state, shown.note) == ("short", "1 of 2 found")
    assert shown.pick.body == {"line_no": 1, "qty": 2}
    assert shown.swap.body == {"line_no": 1, "found": 1}


def test_a_substituted_line_says_what_went_in():
    """And how many of the ordered thing were found."""
    other = Substitute(sku="SKU-009", name="Oat bread", qty=1, unit_price_minor=300)
    done = line(1, qty=2, picked_qty=1, counted=1, substitute=other)
    shown = detail(picking(done, line(2)), ENGLISH).stations[0].lines[0]
    assert (shown.state, shown.note) == ("swap", "1 × Oat bread instead · 1 of 2 found")
    assert (shown.pick, shown.swap) == (None, None)


def test_somebody_elses_order_offers_to_take_it_over_and_nothing_to_pick():
    """Asked once, by name; when their time ran out, not asked at all."""
    theirs = order(State.PICKING, lines=(line(1),), picking_by="yuki", picking_until=at(9))
    shown = detail(replace(known(theirs), viewer="ken"), ENGLISH)
    assert shown.stations[0].lines[0].pick is None
    first = shown.buttons[0]
    assert (first.label, first.asks) == ("Take it over", "confirm")
    assert first.about == "Yuki has this until 18:00. Take it over?"
    assert first.body == {"take_over": True, "holder": "yuki"}
    late = replace(theirs, picking_until=at(-1))
    assert detail(replace(known(late), viewer="ken"), ENGLISH).buttons[0].asks == ""


def test_ones_own_order_is_not_offered_for_taking_over():
    """Nor is it to a screen nobody is signed in at."""
    own = order(State.PICKING, lines=(line(1),), picking_by="yuki", picking_until=at(9))
    for viewer in ("yuki", ""):
        labels = [x.label for x in detail(replace(known(own), viewer=viewer), ENGLISH).buttons]
        assert "Take it over" not in labels
        assert labels[0] == "Picked: Bread"


def test_an_order_of_which_nothing_was_found_asks_for_a_decision():
    """No bin; cancelling is a button with a reason."""
    empty = known(order(State.PICKED, lines=(line(1, picked_qty=0),), picking_by="ken"))
    shown = detail(empty, ENGLISH)
    assert shown.refused[0].why.startswith("Nothing was found.")
    assert [each.asks for each in shown.buttons] == ["reason", "confirm"]


def test_staff_may_say_that_a_customer_is_here_once():
    """Asked first, as it cannot be taken back; no button for whoever is here already."""
    shown = detail(known(order(State.READY)), ENGLISH).buttons[-1]
    assert (shown.url.rpartition("/")[2], shown.asks) == ("arrival", "confirm")
    later = detail(known(order(State.READY), here()), ENGLISH)
    assert "arrival" not in {each.url.rpartition("/")[2] for each in later.buttons}


def test_only_legal_steps_are_buttons():
    """Every button of every state is a move that the table allows."""
    urls = {
        Move.ACCEPT: "acceptance",
        Move.START_PICKING: "picking",
        Move.TAKE_OVER: "picking",
        Move.STAGE: "staging",
        Move.START_FINISH: "finish",
        Move.FINISH: "finish",
        Move.BRING_OUT: "bringing",
        Move.HAND_OVER: "handover",
        Move.CANCEL: "cancellation",
        Move.RESTOCK: "restocking",
    }
    for state in State:
        at_hand = order(state, finish=Finish.NONE)
        legal = {urls[move] for move in next_steps(at_hand) if move in urls}
        shown = {each.url.rpartition("/")[2] for each in buttons(known(at_hand), ENGLISH)}
        assert shown <= legal


def test_a_free_bin_is_one_tap_away():
    """Bins that are empty are offered; any other can be scanned or typed."""
    picked = known(order(State.PICKED, lines=(line(1, picked_qty=1),)))
    stage = detail(picked, ENGLISH, bins=["1", "4"]).buttons[0]
    assert (stage.asks, stage.choices) == ("bin", ["1", "4"])


def test_the_plan_puts_the_work_against_the_arrival():
    """Ready and arrival on one line; no plan once the customer is here."""
    assert detail(known(order()), ENGLISH).plan is not None
    assert detail(known(order(), here()), ENGLISH).plan is None


def test_what_was_handed_over_has_no_time_to_spare_and_no_bin():
    """Its bin is free again: nobody is sent there, and nothing is late any more."""
    lines = (line(1, picked_qty=1),)
    ready = detail(known(order(State.READY, lines=lines, bin="14", bags=1)), ENGLISH)
    assert [bag.place for bag in ready.bags] == ["14"]
    gone = detail(known(order(State.HANDED_OVER, lines=lines, bin="14", bags=1)), ENGLISH)
    assert (gone.bags, [fact.word for fact in gone.times]) == ([], ["Ready by", "Promised"])


def test_times_are_the_stores_own():
    """08:51 UTC is 17:51 in Tokyo."""
    shown = detail(known(order(promise_at=at(9))), ENGLISH)
    assert ("Promised", "18:00") in [(fact.word, fact.value) for fact in shown.times]
