"""Business time that flows: so many seconds in each real one, changed while it runs, never faster than allowed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.rehearsal import day as days
from edge.rehearsal.pace import Pace
from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds


@pytest.fixture
def clock() -> FixedClock:
    """A real clock that moves when told."""
    return FixedClock(datetime(2026, 11, 21, tzinfo=UTC))


def test_time_flows_at_the_wished_speed(clock):
    """Ten seconds in each one, from where it began."""
    pace = Pace(clock, 1000.0, 10.0)
    clock.advance(seconds=3)
    assert pace.due_s() == 1030.0
    assert pace.real_seconds_until(1050.0) == 2.0
    assert pace.real_seconds_until(1000.0) == 0.0


def test_another_speed_begins_where_the_old_one_stood(clock):
    """No jump, forwards or backwards; too much is cut."""
    pace = Pace(clock, 0.0, 10.0)
    clock.advance(seconds=5)
    assert pace.change(600.0, at_s=pace.due_s()) == 60.0
    assert pace.due_s() == 50.0
    clock.advance(seconds=1)
    assert pace.due_s() == 110.0
    assert pace.change(0.0, at_s=110.0) == 1.0


def test_a_slow_machine_does_not_run_after_the_wish(clock):
    """It goes on from where it is."""
    pace = Pace(clock, 0.0, 60.0)
    clock.advance(seconds=10)
    pace.go_on_from(200.0)
    clock.advance(seconds=1)
    assert pace.due_s() == 260.0


def test_orders_of_the_stream_are_placed_when_they_are_made():
    """Each with a name of its own, a way still to go, and the same ones for the same seed."""
    made = [days.next_order(SeededIds(5), n, 100.0) for n in (1, 2)]
    assert [one.placed_s for one in made] == [100.0, 100.0]
    assert len({one.id for one in made}) == 2
    assert all(one.leaves_s > one.placed_s for one in made)
    assert days.next_order(SeededIds(5), 1, 100.0) == made[0]
