"""A bay is named as people write it; a wrong one is refused with those that exist."""

from __future__ import annotations

import pytest

from edge.arrivals.rules.bays import BayUnknown, NoBays, bay_meant

BAYS = ("1", "2", "3", "10", "A4")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("3", "3"),
        (" bay 3 ", "3"),
        ("Bay-10", "10"),
        ("３", "3"),
        ("#2", "2"),
        ("03", "3"),
        ("a4", "A4"),
    ],
)
def test_a_bay_is_understood_as_it_is_said(said, meant):
    """Upper or lower case, full width, with the word before it."""
    assert bay_meant(said, BAYS) == meant


@pytest.mark.parametrize("said", ["4", "33", "13", "", "x", "0"])
def test_a_wrong_number_is_refused_with_those_that_exist(said):
    """In the order of the signs."""
    with pytest.raises(BayUnknown) as refused:
        bay_meant(said, BAYS)
    assert "1, 2, 3, 10, A4" in refused.value.message(BayUnknown.sentence)


def test_a_store_without_bays_says_so():
    """Not an empty list."""
    with pytest.raises(NoBays):
        bay_meant("3", ())
