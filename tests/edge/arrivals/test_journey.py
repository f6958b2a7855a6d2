"""Where the customer stands: one table of moves, events without ranges, nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.arrivals.rules import Doubted, How, Journey, Phase, Ring, Trail, doubts, journey
from edge.arrivals.rules.events import (
    CustomerArrived,
    CustomerNear,
    CustomerNotNear,
    DoubleTapNoticed,
    ImpossibleLeadNoticed,
    JourneyEnded,
    JourneyStarted,
)
from edge.arrivals.rules.reports import RangeReport, follow, trail_of

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RING = Ring()


def begun():
    return journey.start(Journey("o1"), AT)[0]


def seen(state, *ranges):
    """The journey after these ranges, a minute apart, and all that happened."""
    happened, trail = [], Trail()
    for n, distance_m in enumerate(ranges):
        trail = follow(trail, RangeReport(n, 60.0 * n, distance_m, 10.0))
        state, facts = journey.advance(state, trail, RING, AT + timedelta(minutes=n))
        happened += facts
    return state, happened


def test_setting_out_starts_a_journey():
    """The tap is a fact; the same tap a moment later is none."""
    state, facts = journey.start(Journey("o1"), AT, mode="car")
    assert facts == [JourneyStarted(order_id="o1", mode="car")]
    assert state.phase is Phase.EN_ROUTE
    assert journey.start(state, AT + timedelta(seconds=20)) == (state, [])


def test_setting_out_again_after_turning_back_starts_anew():
    """Who turned back and sets out an hour later is on the way since then."""
    again, facts = journey.start(begun(), AT + timedelta(hours=1))
    assert again.started_at == AT + timedelta(hours=1)
    assert [fact.kind for fact in facts] == ["journey_started"]


def test_inside_the_near_ring_the_customer_is_near_once():
    """Coming near is said once, however many reports follow."""
    state, facts = seen(begun(), 1_500.0, 390.0, 300.0, 200.0)
    assert state.phase is Phase.NEAR
    assert facts == [CustomerNear(order_id="o1")]


def test_a_customer_who_drives_past_is_not_near_any_more():
    """Near is automatic and reversible."""
    state, facts = seen(begun(), 900.0, 180.0, 650.0)
    assert state.phase is Phase.EN_ROUTE
    assert facts == [CustomerNear(order_id="o1"), CustomerNotNear(order_id="o1")]


def test_jitter_at_the_ring_changes_nothing():
    """Between 400 and 600 m near stays near and far stays far."""
    _, facts = seen(begun(), 450.0, 390.0, 450.0, 390.0, 590.0)
    assert len(facts) == 1


def test_ranges_alone_never_make_an_arrival():
    """Standing at the door and passing by look alike: "here" is tapped or scanned."""
    state, _ = seen(begun(), *[0.0] * 30)
    assert state.phase is Phase.NEAR


def test_a_customer_who_goes_home_has_turned_away_and_may_come_back():
    """The board stops hurrying, and starts again when the range closes again."""
    away, facts = seen(begun(), 3_000.0, 2_000.0, 3_000.0, 4_500.0)
    assert away.phase is Phase.TURNED_AWAY
    assert facts == [CustomerNotNear(order_id="o1")]
    back, _ = seen(away, 6_000.0, 5_500.0)
    assert back.phase is Phase.EN_ROUTE


def test_here_right_after_on_my_way_is_asked_again():
    """Both taps when setting out are one mistake; the second "here" is believed."""
    once, facts = journey.arrive(begun(), AT + timedelta(seconds=5), how=How.TAP)
    assert facts == [DoubleTapNoticed(order_id="o1")]
    assert once.phase is Phase.EN_ROUTE
    twice, facts = journey.arrive(once, AT + timedelta(seconds=8), how=How.TAP)
    assert twice.phase is Phase.ARRIVED
    assert facts == [CustomerArrived(order_id="o1", how="tap", evidence=False)]


def test_the_doubt_about_both_taps_stays_until_the_store_has_seen_them():
    """Who says it twice is believed, and the board still says why it may be wrong; a scan settles it."""
    once, _ = journey.arrive(begun(), AT, how=How.TAP)
    assert once.asks_again
    twice, _ = journey.arrive(once, AT, how=How.TAP)
    assert (twice.doubts, twice.asks_again) == ((Doubted.DOUBLE_TAP,), False)
    shown, _ = journey.arrive(twice, AT, how=How.DOOR)
    assert shown.doubts == ()


def test_here_from_where_nobody_could_have_come_is_asked_again():
    """The phone was far away a moment ago: the first tap is noted, the second believed, the doubt stays."""
    at = AT + timedelta(minutes=10)
    once, facts = journey.arrive(begun(), at, how=How.BAY, bay="3", is_impossible=True)
    assert facts == [ImpossibleLeadNoticed(order_id="o1")]
    assert (once.phase, once.asks_again) == (Phase.EN_ROUTE, True)
    twice, _ = journey.arrive(once, at, how=How.BAY, bay="3", is_impossible=True)
    assert (twice.phase, twice.doubts) == (Phase.ARRIVED, (Doubted.IMPOSSIBLE_LEAD,))


def test_a_pass_in_the_store_whose_phone_is_far_away_is_believed_and_said():
    """The scan is evidence that the pass is here; somebody else may hold it, so staff read the doubt."""
    here, facts = journey.arrive(begun(), AT, how=How.KIOSK, is_impossible=True)
    assert (here.phase, here.doubts) == (Phase.ARRIVED, (Doubted.IMPOSSIBLE_LEAD,))
    assert [fact.kind for fact in facts] == ["impossible_lead_noticed", "customer_arrived"]


@pytest.mark.parametrize(
    ("distance_m", "seconds", "is_impossible"),
    [(3_400.0, 5, True), (3_400.0, 90, False), (580.0, 0, False), (None, 60, True), (None, 300, False)],
)  # fmt: skip
def test_nobody_comes_faster_than_a_car_drives(distance_m, seconds, is_impossible):
    """By the straight line, with a car park's width to spare; "far" is ten kilometres at least."""
    trail = follow(Trail(), RangeReport(0, 0.0, distance_m, 10.0))
    assert doubts.is_impossible_lead(trail, AT, AT + timedelta(seconds=seconds)) is is_impossible


def test_who_drove_past_is_doubted_until_they_come_near_again():
    """Near was taken back: staff and customer read why."""
    past, _ = seen(begun(), 900.0, 180.0, 650.0)
    assert past.doubts == (Doubted.PASSED_BY,)
    back, _ = seen(past, 390.0)
    assert back.doubts == ()


def test_who_turned_back_is_doubted_until_the_range_closes():
    """And a new "on my way" begins without doubts."""
    away, _ = seen(begun(), 3_000.0, 2_000.0, 3_000.0, 4_500.0)
    assert away.doubts == (Doubted.TURNED_BACK,)
    assert seen(away, 6_000.0, 5_500.0)[0].doubts == ()
    assert journey.start(away, AT + timedelta(hours=1))[0].doubts == ()


def test_ranges_that_stand_still_are_evidence_of_a_time_and_no_arrival():
    """Nobody scans and nobody taps for a while: the second clock still knows since when they were here."""
    state, _ = seen(begun(), 900.0, 300.0, 60.0, 20.0, 20.0)
    assert (state.phase, state.best_evidence_at) == (Phase.NEAR, None)
    assert state.likely_at == AT + timedelta(minutes=3)
    tapped, _ = journey.arrive(state, AT + timedelta(minutes=9), how=How.TAP)
    assert tapped.best_evidence_at == AT + timedelta(minutes=3)
    assert tapped.arrived_at == AT + timedelta(minutes=9)


def test_standing_there_is_forgotten_when_they_drive_on_or_withdraw():
    """A stop at the lights outside is no arrival."""
    state, _ = seen(begun(), 900.0, 60.0, 20.0, 20.0)
    assert state.likely_at is not None
    assert seen(state, 700.0)[0].likely_at is None
    assert journey.forget_range(state)[0].likely_at is None


def test_the_best_evidence_is_the_earliest_proof_else_the_claim():
    """A scan later than the ranges does not shorten the wait; without proof the claim stands."""
    claimed, _ = journey.arrive(Journey("o1"), AT, how=How.TAP)
    assert claimed.best_evidence_at == AT
    scanned, _ = journey.arrive(claimed, AT + timedelta(minutes=2), how=How.DOOR)
    assert scanned.best_evidence_at == AT + timedelta(minutes=2)
    earlier = replace(scanned, likely_at=AT - timedelta(minutes=1))
    assert earlier.best_evidence_at == AT - timedelta(minutes=1)


def test_a_scan_at_the_kiosk_is_evidence_at_once():
    """No double tap rule for what the store itself has seen."""
    state, facts = journey.arrive(begun(), AT + timedelta(seconds=5), how=How.KIOSK)
    assert state.evidence_at == AT + timedelta(seconds=5)
    assert facts == [CustomerArrived(order_id="o1", how="kiosk", evidence=True)]


def test_evidence_after_a_claim_keeps_the_first_moment():
    """The wait counts from when the customer first said so; the scan proves it."""
    claimed, _ = journey.arrive(Journey("o1"), AT, how=How.TAP)
    shown, facts = journey.arrive(claimed, AT + timedelta(minutes=2), how=How.DOOR)
    assert (shown.arrived_at, shown.evidence_at) == (AT, AT + timedelta(minutes=2))
    assert len(facts) == 1
    assert journey.arrive(shown, AT + timedelta(minutes=3), how=How.TAP) == (shown, [])


def test_after_the_handover_nothing_more_is_taken():
    """A tap on an old page is refused by name; ending twice is ending once."""
    done, facts = journey.end(begun(), AT, why="served")
    assert done.phase is Phase.SERVED
    assert facts == [JourneyEnded(order_id="o1", why="served")]
    assert journey.end(done, AT, why="served") == (done, [])
    with pytest.raises(journey.JourneyOver):
        journey.arrive(done, AT, how=How.TAP)
    with pytest.raises(journey.JourneyOver):
        journey.start(done, AT)


def test_two_hours_on_the_way_end_the_journey_but_not_the_right_to_set_out():
    """The reports stop by themselves; the order can still be fetched."""
    state, facts = journey.lapse(begun(), AT)
    assert facts == [JourneyEnded(order_id="o1", why="too_long")]
    assert journey.start(state, AT)[0].phase is Phase.EN_ROUTE


def test_a_withdrawal_takes_back_what_ranges_told():
    """Near is forgotten with the ranges; an arrival that was tapped stays."""
    near, _ = seen(begun(), 300.0)
    assert journey.forget_range(near)[1] == [CustomerNotNear(order_id="o1")]
    here, _ = journey.arrive(near, AT, how=How.TAP)
    assert journey.forget_range(here) == (here, [])
    away, _ = seen(begun(), 3_000.0, 2_000.0, 3_000.0, 4_500.0)
    assert journey.forget_range(away)[0] == begun()


def test_silence_is_shown_as_lost_signal_and_stored_nowhere():
    """Only travelling customers lose their signal."""
    assert journey.shown_phase(begun(), silent_seconds=80.0, patience=75.0) is Phase.SIGNAL_LOST
    assert journey.shown_phase(begun(), silent_seconds=70.0, patience=75.0) is Phase.EN_ROUTE
    assert journey.shown_phase(begun(), silent_seconds=None, patience=75.0) is Phase.EN_ROUTE
    assert all(goal is not Phase.SIGNAL_LOST for _, goal in journey.MOVES.values())


@given(st.lists(st.floats(0.0, 30_000.0), max_size=30))
def test_events_never_carry_a_range(ranges):
    """Whatever the ranges, the facts name the order and nothing measured."""
    _, happened = seen(begun(), *ranges)
    for fact in happened:
        assert set(fact.__struct_fields__) <= {"order_id", "mode", "how", "evidence", "bay", "why"}


def test_a_trail_of_one_far_report_moves_nothing():
    """Far is no range: nobody is near by it, nobody has turned away."""
    far = follow(trail_of([]), RangeReport(0, 0.0, None))
    assert journey.advance(begun(), far, RING, AT) == (begun(), [])
