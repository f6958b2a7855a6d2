"""The opened card says in one sentence why an order stands where it is, and what tells when its customer comes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from edge.arrivals.rules import Journey, Phase, Source
from edge.orders.rules import State
from edge.plan.rules import Why
from edge.screens.why_words import known_from, short, why
from tests.edge.screens.world import ENGLISH, JAPANESE, at, eta, here, known, on_the_way, order


def with_why(reason: Why):
    plain = known(order())
    return replace(plain, planned=changed(plain.place, why=reason, queue_seconds=240.0))


@pytest.mark.parametrize("reason", Why)
def test_every_reason_has_a_sentence_in_both_languages(reason):
    """None is left to a code word."""
    english, japanese = why(with_why(reason), ENGLISH), why(with_why(reason), JAPANESE)
    assert english.endswith(".")
    assert japanese.endswith("。")
    assert reason.value not in english.split()


def test_the_sentence_holds_the_values():
    """The promise and how long the work takes; for a queue, how much earlier."""
    assert "18:11" in why(known(order()), ENGLISH)
    assert "Begins 4 min earlier" in why(with_why(Why.QUEUE), ENGLISH)
    assert short(with_why(Why.QUEUE), ENGLISH) == ["busy then"]
    assert short(known(order()), ENGLISH) == []


def test_a_closed_order_has_no_place():
    """Nothing is left to say."""
    assert why(known(order(State.HANDED_OVER)), ENGLISH) == ""


@pytest.mark.parametrize(
    ("way", "expected", "said"),
    [
        (None, eta(), "Nothing was heard"),
        (on_the_way(), eta(5, 9, Source.TAP), "Said “on my way” at 17:50"),
        (on_the_way(), eta(5, 9, Source.LIVE), "tells its distance, last at 17:50"),
        (on_the_way(), eta(5, 9, Source.LIVE, is_signal_lost=True), "silent since 17:50"),
        (on_the_way(), eta(5, 9, Source.FIRST_MINUTE, is_signal_lost=True), "first minute"),
        (Journey("o17", Phase.TURNED_AWAY, started_at=at(-9)), eta(), "Moved away again"),
        (here(), eta(0, 0, Source.TAP), "Said “I am here”"),
        (here(), eta(0, 0, Source.SCAN), "Seen here"),
    ],
)
def test_each_step_of_the_ladder_is_named(way, expected, said):
    """Live, lost, first minute, tap, promise, scan: what is known, and since when."""
    assert said in known_from(known(order(), way, expected), ENGLISH)
