"""What the pass says on the way: minutes when the phone tells, a time when it does not, a question when in doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from edge.arrivals.rules import Doubted, Phase, Source
from edge.orders.rules import State
from edge.screens import doubt_words
from edge.screens.pass_words import Moments, heading
from tests.edge.screens.world import ENGLISH, JAPANESE, at, eta, here, known, on_the_way, order


def said(order_state=State.ACCEPTED, way=None, expected=None, words=ENGLISH):
    title, lines = heading(known(order(order_state), way, expected), Moments(), words)
    return title, " ".join(lines)


def test_live_ranges_are_said_in_minutes_with_the_orders_own_times():
    """About so many minutes away, when the order starts, and when it is ready."""
    title, line = said(way=on_the_way(), expected=eta(8, 10, Source.LIVE))
    assert title == "About 9 min away"
    assert line.startswith("Your order starts at 17:")
    assert ", ready at 17:59" in line


def test_a_phone_that_was_hidden_after_the_first_minute_gets_a_time():
    """To five minutes, as it is a guess; and what to do when they come."""
    expected = eta(8, 12, Source.FIRST_MINUTE, is_signal_lost=True)
    title, line = said(way=on_the_way(), expected=expected)
    assert title == "We expect you about 18:00"
    assert line == "Tap “I am here” when you come."


def test_a_lost_signal_says_since_when():
    """Not minutes that nobody knows: the last time that the phone was heard."""
    expected = eta(8, 12, Source.LIVE, is_signal_lost=True)
    title, line = said(State.READY, on_the_way(), expected)
    assert title == "We expect you about 18:00"
    assert line.startswith("Your order is ready. Last heard from your phone at 17:50.")


def test_without_any_range_the_promise_stands():
    """Who shares nothing reads the same promise as before, and what to tap."""
    title, line = said(way=on_the_way(), expected=eta(8, 20, Source.TAP))
    assert (title, line) == ("We expect you", "Tap “I am here” when you come. Pick up 18:11")
    ready, until = said(State.READY, on_the_way(), eta(8, 20, Source.TAP))
    assert ready == "Ready for you"
    assert until.endswith("Kept for you until 22:11")


@pytest.mark.parametrize(
    ("doubt", "phase", "title"),
    [
        (Doubted.DOUBLE_TAP, Phase.EN_ROUTE, "Are you here?"),
        (Doubted.IMPOSSIBLE_LEAD, Phase.EN_ROUTE, "Are you here?"),
        (Doubted.TURNED_BACK, Phase.TURNED_AWAY, "Coming later?"),
        (Doubted.PASSED_BY, Phase.EN_ROUTE, "Gone past us?"),
    ],
)
def test_a_doubt_is_a_question_and_never_a_reproach(doubt, phase, title):
    """The customer reads what we see and what to do; staff read the same doubt in a few words."""
    way = changed(on_the_way(), phase=phase, doubts=(doubt,))
    assert said(way=way, expected=eta(8, 10, Source.LIVE))[0] == title
    assert said(way=way, words=JAPANESE)[0] != title
    assert len(doubt_words.to_staff(known(order(), way), ENGLISH)) == 1


def test_a_doubt_about_somebody_who_is_here_is_for_staff_only():
    """They were believed: the pass says that we come, the board why it may be wrong."""
    way = changed(here(), doubts=(Doubted.IMPOSSIBLE_LEAD,))
    assert said(State.READY, way)[0] == "You have arrived"
    assert doubt_words.to_staff(known(order(), way), ENGLISH) == ["Phone was far away"]


def test_an_order_that_is_over_has_no_doubts_left_to_show():
    """Thanks, whatever the way looked like."""
    way = changed(on_the_way(), doubts=(Doubted.PASSED_BY,))
    done = replace(known(order(State.HANDED_OVER), way), now=at(30))
    assert heading(done, Moments(), ENGLISH)[0] == "Thank you, Ana"
