"""A store learns from its handovers: quickly what is its own, nothing from the absurd, and anew when it changes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from math import exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.arrivals.rules import figures
from edge.arrivals.rules.forecast import Band
from edge.arrivals.rules.learned import NOTHING, PROMISED, RANGES, Learned, Step, correct
from edge.arrivals.rules.learning import Foretold, Observation, learn

PLANTED = 75.0
WITHIN = 15.0
# Seconds left half-way through each step, and how sure the shipped figures are of them (a logarithm).
WAYS = {
    Step.DOOR: (35.0, 0.40), Step.NEAR: (75.0, 0.45), Step.CLOSE: (190.0, 0.42), Step.TOWN: (430.0, 0.40),
    Step.OUTSKIRTS: (900.0, 0.36),
}  # fmt: skip
HOURS = (9, 12, 12, 16, 17, 17, 19)


class Store:
    """A simulated store: journeys as spread as the recorded ones, foretold rightly but for what is planted."""

    def __init__(
        self, seed: int, late: float = PLANTED, tap: float = 1.0, promise: float = 0.0
    ) -> None:
        self._chance = Random(seed)
        self.late, self.tap, self.promise = late, tap, promise

    def handover(self) -> Observation:
        chance, foretold = self._chance, []
        # One journey errs alike from beginning to end, and at each step by itself.
        own, begins = chance.gauss(0.0, 0.7), chance.randrange(1, len(WAYS))
        for step, (middle, spread) in list(WAYS.items())[: begins + 1]:
            said = middle * exp(chance.gauss(0.0, 0.2))
            band = Band(*(said * exp(spread * z) for z in (-1.2816, 0.0, 1.2816)))
            truth = said * exp(spread * (own + chance.gauss(0.0, 0.714)))
            foretold.append(Foretold(step, band, truth + self.late))
        way = figures.TAP_SECONDS[1] * self.tap * exp(chance.gauss(0.0, 0.6))
        foretold.append(Foretold(Step.TAP, Band(*figures.TAP_SECONDS), way))
        foretold.append(Foretold(Step.PROMISE, PROMISED, self.promise + chance.gauss(0.0, 500.0)))
        return Observation(
            chance.choice(HOURS), chance.choice(("", "", "car", "walk")), tuple(foretold)
        )

    def days(self, handovers: int) -> Iterator[Observation]:
        return (self.handover() for _ in range(handovers))


def taught(store: Store, handovers: int, known: Learned = NOTHING) -> Learned:
    for each in store.days(handovers):
        known = learn(known, each)
    return known


def bias(store: Store, known: Learned, steps=RANGES, handovers: int = 600) -> float:
    """The middle error over many later customers: positive for those who come later than was said."""
    return statistics.median(
        each.seconds
        - correct(each.band, known, step=each.step, hour=seen.hour, mode=seen.mode).p50
        for seen in store.days(handovers)
        for each in seen.foretold
        if each.step in steps
    )


@pytest.mark.parametrize("seed", range(4))
def test_after_fifty_handovers_a_planted_bias_is_gone(seed):
    """75 s late before; within 15 s after, over all ranges and near the door."""
    store = Store(seed)
    known = taught(store, 50)
    shipped, left = bias(store, NOTHING), bias(store, known)
    door = bias(store, known, (Step.DOOR, Step.NEAR))
    print(
        f"\nshipped {shipped:+.0f} s, after 50 handovers {left:+.0f} s, near the door {door:+.0f} s"
    )
    assert shipped > PLANTED - WITHIN
    assert abs(left) <= WITHIN
    assert abs(door) <= WITHIN


@pytest.mark.parametrize("handovers", range(6))
def test_the_first_five_handovers_change_nothing(handovers):
    """Chance looks like a bias when few have come."""
    store = Store(1)
    known = taught(store, handovers)
    for seen in store.days(20):
        for each in seen.foretold:
            told = correct(each.band, known, step=each.step, hour=seen.hour, mode=seen.mode)
            assert told == (each.band if each.step is not Step.PROMISE else Band(0.0, 0.0, 0.0))


def test_a_store_without_a_bias_learns_none():
    """Right figures stay right."""
    store = Store(3, late=0.0)
    assert abs(bias(store, taught(store, 200))) < 10.0


@pytest.mark.parametrize("absurd", [0.5, 7_000.0])
def test_one_absurd_handover_in_ten_moves_little(absurd):
    """A phone left in a car, a claim from the sofa: 10 % of them, all on one side."""
    store, chance, known = Store(5), Random(6), NOTHING
    for seen in store.days(200):
        wrong = tuple(Foretold(each.step, each.band, absurd) for each in seen.foretold)
        is_wrong = chance.random() < 0.1
        known = learn(known, Observation(seen.hour, seen.mode, wrong) if is_wrong else seen)
    left = bias(store, known)
    print(f"\n10 % at {absurd:.0f} s: {left:+.0f} s")
    assert abs(left) <= 30.0
    assert abs(known.levels["site"].value) <= 180.0


@pytest.mark.parametrize("seconds", [-1.0, 7_201.0, 90_000.0])
def test_a_senseless_truth_teaches_nothing(seconds):
    """Before it was said, or overnight."""
    wrong = Observation(9, "", (Foretold(Step.NEAR, Band(60.0, 90.0, 150.0), seconds),))
    assert learn(NOTHING, wrong) == NOTHING


def test_a_moved_pin_is_learnt_again():
    """75 s late for a year, then not any more: most of it is gone after the window of 200 handovers."""
    known = taught(Store(7), 400)
    store = Store(8, late=0.0)
    assert bias(store, known) < -50.0
    assert abs(bias(store, taught(store, 300, known))) <= 25.0


def test_without_locations_tap_and_promise_are_learnt():
    """Who comes twice as quickly as elsewhere from the tap on, and ten minutes before the promise."""
    store = Store(9, tap=0.5, promise=-600.0)
    known = taught(store, 50)
    half = figures.TAP_SECONDS[1] / 2
    tap = correct(Band(*figures.TAP_SECONDS), known, step=Step.TAP, hour=12, mode="")
    promise = correct(PROMISED, known, step=Step.PROMISE, hour=12, mode="")
    assert tap.p50 == pytest.approx(half, rel=0.25)
    assert promise.p50 == pytest.approx(-600.0, abs=180.0)
    assert promise.p10 < promise.p50 < promise.p90


def test_a_band_that_is_too_narrow_is_stretched():
    """Twice as spread as the figures believe: after 200 handovers three in four are inside again."""
    chance, known = Random(10), NOTHING

    def seen() -> Observation:
        band = Band(70.0, 90.0, 115.0)
        return Observation(9, "", (Foretold(Step.NEAR, band, max(1.0, chance.gauss(90.0, 36.0))),))

    for _ in range(200):
        known = learn(known, seen())
    inside = []
    for _ in range(500):
        (each,) = seen().foretold
        told = correct(each.band, known, step=Step.NEAR, hour=9, mode="")
        inside.append(told.p10 <= each.seconds <= told.p90)
    assert statistics.fmean(inside) >= 0.72
    assert known.seen["under_300_m"].high > 0.3


def test_what_a_manager_sees_is_what_was_planted():
    """The error of the shipped figures, and what is left of it, by step and part of the day."""
    known = taught(Store(11), 120)
    near = known.seen["under_300_m"]
    assert near.handovers == 120
    assert near.shipped_s == pytest.approx(PLANTED, abs=15.0)
    assert abs(near.left_s) < 15.0
    assert 0.7 <= near.held <= 0.95
    assert {"morning", "midday", "afternoon", "evening"} <= known.seen.keys()
    assert known.handovers == 120


truths = st.floats(-8_000.0, 8_000.0)
steps = st.sampled_from(list(Step))
bands = st.lists(st.floats(0.0, 7_200.0), min_size=3, max_size=3).map(lambda x: Band(*sorted(x)))
handovers = st.builds(
    Observation,
    st.integers(0, 23),
    st.sampled_from(("", "car")),
    st.lists(st.builds(Foretold, steps, bands, truths), max_size=6).map(tuple),
)


@given(st.lists(handovers, max_size=40))
def test_nothing_that_happens_makes_what_is_learnt_absurd(days):
    """Variances stay positive and below their priors, values bounded; and what was known is left as it was."""
    known = NOTHING
    for seen in days:
        before = Learned(dict(known.levels), dict(known.seen))
        later = learn(known, seen)
        assert known == before
        known = later
    for level in known.levels.values():
        assert 0.0 <= level.variance <= 600.0**2
        assert abs(level.value) <= 1_800.0
    for each in known.seen.values():
        assert -0.1 <= each.low <= 0.7
        assert 0.0 <= each.held <= 1.0
