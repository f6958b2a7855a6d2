"""What is due by the clock is done once, whoever wakes it and however the clock jumps."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from edge.base import timers
from edge.jobs import Job, Schedule, slot_before
from sync.core.errors import Refusal
from tests.world import OPENING, FixedClock, open_edge

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def clock():
    return FixedClock(OPENING)


@pytest.fixture
def edge(tmp_path, clock):
    opened = open_edge(tmp_path / "store", clock=clock)
    yield opened
    opened.close()


def schedule(edge, timer_work=None, jobs=()):
    return Schedule(edge, timer_work=timer_work or {}, jobs=jobs)


def set_timer(edge, ref, minutes, kind="hold_ends"):
    due_at = edge.clock.now() + timedelta(minutes=minutes)
    edge.write(lambda unit: unit.set_timer(kind, ref, due_at))


def test_a_timer_rings_once_when_its_time_has_come(edge, clock):
    """Not before, and not again."""
    rung: list[str] = []
    plan = schedule(edge, {"hold_ends": lambda unit, ref: rung.append(ref)})
    set_timer(edge, "A-17", 10)
    plan.wake()
    clock.advance(minutes=10)
    plan.wake()
    plan.wake()
    assert rung == ["A-17"]


def test_timers_missed_during_a_power_cut_ring_at_the_next_start(tmp_path, clock):
    """They are rows, not threads."""
    edge = open_edge(tmp_path / "store", clock=clock)
    set_timer(edge, "A-17", 1)
    edge.close()
    clock.advance(minutes=3 * 24 * 60)
    edge = open_edge(tmp_path / "store", clock=clock)
    rung: list[str] = []
    schedule(edge, {"hold_ends": lambda unit, ref: rung.append(ref)}).wake()
    assert rung == ["A-17"]
    edge.close()


def test_a_timer_that_was_set_anew_does_not_ring_early(edge, clock):
    """The later time counts, also when it is set by the ringing itself."""
    rung: list[str] = []

    def ring(unit, ref):
        rung.append(ref)
        unit.set_timer("hold_ends", ref, unit.now + timedelta(minutes=5))

    plan = schedule(edge, {"hold_ends": ring})
    set_timer(edge, "A-17", 1)
    clock.advance(minutes=1)
    plan.wake()
    clock.advance(minutes=4)
    plan.wake()
    assert rung == ["A-17"]


def test_a_timer_whose_reason_is_gone_is_dropped(edge, clock):
    """A refusal means that nothing is to be done any more."""

    def refuse(unit, ref):
        raise Refusal

    set_timer(edge, "A-17", 1)
    clock.advance(minutes=1)
    schedule(edge, {"hold_ends": refuse}).wake()
    with edge.read() as reader:
        assert timers.next_due_at(reader) is None


def test_a_timer_that_fails_is_tried_again_and_its_neighbours_ring(edge, clock):
    """One broken thing does not stop the store."""
    rung: list[str] = []

    def ring(unit, ref):
        if ref == "bad":
            raise RuntimeError("broken")
        rung.append(ref)

    set_timer(edge, "bad", 1)
    set_timer(edge, "good", 2)
    clock.advance(minutes=2)
    schedule(edge, {"hold_ends": ring}).wake()
    assert rung == ["good"]
    with edge.read() as reader:
        assert timers.next_due_at(reader) == clock.now() + timedelta(minutes=1)


def nightly(done: list[str]) -> Job:
    def work(edge):
        done.append(edge.clock.now().isoformat())
        return "equal"

    return Job("nightly", "03:30", work)


def test_the_nightly_runs_once_a_night_in_the_stores_own_time(edge, clock):
    """However often it is woken; 03:30 in Tokyo is 18:30 UTC."""
    done: list[str] = []
    plan = schedule(edge, jobs=[nightly(done)])
    plan.wake()
    for _ in range(3 * 24):
        clock.advance(minutes=60)
        plan.wake()
        plan.wake()
    assert len(done) == 4
    with edge.read() as reader:
        assert timers.last_done(reader, "nightly").note == "equal"


def test_missed_nights_are_caught_up_once(edge, clock):
    """A store that was off for a week reconciles once, not seven times."""
    done: list[str] = []
    plan = schedule(edge, jobs=[nightly(done)])
    plan.wake()
    clock.advance(minutes=7 * 24 * 60)
    plan.wake()
    plan.wake()
    assert len(done) == 2


def test_a_clock_that_goes_back_does_not_repeat_a_night(edge, clock):
    """The newest slot that was done stays done."""
    done: list[str] = []
    plan = schedule(edge, jobs=[nightly(done)])
    plan.wake()
    clock.set(OPENING - timedelta(days=30))
    plan.wake()
    assert len(done) == 1


def test_a_failed_nightly_stays_due_and_is_tried_again_after_a_minute(edge, clock):
    """It is not given up, and it does not fill the log either."""
    tries: list[int] = []

    def work(edge):
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("line cut")
        return "equal"

    plan = schedule(edge, jobs=[Job("nightly", "03:30", work)])
    for _ in range(5):
        plan.wake()
        plan.wake()
        clock.advance(minutes=1)
    assert len(tries) == 3


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-22T18:29:59+00:00", "2026-11-22T03:30:00+09:00"),
        ("2026-11-22T18:30:00+00:00", "2026-11-23T03:30:00+09:00"),
    ],
)
def test_a_slot_begins_at_its_minute(now, slot):
    """In the store's zone."""
    from datetime import datetime

    assert slot_before(datetime.fromisoformat(now), "03:30", TOKYO) == datetime.fromisoformat(slot)


def test_apscheduler_wakes_what_is_due(edge, clock):
    """The real scheduler, for as long as it takes to ring once."""
    import threading

    rung = threading.Event()
    plan = schedule(edge, {"hold_ends": lambda unit, ref: rung.set()})
    set_timer(edge, "A-17", 0)
    plan.start()
    assert rung.wait(10)
    plan.stop()
