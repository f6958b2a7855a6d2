"""How long an order takes its staff."""

import pytest

from edge.orders.rules import (
    Finish,
    State,
    finish_seconds_left,
    pick_seconds_left,
    prep_seconds,
    work_seconds,
)


@pytest.mark.parametrize(
    ("lines", "prep", "seconds"),
    [(0, 0, 0), (1, 0, 103), (5, 0, 183), (0, 240, 240), (1, 240, 343)],
)
def test_work_is_fetching_picking_staging_and_making(lines, prep, seconds) -> None:
    """55 s to the first shelf, 20 s a line, 28 s to stage, and what is made."""
    assert work_seconds(lines, prep) == seconds


def test_a_stores_own_figures_replace_the_shipped_ones() -> None:
    """What was learned in this store is given as values."""
    assert work_seconds(2, pick_s=30, fetch_s=10, stage_s=5) == 75


def test_work_left_shrinks_as_lines_are_found(an_order) -> None:
    """A begun order has no first walk left, a ready one nothing."""
    assert pick_seconds_left(an_order()) == 55 + 2 * 20 + 28
    assert pick_seconds_left(an_order(state=State.PICKING)) == 2 * 20 + 28
    assert pick_seconds_left(an_order(state=State.READY)) == 0


def test_making_counts_until_it_is_done(an_order) -> None:
    """Also while somebody is at it."""
    order = an_order("SKU-001", "SKU-061")
    assert prep_seconds(order) == 240
    assert finish_seconds_left(order) == 240
    assert finish_seconds_left(an_order("SKU-061", finish=Finish.DONE)) == 0
