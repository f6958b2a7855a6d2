"""What a store has learnt corrects a forecast: ordered, bounded, and not before it has seen enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.arrivals.rules import learned
from edge.arrivals.rules.forecast import Band
from edge.arrivals.rules.learned import NOTHING, PROMISED, Learned, Level, Seen, Step, correct

NEAR = Band(60.0, 90.0, 150.0)
MODES = ("", "car", "bike", "walk")

seconds = st.floats(0.0, 7_200.0)
bands = st.lists(seconds, min_size=3, max_size=3).map(lambda three: Band(*sorted(three)))
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
levels = st.builds(Level, st.integers(0, 10**6), numbers, st.floats(0.0, 1e6))
stretches = st.floats(-0.1, 0.7)
sights = st.builds(Seen, low=stretches, high=stretches)


def site(seconds: float, handovers: int = 100, **levels: Level) -> Learned:
    return Learned({"site": Level(handovers, seconds, 25.0), **levels})


def told(
    band: Band, known: Learned, step: Step = Step.NEAR, hour: int = 10, mode: str = ""
) -> Band:
    return correct(band, known, step=step, hour=hour, mode=mode)


@pytest.mark.parametrize(
    ("metres", "step"),
    [
        (0, Step.DOOR),
        (99, Step.DOOR),
        (100, Step.NEAR),
        (7_999, Step.OUTSKIRTS),
        (8_000, Step.AWAY),
    ],
)
def test_each_range_has_its_step(metres, step):
    """The edges belong to the step outside."""
    assert learned.step_of(metres) is step
    assert learned.step_of(None) is Step.FAR


def test_the_evening_lasts_until_the_morning():
    """Every hour has a part of the day."""
    assert [learned.part_of_day(hour) for hour in (4, 5, 10, 11, 15, 18, 23, 0)] == [
        "evening", "morning", "morning", "midday", "afternoon", "evening", "evening", "evening",
    ]  # fmt: skip


def test_nothing_learnt_changes_nothing():
    """The shipped figures speak alone, and a promise is met on the minute."""
    assert told(NEAR, NOTHING) == NEAR
    assert told(PROMISED, NOTHING, Step.PROMISE) == Band(0.0, 0.0, 0.0)


def test_the_sites_seconds_come_on_top_at_every_distance():
    """A barrier takes as long for who comes from far."""
    far = Band(600.0, 900.0, 1_500.0)
    assert told(NEAR, site(75.0)).p50 == 165.0
    assert told(far, site(75.0), Step.OUTSKIRTS).p50 == 975.0


def test_a_slow_road_grows_with_the_way():
    """Ten percent of what is left."""
    known = site(0.0, under_3_km=Level(50, 0.0953, 0.0))
    assert told(Band(300.0, 600.0, 900.0), known, Step.TOWN).p50 == pytest.approx(660.0, abs=0.5)
    assert told(NEAR, known).p50 == 90.0


@pytest.mark.parametrize(("handovers", "share"), [(5, 0.0), (15, 0.5), (25, 1.0), (400, 1.0)])
def test_the_first_handovers_only_teach(handovers, share):
    """From the sixth on it is applied little by little, in full from the 25th."""
    assert told(NEAR, site(75.0, handovers)).p50 - NEAR.p50 == pytest.approx(75.0 * share)


@given(
    band=bands,
    known=st.dictionaries(
        st.sampled_from(["site", "tap", "promise", "under_300_m", "morning", "car", "unsaid"]),
        levels,
    ),
    sight=sights,
    step=st.sampled_from(list(Step)),
    hour=st.integers(0, 23),
    mode=st.sampled_from(MODES),
)
def test_a_correction_is_ordered_and_bounded_whatever_was_learnt(*, band, known, sight, **place):
    """Even of a table that somebody wrote into; only a promise may be met early."""
    everything = Learned(known, {each.value: sight for each in Step})
    step = place["step"]
    low, middle, high = correct(band, everything, **place)
    assert low <= middle <= high
    if step is Step.PROMISE:
        assert abs(middle) <= 1_200.0 + abs(band.p50)
        return
    assert low >= 0.0
    most = {Step.TAP: 1.2}.get(step, 0.35)
    assert band.p50 * 2.718**-most - 180.1 <= middle <= band.p50 * 2.7183**most + 180.1
    assert correct(band, everything, **place) == (low, middle, high)
