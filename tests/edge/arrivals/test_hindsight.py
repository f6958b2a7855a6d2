"""How wrong the expected arrival was, five minutes before the customer came."""

from __future__ import annotations

from datetime import timedelta

from edge.arrivals.rules import Journey, Phase, Sighting, Source, judge
from edge.arrivals.rules.forecast import forecast
from edge.arrivals.rules.reports import trail_of
from tests.world import OPENING

CAME = OPENING + timedelta(minutes=20)


def came(**changes) -> Journey:
    fields = {"started_at": OPENING, "arrived_at": CAME, "arrived_how": "tap", **changes}
    return Journey("order-1", Phase.ARRIVED, **fields)


def seen(until: timedelta, speed: float = 8.0) -> Sighting:
    """A car that comes at 8 m/s and is at the door at CAME; the last report so long before that."""
    left = until.total_seconds()
    trail = trail_of(
        (600.0 - before, (left + before) * speed, 20.0) for before in range(600, -1, -20)
    )
    return Sighting(trail, forecast(trail), CAME - until)


def test_a_steady_car_is_expected_within_four_minutes():
    """Live distances five minutes ahead."""
    error = judge(came(), seen(timedelta(minutes=5)))
    assert error is not None
    assert error.source is Source.LIVE
    assert abs(error.seconds) < 240


def test_what_was_learnt_later_does_not_count():
    """Reports of the last five minutes would make every forecast look good."""
    whole, cut = judge(came(), seen(timedelta(0))), judge(came(), seen(timedelta(minutes=5)))
    assert whole is not None
    assert cut is not None
    assert abs(whole.seconds - cut.seconds) < 60


def test_a_tap_alone_is_judged_by_what_a_tap_foretells():
    """No distance was shared."""
    error = judge(came(), None)
    assert error is not None
    assert error.source is Source.TAP


def test_who_never_said_that_they_set_out_is_not_counted():
    """Nobody foretold anything; the promise is no forecast of a way."""
    assert judge(came(started_at=None), None) is None
    assert judge(came(started_at=CAME - timedelta(minutes=4)), None) is None
    assert judge(came(arrived_at=None), None) is None
