"""Where the customer stands: one table of moves, events without ranges, nothing twice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.arrivals.rules import How, Journey, Phase, Ring, Trail, journey
from edge.arrivals.rules.events import (
    CustomerArrived,
    CustomerNear,
    CustomerNotNear,
    DoubleTapNoticed,
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


def test_silence_is_shown_as_lost_signal_and_stored_nowhere():
    """Only travelling customers lose their signal."""
    assert journey.shown_phase(begun(), silent_seconds=80.0, patience=75.0) is Phase.SIGNAL_LOST
    assert journey.shown_phase(begun(), silent_seconds=70.0, patience=75.0) is Phase.EN_ROUTE
    assert journey.shown_phase(begun(), silent_seconds=None, patience=75.0) is Phase.EN_ROUTE
    assert all(goal is not Phase.SIGNAL_LOST for _, goal in journey.MOVES.values())


steps = st.lists(
    st.one_of(
        st.floats(0.0, 30_000.0).map(lambda d: ("report", d)),
        st.sampled_from([("start", 0), ("tap", 0), ("kiosk", 0), ("withdraw", 0), ("lapse", 0)]),
        st.just(("served", 0)),
    ),
    max_size=30,
)


@given(steps)
def test_any_story_obeys_the_table_of_moves(story):
    """Near and not near alternate, every event is about this order, and served is the end."""
    state, trail, happened = Journey("o1"), Trail(), []
    for n, (what, value) in enumerate(story):
        at = AT + timedelta(minutes=n)
        before = state
        try:
            if what == "report":
                trail = follow(trail, RangeReport(n, 60.0 * n, value, 10.0))
                state, facts = journey.advance(state, trail, RING, at)
            else:
                state, facts = _step(state, what, at)
        except journey.JourneyOver:
            assert state.is_over
            continue
        happened += facts
        changed = {goal for origins, goal in journey.MOVES.values() if before.phase in origins}
        assert state.phase in changed | {before.phase}
        assert not (facts and before == state)
    assert {fact.aggregate_id for fact in happened} <= {"o1"}
    assert [f.kind for f in happened].count("journey_ended") <= 1 + sum(
        what == "lapse" for what, _ in story
    )
    turns = ("customer_near", "customer_not_near", "journey_started", "journey_ended")
    kinds = [fact.kind for fact in happened if fact.kind in turns]
    assert not any(a == b == "customer_near" for a, b in pairwise(kinds))


def _step(state, what, at):
    if what == "start":
        return journey.start(state, at)
    if what == "withdraw":
        return journey.forget_range(state)
    if what == "lapse":
        return journey.lapse(state, at)
    if what == "served":
        return journey.end(state, at, why="served")
    return journey.arrive(state, at, how=How(what))


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
