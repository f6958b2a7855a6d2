"""How wrong the expected arrival was, five minutes before the customer came; and what that teaches."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from edge.arrivals.rules import (
    Doubted,
    Journey,
    Learned,
    Level,
    Phase,
    Sighting,
    Source,
    Step,
    judge,
    observe,
    said_now,
)
from edge.arrivals.rules.forecast import Band, forecast
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


def test_an_error_is_that_of_what_was_really_told():
    """With what the store had learnt by then."""
    late = Learned({"site": Level(50, 60.0, 9.0)})
    shipped = judge(came(), seen(timedelta(minutes=5)))
    told = judge(came(), seen(timedelta(minutes=5)), late)
    assert shipped is not None
    assert told is not None
    assert shipped.seconds - told.seconds == pytest.approx(60.0, abs=0.1)


TOKYO = ZoneInfo("Asia/Tokyo")
PROMISE = OPENING + timedelta(minutes=30)


def lesson(journey: Journey, said=None):
    return observe(journey, said or {}, promise_at=PROMISE, zone=TOKYO)


def by_step(observation) -> dict:
    return {each.step: each for each in observation.foretold}


def test_each_step_is_remembered_as_a_mean_of_what_it_foretold():
    """Two reports from one step: their middle, and the middle of their times; no distance."""
    said = {}
    for until, p50 in ((600, 500.0), (540, 480.0)):
        trail = trail_of([(0.0, 5_000.0, None)])
        sighting = Sighting(
            trail, Band(p50 - 100, p50, p50 + 200), CAME - timedelta(seconds=until)
        )
        step, sums = said_now(said, sighting)
        said[step] = sums
    foretold = by_step(lesson(came(), said))[Step.OUTSKIRTS]
    assert foretold.band == Band(390.0, 490.0, 690.0)
    assert foretold.seconds == pytest.approx(570.0)


def test_tap_and_promise_teach_too():
    """Twenty minutes from the tap, ten before the promise, at nine in the morning of the store."""
    learnt = lesson(came())
    assert learnt.hour == 9
    assert by_step(learnt)[Step.TAP].seconds == 1_200.0
    assert by_step(learnt)[Step.PROMISE].seconds == -600.0
    assert Step.TAP not in by_step(lesson(came(started_at=None)))


def test_the_best_evidence_is_when_they_came():
    """A scan in the store counts more than the tap before it."""
    proved = lesson(came(evidence_at=CAME + timedelta(minutes=1)))
    assert by_step(proved)[Step.TAP].seconds == 1_260.0


@pytest.mark.parametrize(
    "doubtful",
    [
        {"arrived_at": None},
        {"doubts": (Doubted.DOUBLE_TAP,)},
        {"evidence_at": CAME + timedelta(minutes=6)},
    ],
)
def test_who_came_nobody_knows_when_teaches_nothing(doubtful):
    """No arrival, two taps at once, or a claim and a proof far apart."""
    assert lesson(came(**doubtful)) is None


def test_who_first_went_away_is_judged_by_the_way_so_far():
    """The farthest point came after the moment that is asked for: nothing of it was known then."""
    out = [(20.0 * n, 1_000.0 + 100.0 * n, 20.0) for n in range(20)]
    back = [(380.0 + 20.0 * n, 2_900.0 - 80.0 * n, 20.0) for n in range(1, 6)]
    trail = trail_of([*out, *back])
    whole = Sighting(trail, forecast(trail), CAME)
    early = Sighting(
        trail_of(out[:10]), forecast(trail_of(out[:10])), CAME - timedelta(seconds=300)
    )
    first, second = judge(came(), whole), judge(came(), early)
    assert first is not None
    assert second is not None
    assert abs(first.seconds - second.seconds) < 1.0
