"""A card says where an order stands, what to do next, and nothing that is not legal."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from edge.arrivals.rules import Doubted, Source
from edge.orders.rules import Finish, LineFacts, State
from edge.screens.order_card import card
from tests.edge.screens.world import (
    ENGLISH,
    JAPANESE,
    at,
    eta,
    here,
    known,
    line,
    on_the_way,
    order,
)


def test_a_customer_who_waits_pulses_until_somebody_brings_it():
    """Nobody has it yet: the card is new, and its one step is to bring it."""
    shown = card(known(order(State.READY, bin="4"), here(bay="3")), ENGLISH)
    assert (shown.lane, shown.is_new, shown.where.text) == ("out", True, "Bay 3")
    assert (shown.button.label, shown.button.url) == (
        "I'll bring it",
        "/api/v1/orders/o17/bringing",
    )


def test_once_somebody_brings_it_the_next_step_is_the_handover():
    """The card grows calm, names who has it, and asks for the customer's code."""
    ready = order(State.READY, bin="4", bringing_by="ken")
    shown = card(known(ready, here()), ENGLISH)
    assert not shown.is_new
    assert shown.since_word == "Ken has it"
    assert (shown.button.label, shown.button.asks) == ("Hand over", "code")


def test_the_longest_wait_stands_first():
    """Rank is the moment of arrival."""
    first = card(known(order(State.READY), here(minutes_ago=3)), ENGLISH)
    later = card(known(order(State.READY), here(minutes_ago=1)), ENGLISH)
    assert first.rank < later.rank


def test_an_order_whose_start_has_come_is_to_be_picked_now():
    """Late work says how late, and offers to take it."""
    late = order(promise_at=at(1))
    shown = card(known(late, expected=eta(1, 1)), ENGLISH)
    assert (shown.lane, shown.button.label) == ("pick", "Take")
    assert shown.slack.after == "{n} min late"
    assert shown.facts == ["2 lines"]


def test_an_order_with_time_to_spare_waits_in_later():
    """One row: number, name, promise."""
    shown = card(known(order(promise_at=at(90)), expected=eta(90, 90)), ENGLISH)
    assert (shown.lane, shown.big, shown.button) == ("later", "19:21", None)


def test_a_customer_in_the_store_comes_before_every_plan():
    """An order that is not ready though its customer is here stands first in Pick now, flagged."""
    urgent = card(known(order(), here()), ENGLISH)
    late = card(known(order(promise_at=at(-30)), expected=eta(-30, -30)), ENGLISH)
    assert urgent.lane == late.lane == "pick"
    assert urgent.rank < late.rank
    assert "Is here" in [flag.text for flag in urgent.flags]


def test_a_live_arrival_says_its_source_its_age_and_how_sure_it_is():
    """Three bars for a narrow band, two for a wider one, one for a promise."""
    ready = order(State.READY, bin="7")
    narrow = card(known(ready, on_the_way(), eta(2, 4, Source.LIVE)), ENGLISH).arrival
    wide = card(known(ready, on_the_way(), eta(5, 12, Source.LIVE)), ENGLISH).arrival
    tapped = card(known(ready, on_the_way(), eta(5, 30, Source.TAP)), ENGLISH).arrival
    assert [each.certainty for each in (narrow, wide, tapped)] == [3, 2, 1]
    assert (narrow.source, narrow.is_soft) == ("Phone", False)


def test_a_lost_signal_is_said_with_the_time_it_was_last_heard():
    """The band steps down to a guess and is drawn soft."""
    lost = eta(5, 12, Source.LIVE, is_signal_lost=True)
    shown = card(known(order(State.READY, bin="7"), on_the_way(), lost), ENGLISH)
    assert shown.lane == "coming"
    assert (shown.arrival.is_soft, shown.arrival.certainty) == (True, 1)
    assert shown.arrival.source.startswith("Last heard 17:50")


def test_a_started_picking_says_how_far_it_is_and_who_has_it():
    """Two of three lines, by Yuki."""
    lines = (line(1, picked_qty=1), line(2, picked_qty=1), line(3))
    shown = card(known(order(State.PICKING, lines=lines, picking_by="yuki")), ENGLISH)
    assert (shown.lane, shown.big, shown.who) == ("pick", "2 of 3 picked", "Yuki")


def soup_in_its_bin():
    """Everything is staged but the soup, which takes four minutes to make."""
    soup = line(3, facts=LineFacts(made_to_order=True, prep_seconds=240))
    return order(State.STAGED, lines=(line(1, picked_qty=1), soup), finish=Finish.WAITING, bin="2")


def test_what_is_made_to_order_is_its_own_task():
    """A staged order with something to make stands in Pick now when its customer comes near."""
    shown = card(known(soup_in_its_bin(), on_the_way(), eta(3, 5, Source.LIVE)), ENGLISH)
    assert (shown.lane, shown.button.label) == ("pick", "Start making")


def test_nothing_is_made_before_somebody_is_on_the_way():
    """A promise alone does not say when the soup would still be hot."""
    shown = card(known(soup_in_its_bin()), ENGLISH)
    assert (shown.lane, shown.button) == ("later", None)


def test_age_check_is_a_flag_on_every_lane():
    """Nobody may forget it."""
    wine = order(lines=(line(1, age_check=True),))
    for shown in (known(wine), known(replace(wine, state=State.READY, bin="1"), here())):
        assert "Check age" in [flag.text for flag in card(shown, ENGLISH).flags]


def test_a_card_speaks_the_screens_language():
    """The same card in Japanese; numbers and times stay."""
    shown = card(known(order(State.READY, bin="4"), here(bay="3")), JAPANESE)
    assert (shown.where.text, shown.button.label) == ("3番駐車枠", "私が届けます")


def test_what_does_not_fit_about_a_way_stands_on_the_card():
    """Also of somebody who is here: a colleague reads why to look twice."""
    way = msgspec.structs.replace(here(), doubts=(Doubted.IMPOSSIBLE_LEAD,))
    shown = card(known(order(State.READY), way), ENGLISH)
    assert "Phone was far away" in [flag.text for flag in shown.flags]


def test_a_doubt_that_the_store_has_answered_nags_nobody():
    """After a good scan there is nothing left to look at."""
    way = msgspec.structs.replace(here(), doubts=(Doubted.IMPOSSIBLE_LEAD,), evidence_at=at(-0.5))
    shown = card(known(order(State.READY), way), ENGLISH)
    assert "Phone was far away" not in [flag.text for flag in shown.flags]
