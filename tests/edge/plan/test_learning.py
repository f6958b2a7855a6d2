"""A store learns how long its work takes: slowly at first, never from nonsense, and not for ever."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.plan.rules import SHIPPED
from edge.plan.rules.learning import BRING, MAKE, PICK, Done, Sums, learn, orders_seen, pace_of


def taught(*done: Done) -> dict[str, Sums]:
    learned: dict[str, Sums] = {}
    for each in done:
        learned |= learn(learned, each)
    return learned


def picks(count, *, fixed=83.0, ambient=20.0, chilled=20.0, noise=0.0, hour=11):
    """Orders of a store where a pick takes so long."""
    chance = random.Random(count)
    found = []
    for _ in range(count):
        lines = {"ambient": chance.randrange(1, 12), "chilled": chance.randrange(4)}
        seconds = fixed + ambient * lines["ambient"] + chilled * lines["chilled"]
        lucky = chance.uniform(-noise, noise)
        found.append(Done(hour=hour, lines=lines, pick_s=seconds * (1 + lucky)))
    return found


def test_nothing_learned_is_what_ships():
    """A new store begins with the shipped figures."""
    assert pace_of({}) == pace_of({}, hour=9) == SHIPPED


def test_one_order_moves_little():
    """One slow pick of three lines is no reason to plan every order slower by a third."""
    pace = pace_of(taught(Done(hour=11, lines={"ambient": 3}, pick_s=286.0)))
    assert SHIPPED.pick_seconds({"ambient": 3}) < pace.pick_seconds({"ambient": 3}) < 180.0


def test_a_hundred_orders_tell_way_and_zones_apart():
    """A long way and slow cold rooms: every basket is foretold within a tenth although each order varies."""
    pace = pace_of(taught(*picks(100, fixed=140, ambient=14, chilled=35, noise=0.2)), hour=11)
    for ambient, chilled in ((1, 0), (5, 2), (12, 0), (2, 4)):
        truth = 140 + 14 * ambient + 35 * chilled
        expected = pace.pick_seconds({"ambient": ambient, "chilled": chilled})
        assert expected == pytest.approx(truth, rel=0.1)
    assert pace.chilled_s > pace.ambient_s + 12


def test_a_slow_hour_is_known_as_such():
    """The evening crowd in the aisles: half as long again, at that hour only."""
    usual = picks(60, hour=11)
    crowded = picks(40, fixed=83 * 1.5, ambient=30, chilled=30, hour=18)
    learned = taught(*usual, *crowded)
    lines = {"ambient": 6}
    evening, morning = (pace_of(learned, hour).pick_seconds(lines) for hour in (18, 11))
    assert evening > 1.2 * morning
    assert morning == pytest.approx(SHIPPED.pick_seconds(lines), rel=0.15)


def test_making_and_bringing_out_are_learned_as_well():
    """The machine takes half as long again as the catalogue says; the bays are near."""
    one = Done(hour=11, lines={}, make_s=360.0, catalogue_s=240.0, bring_s=40.0)
    pace = pace_of(taught(*[one] * 60))
    assert pace.make_seconds(240.0) == pytest.approx(360, rel=0.1)
    assert pace.bring_s == pytest.approx(40, rel=0.2)


@pytest.mark.parametrize("seconds", [-3600.0, 0.0, 2.0, 40_000.0, 5_000.0, float("nan"), 1e12])
def test_what_cannot_have_been_work_teaches_nothing(seconds):
    """A clock that jumped, a claim kept over night, a wrong tap."""
    odd = Done(
        hour=3,
        lines={"ambient": 3},
        pick_s=seconds,
        make_s=seconds,
        catalogue_s=240.0,
        bring_s=seconds,
    )
    assert learn({}, odd) == {}


def test_no_figure_goes_beyond_three_times_what_ships():
    """However often the same strange thing happens."""
    strange = Done(hour=11, lines={"ambient": 1}, pick_s=600.0, bring_s=470.0)
    pace = pace_of(taught(*[strange] * 400))
    assert pace.ambient_s <= 3 * SHIPPED.ambient_s
    assert pace.fetch_s <= 3 * SHIPPED.fetch_s
    assert pace.bring_s <= 3 * SHIPPED.bring_s


def test_what_is_old_fades():
    """A store that was rebuilt is known again after some hundred orders."""
    before, after = picks(600, ambient=30), picks(600, ambient=12)
    pace = pace_of(taught(*before, *after), hour=11)
    assert pace.pick_seconds({"ambient": 6}) == pytest.approx(83 + 6 * 12, rel=0.1)


def test_from_how_many_is_kept():
    """The manager sees how much a figure is worth."""
    learned = taught(*picks(7), Done(hour=11, lines={}, bring_s=60.0))
    assert [orders_seen(learned, name) for name in (PICK, MAKE, BRING, "hour:11")] == [7, 0, 1, 7]


@given(
    orders=st.lists(
        st.builds(
            Done,
            hour=st.integers(0, 23),
            lines=st.dictionaries(
                st.sampled_from(["ambient", "chilled", "frozen", "bakery"]), st.integers(0, 40)
            ),
            pick_s=st.none() | st.floats(),
            make_s=st.none() | st.floats(),
            catalogue_s=st.floats(0, 3600),
            bring_s=st.none() | st.floats(),
        ),
        max_size=30,
    )
)
def test_whatever_happens_the_figures_stay_usable(orders):
    """Finite, above nothing, and within their bounds."""
    learned = taught(*orders)
    for hour in (None, *range(24)):
        pace = pace_of(learned, hour)
        assert 0 < pace.pick_seconds({"ambient": 1}) < 10 * SHIPPED.pick_seconds({"ambient": 1})
        assert SHIPPED.bring_s / 3 <= pace.bring_s <= 3 * SHIPPED.bring_s
        assert 1 / 3 <= pace.making <= 3
