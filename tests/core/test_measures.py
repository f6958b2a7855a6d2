"""What figures are made of: the interval of a share against its published form, and ranks."""

from __future__ import annotations

import pytest

from sync.core.measures import nearest_rank, share


@pytest.mark.parametrize(
    ("taken", "shown", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_interval_is_wilsons(taken, shown, low, high):
    """At 95 %, as in the tables of Newcombe (1998)."""
    got = share(taken, shown, z=1.96)
    assert (round(got.low, 4), round(got.high, 4)) == (low, high)


def test_nothing_shown_says_nothing():
    """Neither 0 % nor an error."""
    assert share(0, 0)[2:] == (0.0, 1.0)
    assert share(0, 0).middle is None


def test_more_cases_make_it_narrower_and_it_holds_the_share():
    """The same share of ten times as many."""
    few, many = share(3, 10), share(30, 100)
    assert many.high - many.low < few.high - few.low
    assert many.low < 0.3 < many.high


def test_a_rank_is_a_value_that_was_there():
    """The middle of four is the second, nine in ten of ten the ninth; of nothing there is none."""
    assert nearest_rank([1.0, 2.0, 3.0, 4.0], 0.5) == 2.0
    assert nearest_rank([float(n) for n in range(1, 11)], 0.9) == 9.0
    assert nearest_rank([5.0], 0.0) == 5.0
    assert nearest_rank([], 0.5) is None
