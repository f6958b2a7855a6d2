"""The eta steps down by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.arrivals.rules import (
    How,
    Journey,
    Learned,
    Level,
    Phase,
    Sighting,
    Source,
    expect,
    journey,
)
from edge.arrivals.rules.forecast import forecast
from edge.arrivals.rules.reports import trail_of

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PROMISE = AT + timedelta(minutes=45)
BEGUN = journey.start(Journey("o1"), AT)[0]


def sighting(seconds=600, at=AT):
    trail = trail_of([(10.0 * n, 8_000.0 - 80.0 * n, 10.0) for n in range(seconds // 10)])
    return Sighting(trail, forecast(trail), at)


def test_fresh_ranges_make_a_live_eta():
    """The band, its source and its age."""
    eta = expect(BEGUN, sighting(), PROMISE, AT + timedelta(seconds=5))
    assert eta.source is Source.LIVE
    assert eta.age_seconds == 5.0
    assert not eta.is_signal_lost
    assert AT < eta.low_at < eta.middle_at < eta.high_at


def test_a_hidden_phone_leaves_the_first_minute_aged_and_said_so():
    """The last report's band less the time gone, wider, and marked as lost."""
    eta = expect(BEGUN, sighting(60), PROMISE, AT + timedelta(minutes=6))
    assert eta.source is Source.FIRST_MINUTE
    assert eta.is_signal_lost
    assert eta.low_at > AT + timedelta(minutes=6)


def test_a_long_trail_that_falls_silent_stays_live_with_its_signal_lost():
    """The source says what the band is made of; the flag says that it is old."""
    eta = expect(BEGUN, sighting(), PROMISE, AT + timedelta(minutes=6))
    assert (eta.source, eta.is_signal_lost) == (Source.LIVE, True)


def test_without_ranges_the_tap_gives_a_wide_band():
    """Who said no, or whose phone tells nothing, is still expected."""
    eta = expect(BEGUN, None, PROMISE, AT + timedelta(seconds=60))
    assert eta.source is Source.TAP
    assert eta.high_at - eta.low_at > timedelta(minutes=10)


def test_without_a_tap_the_promise_stands():
    """Nobody is on the way: the order is due when it was promised."""
    eta = expect(Journey("o1"), None, PROMISE, AT)
    assert (eta.source, eta.middle_at) == (Source.PROMISED, PROMISE)


def test_who_turned_away_is_expected_at_the_promise_again():
    """Ranges of somebody driving home say nothing of their coming."""
    away = journey.replace(BEGUN, phase=Phase.TURNED_AWAY)
    assert expect(away, sighting(), PROMISE, AT).source is Source.PROMISED


@pytest.mark.parametrize(("how", "source"), [(How.TAP, Source.TAP), (How.KIOSK, Source.SCAN)])
def test_an_arrival_ends_all_guessing(how, source):
    """The eta of somebody who is here is the moment they came."""
    here, _ = journey.arrive(Journey("o1"), AT, how=how)
    eta = expect(here, sighting(), PROMISE, AT + timedelta(minutes=3))
    assert (eta.source, eta.middle_at, eta.age_seconds) == (source, AT, 180.0)


def test_a_promise_is_corrected_by_its_own_hour_not_by_that_of_who_looks():
    """Learnt of handovers promised for the evening, it does not jump when the morning ends."""
    levels = {"promise": Level(60, 0.0, 9.0), "promise evening": Level(60, 240.0, 9.0)}
    learned, evening = Learned(levels), datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    told = [
        expect(Journey("o1"), None, evening, evening.replace(hour=hour), learned=learned).middle_at
        for hour in (9, 11, 15, 18)
    ]
    assert set(told) == {evening + timedelta(seconds=240)}
