"""The simulator can fail: every mistake that is planted in the product is caught by one of the first seeds."""

import pytest

from tests.sim import planted

AT_LEAST = 12


def test_there_are_enough_of_them():
    """Each is a mistake that somebody made, some of them we."""
    assert len(planted.BUGS) >= AT_LEAST


@pytest.mark.parametrize("bug", planted.BUGS, ids=lambda each: each.name)
def test_it_is_caught(bug):
    """And gone again afterwards."""
    caught, _ = planted.catch(bug)
    assert caught is not None, bug.plant.__doc__
