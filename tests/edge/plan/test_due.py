"""Bags are ready before the customer can be there; what is made is done while it is still good."""

from datetime import timedelta

import pytest

from edge.plan.rules.due import GOOD_FOR_SECONDS, bags_by, made_by
from tests.edge.plan.works import NOW, Window, at, on_the_way


def test_bags_are_ready_at_the_early_end_and_never_after_the_promise():
    """Shelf goods lose nothing by waiting."""
    assert bags_by(on_the_way(10, 12, 15), at(60)) == at(10)
    assert bags_by(on_the_way(10, 12, 15), at(5)) == at(5)


def test_without_a_sign_of_the_customer_the_promise_counts():
    """Nothing else is known."""
    assert bags_by(Window(at(30), at(30), at(30), is_known=False), at(30)) == at(30)


def test_where_customers_come_before_the_promise_bags_are_ready_for_them():
    """As the store has learnt it: the middle of them; where they come late, the promise is kept all the same."""
    early = Window(at(10), at(22), at(31), is_known=False)
    assert bags_by(early, at(30)) == at(22)
    assert bags_by(Window(at(25), at(38), at(50), is_known=False), at(30)) == at(30)


def test_nobody_knows_when_to_make_something_for_a_promise():
    """It would not be good any more when the customer comes."""
    assert made_by(Window(at(30), at(30), at(30), is_known=False), NOW) is None


@pytest.mark.parametrize("middle", [2, 6, 12, 25])
def test_a_sure_arrival_finds_it_made_and_good(middle):
    """Done before the middle of a narrow band, and good for longer than its late end."""
    coming = on_the_way(middle * 0.9, middle, middle * 1.1)
    done = made_by(coming, NOW)
    assert done is not None
    assert done <= coming.middle_at
    assert done + timedelta(seconds=GOOD_FOR_SECONDS) > coming.high_at


def test_the_wider_the_band_the_earlier_it_is_made():
    """Being late is as bad as being cold: the best moment lies where most arrivals fall into its ten minutes."""
    sure, unsure = made_by(on_the_way(9, 10, 11), NOW), made_by(on_the_way(3, 10, 20), NOW)
    assert sure is not None
    assert unsure is not None
    assert NOW < unsure < sure


def test_a_guess_over_hours_is_no_time_to_make_anything():
    """Less than one in five would get it good."""
    assert made_by(on_the_way(10, 90, 600), NOW) is None
