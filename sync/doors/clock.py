"""Clocks: business now (may be stepped), the real monotonic clock, and real wall time.

Business time drives promises, windows, holds, consents and the nightly slot. Real monotonic time drives
time-outs, heartbeats, rate limits and PIN delays, and is never scaled or stepped.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The only way to ask for time."""

    def now(self) -> datetime:
        """Business time, aware, UTC."""

    def monotonic(self) -> float:
        """Real seconds from an arbitrary start; never goes back."""

    def wall(self) -> datetime:
        """Real time of the machine, aware, UTC: for log stamps and signatures only."""

    def real_seconds_until(self, at: datetime) -> float:
        """Real seconds until business time reaches `at`; never below zero."""

    def sleep(self, seconds: float) -> None:
        """Wait real seconds."""


class SystemClock:
    """Business time is the machine's wall time."""

    def now(self) -> datetime:
        """Business time is wall time here."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """The machine's monotonic clock, in seconds."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The machine's wall time."""
        return datetime.now(UTC)

    def real_seconds_until(self, at: datetime) -> float:
        """Plain difference: one business second is one real second."""
        return max(0.0, (at - self.now()).total_seconds())

    def sleep(self, seconds: float) -> None:
        """Wait real seconds."""
        time.sleep(seconds)


class SteppedClock(SystemClock):
    """Business time stands still until a conductor sets it; everything real stays real."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._guard = threading.Lock()

    def now(self) -> datetime:
        """The instant the conductor last set."""
        with self._guard:
            return self._now

    def set(self, at: datetime) -> None:
        """Step business time to `at`; stepping back is allowed, as real clocks do it too."""
        with self._guard:
            self._now = at

    def real_seconds_until(self, at: datetime) -> float:
        """A stepped clock does not flow: what is due is run by the step itself, so only look again each hour."""
        return 0.0 if at <= self.now() else 3600.0


class FixedClock:
    """For tests: time moves only when told, monotonic time with it."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._monotonic = 1000.0

    def now(self) -> datetime:
        """The instant the test is at."""
        return self._at

    def wall(self) -> datetime:
        """Same as business time here."""
        return self._at

    def monotonic(self) -> float:
        """Moves by `advance` only, never by `set`."""
        return self._monotonic

    def real_seconds_until(self, at: datetime) -> float:
        """Plain difference."""
        return max(0.0, (at - self._at).total_seconds())

    def sleep(self, seconds: float) -> None:
        """Advance instead of waiting."""
        self.advance(seconds=seconds)

    def set(self, at: datetime) -> None:
        """A wall-clock jump: monotonic time does not move."""
        self._at = at

    def advance(self, *, seconds: float = 0.0, minutes: float = 0.0) -> None:
        """Let time pass."""
        passed = seconds + 60 * minutes
        self._at += timedelta(seconds=passed)
        self._monotonic += passed
