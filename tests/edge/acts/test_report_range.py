"""A report is a decision in memory: consent, journey and forecast, and no byte on the disk."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.acts.report_range import Post, report_range
from edge.acts.withdraw import withdraw
from edge.arrivals.rules import Phase, RangeReport, intake
from edge.consents import actions as consents
from sync.core.merge.consent import Consent
from sync.records.consent import ConsentRecord
from tests.edge.acts.journey_world import JourneyWorld, error_of


@pytest.fixture
def world(tmp_path):
    world = JourneyWorld(tmp_path)
    yield world
    world.edge.close()


def test_a_range_gives_an_eta_and_writes_nothing(world):
    """The answer says when the customer comes; the files have not grown."""
    world.on_the_way()
    world.reports(5_000.0)
    before, kinds = world.file_bytes(), world.kinds()
    shown = world.reports(4_850.0, 4_700.0, 4_550.0).get_json()
    assert shown["taken"] == 1
    assert shown["phase"] == "en_route"
    assert shown["low_at"] < shown["middle_at"] < shown["high_at"]
    assert (world.file_bytes(), world.kinds()) == (before, kinds)


def test_coming_near_is_written_once(world):
    """One event for the crossing, none for what follows inside."""
    order = world.on_the_way()
    world.reports(900.0, 600.0, 390.0, 300.0, 200.0)
    assert world.kinds().count("customer_near") == 1
    assert world.journey(order).phase is Phase.NEAR


def test_without_a_yes_a_range_is_refused(world):
    """Nothing is kept of it."""
    world.order()
    world.post("on-my-way")
    answer = world.reports(900.0)
    assert (answer.status_code, error_of(answer)) == (403, "consent_needed")
    assert len(world.memory) == 0


def test_without_setting_out_a_range_is_refused(world):
    """Consent is for the way, not for the sofa."""
    order = world.order()
    world.says("yes", order)
    assert error_of(world.reports(900.0)) == "not_on_the_way"


def test_after_a_withdrawal_the_next_range_is_refused(world):
    """RAM is empty at once, near is taken back, and the tap that set out stays."""
    order = world.on_the_way()
    world.reports(390.0)
    assert world.post("withdrawal").get_json() == {"answer": "withdrawn", "is_allowed": False}
    assert len(world.memory) == 0
    assert error_of(world.reports(300.0)) == "consent_needed"
    assert world.journey(order).phase is Phase.EN_ROUTE
    assert world.kinds()[-2:] == ["consent_withdrawn", "customer_not_near"]


def test_a_withdrawal_heard_from_hq_empties_the_memory(world):
    """Another store, or the customer's account, said stop: the ranges go here as well."""
    order = world.on_the_way()
    world.reports(390.0)
    told = ConsentRecord(
        customer_key=order.customer_key,
        purpose="arrival_timing",
        known=Consent(withdrawals=("w-hq",)),
    )
    world.edge.write(lambda unit: consents.apply_consent(unit, told))
    world.react()
    assert len(world.memory) == 0
    assert error_of(world.reports(300.0)) == "consent_needed"


def test_a_withdrawal_between_check_and_note_wins(world):
    """The report that passed its consent check just before leaves nothing behind."""
    order = world.on_the_way()
    memory_note = world.memory.note

    def note_after_withdrawal(*args, **more):
        world.edge.write(lambda unit: withdraw(unit, order.order_id, world.memory))
        return memory_note(*args, **more)

    world.memory.note = note_after_withdrawal
    assert error_of(world.reports(900.0)) == "consent_needed"
    assert len(world.memory) == 0


def test_setting_out_anew_between_check_and_note_loses_no_report(world):
    """The memory was emptied, the consent was not: the report is the first of the new trip."""
    order = world.on_the_way()
    memory_note, drops = world.memory.note, [1]

    def note_after_a_new_start(*args, **more):
        if drops:
            world.memory.drop(order.order_id)
            drops.pop()
        return memory_note(*args, **more)

    world.memory.note = note_after_a_new_start
    assert world.reports(900.0).get_json()["taken"] == 1
    assert world.memory.sent(order.order_id, monotonic=world.clock.monotonic()) == 1


def test_a_trip_that_is_begun_over_and_over_is_told_to_wait(world):
    """No loop without an end, and no untrue reason: the phone sends the same again in a second."""
    order = world.on_the_way()
    memory_note = world.memory.note

    def note_after_a_new_start(*args, **more):
        world.memory.drop(order.order_id)
        return memory_note(*args, **more)

    world.memory.note = note_after_a_new_start
    assert error_of(world.reports(900.0)) == "too_many_reports"


def test_a_page_and_an_app_at_once_lose_nothing(world, monkeypatch):
    """Two threads with one journey: each would be in the middle of its reckoning when the other begins."""
    order, begun, now = world.on_the_way(), threading.Event(), world.clock.now().timestamp()
    take = intake.take

    def slow(*args, **more):
        got = take(*args, **more)
        if not begun.is_set():
            begun.set()
            # Long enough for the other one to come in between, if it may.
            other.join(0.2)
        return got

    monkeypatch.setattr(intake, "take", slow)

    def reports(seq: int) -> None:
        one = RangeReport(seq, now + seq, 900.0 - seq, 10.0)
        report_range(world.edge, order.order_id, Post([one]))

    first = threading.Thread(target=reports, args=(1,))
    other = threading.Thread(target=lambda: (begun.wait(5), reports(2)))
    for each in (other, first):
        each.start()
    for each in (first, other):
        each.join(10)
    seen = world.memory.get(order.order_id, monotonic=world.clock.monotonic())
    assert [one.seq for one in seen.trail.reports] == [1, 2]


def test_by_its_own_clock_at_sending_a_queue_is_known_for_old(world):
    """The first post after a restart is a queue of the last twenty minutes: none of it is of now."""
    world.on_the_way()
    one = {"seq": 1, "t": 100.0, "distance_m": 900.0, "accuracy_m": 10.0}
    told = world.post("ranges", {"reports": [one], "sent_at": 1_300.0}).get_json()
    assert told["ignored"] == ["stale"]
    assert world.post(
        "ranges", {"reports": [one | {"t": 1_310.0}], "sent_at": 1_320.0}
    ).get_json()["taken"]


def test_two_hours_end_all_reports(world):
    """Whatever the phone does."""
    world.on_the_way()
    world.reports(5_000.0)
    world.clock.advance(minutes=121)
    assert error_of(world.reports(4_000.0)) == "journey_over"


def test_after_the_arrival_nothing_more_is_taken(world):
    """Who is here has no distance any more."""
    order = world.on_the_way()
    world.reports(300.0)
    world.kiosk({"code": world.code(order)})
    assert error_of(world.reports(20.0)) == "not_on_the_way"


def test_the_handover_forgets_everything(world):
    """Ranges, consent and journey end with the order."""
    order = world.on_the_way()
    world.reports(300.0)
    from edge.orders import actions as orders

    world.edge.write(lambda unit: orders.cancel(unit, order.order_id, reason="test", by="ken"))
    world.react()
    assert len(world.memory) == 0
    assert {"consent_expired", "journey_ended"} <= set(world.kinds())
    assert error_of(world.reports(200.0)) == "consent_needed"


def test_a_wrong_phone_clock_changes_nothing(world):
    """A phone that believes in 1970 is aged by its own quickest report."""
    world.on_the_way()
    body = {"reports": [{"seq": 1, "t": 100.0, "distance_m": 3_000.0, "accuracy_m": 10.0}]}
    assert world.post("ranges", body).get_json()["taken"] == 1
    world.clock.advance(seconds=30)
    body = {"reports": [{"seq": 2, "t": 130.0, "distance_m": 2_800.0, "accuracy_m": 10.0}]}
    assert world.post("ranges", body).get_json()["taken"] == 1


def test_a_report_held_back_for_minutes_is_stale(world):
    """It comes late by more than the quickest ever did."""
    world.on_the_way()
    world.reports(5_000.0)
    late = world.clock.now().timestamp() + 10.0
    world.clock.advance(seconds=400)
    body = {"reports": [{"seq": 9, "t": late, "distance_m": 4_900.0, "accuracy_m": 10.0}]}
    assert world.post("ranges", body).get_json()["ignored"] == ["stale"]


@pytest.mark.parametrize(
    ("report", "status"),
    [
        ({"seq": 1, "t": 1.0, "distance_m": -5.0}, 422),
        ({"seq": 1, "t": 1.0, "distance_m": "near"}, 422),
        ({"seq": 1, "t": 1.0, "lat": 52.0, "lon": 5.0}, 422),
        ({"seq": 1.5, "t": 1.0}, 422),
        ({"t": 1.0, "distance_m": 5.0}, 422),
    ],
)
def test_what_is_not_a_range_is_refused_whole(world, report, status):
    """Coordinates above all: there is no field for them."""
    world.on_the_way()
    assert world.post("ranges", {"reports": [report]}).status_code == status
    assert len(world.memory) == 0


def test_far_is_taken_and_gives_a_wide_eta(world):
    """Beyond the catchment only "far" leaves the phone."""
    world.on_the_way()
    shown = world.reports(None).get_json()
    assert shown["taken"] == 1
    assert shown["low_at"] < shown["high_at"]


batches = st.lists(
    st.tuples(st.integers(0, 30), st.floats(-200.0, 200.0), st.none() | st.floats(0.0, 199_999.0)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25)
@given(st.lists(batches, min_size=1, max_size=6))
def test_any_batches_leave_one_consistent_state(tmp_path_factory, story):
    """Shuffled, repeated, late, senseless: an answer each time, and stored phases obey the table."""
    world = JourneyWorld(tmp_path_factory.mktemp("edge"))
    try:
        order = world.on_the_way()
        for batch in story:
            world.clock.advance(seconds=10)
            now = world.clock.now().timestamp()
            reports = [{"seq": s, "t": now + dt, "distance_m": d} for s, dt, d in batch]
            answer = world.post("ranges", {"reports": reports})
            assert answer.status_code == 200
            assert answer.get_json()["taken"] + len(answer.get_json()["ignored"]) == len(reports)
        kept = world.journey(order).phase
        assert kept in (Phase.EN_ROUTE, Phase.NEAR, Phase.TURNED_AWAY)
    finally:
        world.edge.close()
