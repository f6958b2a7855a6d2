"""Public numbers: A-17, walking on, never two open orders with the same."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.orders.rules.numbers import ALL, LETTERS, LONGER, next_number, normal_number, store_day
from edge.orders.rules.refusals import NumbersExhausted

EVERY = [f"{letter}-{n:02d}" for letter in LETTERS for n in range(1, 100)]


@pytest.mark.parametrize(
    ("last", "following"),
    [("", "A-01"), ("A-17", "A-18"), ("A-99", "B-01"), ("Z-98", "Z-99"), ("Z-99", "A-01")],
)
def test_numbers_walk_on_and_wrap(last, following) -> None:
    """A day begins with A-01; after Z-99 comes A-01 again."""
    assert next_number(last, frozenset()) == following


def test_a_number_that_an_open_order_has_is_left_out() -> None:
    """Two customers never hear the same number."""
    assert next_number("A-16", {"A-17", "A-18"}) == "A-19"


@given(st.sampled_from(["", *EVERY]), st.sets(st.sampled_from(EVERY), max_size=50))
def test_a_new_number_is_always_free_and_well_formed(last, taken) -> None:
    """Whatever is open, the next number is new and of the known shape."""
    number = next_number(last, taken)
    assert number not in taken
    assert number in EVERY


def test_when_every_short_number_is_taken_a_longer_one_is_given() -> None:
    """2,574 open orders in one store: an order is taken all the same, and the next one too."""
    assert len(EVERY) == ALL
    assert next_number("C-05", frozenset(EVERY)) == "A-100"
    assert next_number("A-100", frozenset([*EVERY, "A-100"])) == "A-101"
    assert next_number("A-100", frozenset()) == "A-01"


def test_when_every_number_is_taken_the_order_is_refused_by_name() -> None:
    """25,974 open orders in one store: somebody must close some."""
    longer = [f"{letter}-{n}" for letter in LETTERS for n in LONGER]
    with pytest.raises(NumbersExhausted):
        next_number("C-05", frozenset([*EVERY, *longer]))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("a-17", "A-17"), (" A 7 ", "A-07"), ("B07", "B-07"), ("A-00", ""), ("AA-1", ""), ("", "")],
)
def test_a_number_is_read_as_people_type_it(typed, meant) -> None:
    """Lower case, blanks and missing noughts are mended; anything else is no number."""
    assert normal_number(typed) == meant


def test_the_day_of_numbers_is_the_stores_own_day() -> None:
    """In Tokyo a new day begins while it is still afternoon in UTC."""
    tokyo = ZoneInfo("Asia/Tokyo")
    assert store_day(datetime(2026, 11, 22, 14, 59, tzinfo=UTC), tokyo) == "2026-11-22"
    assert store_day(datetime(2026, 11, 22, 15, 0, tzinfo=UTC), tokyo) == "2026-11-23"
