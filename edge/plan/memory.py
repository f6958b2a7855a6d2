"""The newest plan, so that it is made once for everybody who looks, and what hardly moved keeps its place."""

from __future__ import annotations

import threading
from collections.abc import Callable

from edge.plan.rules import NOTHING, Plan

# Within so many seconds, and while nothing happens, a plan is as good as a new one.
FRESH_SECONDS = 1.0


class LastPlan:
    """One plan for all screens. A restart forgets it: then the next one starts from nothing, which is safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._plan, self._seq, self._at = NOTHING, -1, 0.0

    def at(self, seq: int, monotonic: float, make: Callable[[Plan], Plan]) -> Plan:
        """The plan as of `seq`; `make(before)` is asked for a new one only when this one is too old."""
        with self._guard:
            is_fresh = 0.0 <= monotonic - self._at < FRESH_SECONDS
            if seq != self._seq or not is_fresh:
                self._plan = make(self._plan)
                self._seq, self._at = seq, monotonic
            return self._plan

    def outdate(self) -> None:
        """Something that is in no log has changed, such as an eta."""
        with self._guard:
            self._seq = -1
