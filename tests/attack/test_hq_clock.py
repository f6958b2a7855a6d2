"""HQ's clock set back and forward: nobody is locked out for the length of the step, and no sign-in lives on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.hq.people.rules import LONGEST_WAIT_SECONDS, Failures, Session, SignInTooSoon
from tests.world import OPENING

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
STEPS = (timedelta(days=1), timedelta(days=366), timedelta(days=20_000))


def test_a_clock_that_was_ahead_locks_nobody_out() -> None:
    """Whoever failed while it was ahead would wait until it is there again."""
    for step in STEPS:
        failed = Failures(count=9, last_at=OPENING)
        assert failed.one_more(OPENING - step).count == 10


def test_a_small_step_back_shortens_no_wait() -> None:
    """Else a correction of some seconds would give a guesser tries."""
    failed = Failures(count=9, last_at=OPENING)
    for seconds in (0, 1, LONGEST_WAIT_SECONDS):
        with pytest.raises(SignInTooSoon):
            failed.one_more(OPENING - timedelta(seconds=seconds))


def test_a_sign_in_of_a_later_time_is_over() -> None:
    """One that was made while the clock was ahead would never grow old."""
    session = Session(person_id="a", opened_at=OPENING, seen_at=OPENING)
    for step in STEPS:
        assert session.has_ended(OPENING - step, idle=IDLE, longest=LONGEST)
        assert session.has_ended(OPENING + step, idle=IDLE, longest=LONGEST)
    for seconds in (-60, 0, 60):
        now = OPENING + timedelta(seconds=seconds)
        assert not session.has_ended(now, idle=IDLE, longest=LONGEST)
