"""Ranges live in memory only: bounded, aged, dropped."""

from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from edge.arrivals.memory import RangeMemory, ReportPace, TooManyReports
from edge.arrivals.rules import Sighting, Step
from edge.arrivals.rules.forecast import forecast
from edge.arrivals.rules.reports import trail_of

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TRAIL = trail_of([(0.0, 500.0, None)])
SEEN = Sighting(TRAIL, forecast(TRAIL), AT)


def test_what_was_noted_is_found_until_it_is_dropped():
    """A drop is at once."""
    memory = RangeMemory()
    memory.note("o1", SEEN, monotonic=0.0, drops=memory.drops)
    assert memory.get("o1", monotonic=1.0) == SEEN
    memory.drop("o1")
    assert memory.get("o1", monotonic=1.0) is None
    assert len(memory) == 0


def test_a_report_on_its_way_in_cannot_survive_a_withdrawal():
    """Consent was checked before the withdrawal, the note comes after it: nothing is kept."""
    memory = RangeMemory()
    asked = memory.drops
    memory.drop("o1")
    assert not memory.note("o1", SEEN, monotonic=0.0, drops=asked)
    assert memory.get("o1", monotonic=0.0) is None
    assert memory.note("o1", SEEN, monotonic=0.0, drops=memory.drops)


def test_two_hours_after_the_first_report_everything_is_gone():
    """By the monotonic clock, however often the phone reports."""
    memory = RangeMemory()
    for at in (0.0, 3_600.0, 7_000.0):
        memory.note("o1", SEEN, monotonic=at, drops=memory.drops)
    assert memory.get("o1", monotonic=7_199.0)
    assert memory.get("o1", monotonic=7_201.0) is None
    assert len(memory) == 0


def test_each_journey_has_its_own_two_hours():
    """In whatever order they came, and also when the one that would have ended first was dropped."""
    memory = RangeMemory()
    for order_id, at in (("first", 0.0), ("second", 60.0), ("third", 120.0)):
        memory.note(order_id, SEEN, monotonic=at, drops=memory.drops)
    memory.drop("first")
    assert memory.get("second", monotonic=7_260.0)
    assert memory.get("third", monotonic=7_260.1)
    assert memory.get("second", monotonic=7_260.1) is None
    assert len(memory) == 1
    assert memory.get("third", monotonic=7_320.1) is None
    assert len(memory) == 0


def test_the_memory_is_bounded():
    """A flood of journeys pushes out the oldest, never the machine."""
    memory = RangeMemory(most=3)
    for n in range(10):
        memory.note(f"o{n}", SEEN, monotonic=float(n), drops=memory.drops)
    assert len(memory) == 3
    assert memory.get("o9", monotonic=9.0)


def test_listeners_hear_of_every_change_and_drop():
    """The board's readings follow what the memory holds."""
    memory, heard = RangeMemory(), []
    memory.on_change(heard.append)
    memory.note("o1", SEEN, monotonic=0.0, drops=0)
    memory.drop("o1")
    memory.drop("o1")
    assert heard == ["o1", "o1"]


def test_the_pass_can_say_how_much_was_sent():
    """What we know is shown to whom it is about."""
    memory = RangeMemory()
    memory.note("o1", SEEN, monotonic=0.0, drops=0, sent=3)
    memory.note("o1", SEEN, monotonic=1.0, drops=0)
    assert memory.sent("o1", monotonic=1.0) == 4
    assert memory.sent("o1", monotonic=7_201.0) == 0


def test_of_a_flood_the_newest_is_let_in():
    """Fifty a second for ten seconds: what is let in is never older than a tenth of a second."""
    pace, taken = ReportPace(), []
    for n in range(500):
        with suppress(TooManyReports):
            pace.admit("o1", n / 50.0)
            taken.append(n / 50.0)
    assert 120 <= len(taken) <= 132
    assert max(b - a for a, b in pairwise(taken)) < 0.101
    assert taken[-1] > 9.9


def test_a_flood_on_one_journey_keeps_no_other_out():
    """Each order has its own pace, and who is told to wait for a second is let in after it."""
    pace = ReportPace()
    for _ in range(30):
        pace.admit("o1", 5.0)
    with pytest.raises(TooManyReports) as refused:
        pace.admit("o1", 5.0)
    assert refused.value.details == {"seconds": 1}
    pace.admit("o2", 5.0)
    pace.admit("o1", 6.0)


def test_the_pace_of_long_gone_journeys_is_forgotten():
    """Bounded, like everything in memory."""
    pace = ReportPace()
    for n in range(3_000):
        pace.admit(f"o{n}", 1.0)
    assert len(pace._left) == 2_000


def test_what_was_foretold_is_summed_by_step_until_it_is_dropped():
    """Sums of forecasts and times: no distance, no series."""
    memory = RangeMemory()
    for _ in range(3):
        memory.note("o1", SEEN, monotonic=0.0, drops=memory.drops)
    ((step, said),) = memory.said("o1", monotonic=0.0).items()
    assert (step, said.reports) == (Step.CLOSE, 3)
    memory.drop("o1")
    assert memory.said("o1", monotonic=0.0) == {}


def test_who_turned_away_has_said_nothing_to_learn_from():
    """Until they set out anew, which drops what was."""
    memory = RangeMemory()
    memory.turned("o1")
    memory.note("o1", SEEN, monotonic=0.0, drops=memory.drops)
    memory.turned("o1")
    assert memory.said("o1", monotonic=0.0) is None
