"""Business time that flows with real time, so many business seconds in each real one; the speed may change."""

from __future__ import annotations

from sync.doors.clock import Clock

SLOWEST, FASTEST = 1.0, 60.0


class Pace:
    """Says what time it should be by now in the shop."""

    def __init__(self, clock: Clock, at_s: float, speed: float) -> None:
        self._clock = clock
        self._base_s, self._began = at_s, clock.monotonic()
        self.speed = speed

    def due_s(self) -> float:
        """The business second that it should be by now."""
        return self._base_s + (self._clock.monotonic() - self._began) * self.speed

    def real_seconds_until(self, at_s: float) -> float:
        """How long to wait for a business second; never below 0."""
        return max(0.0, (at_s - self.due_s()) / self.speed)

    def change(self, speed: float, *, at_s: float) -> float:
        """Go on from here at another speed; which one it is within what is allowed."""
        self.speed = min(FASTEST, max(SLOWEST, speed))
        self.go_on_from(at_s)
        return self.speed

    def go_on_from(self, at_s: float) -> None:
        """It is this business second now: the machine was slower than the wish, or the night was skipped."""
        self._base_s, self._began = at_s, self._clock.monotonic()
