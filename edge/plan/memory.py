"""What lives only in memory: the newest plan, made once for all who look, and work that is under way."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from edge.plan.rules import NOTHING, Plan

# Within so many seconds, and while nothing happens, a plan is as good as a new one.
FRESH_SECONDS = 1.0
MOST_ORDERS = 2_000


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


class Timings:
    """When making and bringing out began and ended at each open order, until its handover teaches from it.

    In memory only: a restart forgets it, and those few orders teach less.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._noted: OrderedDict[str, dict[str, datetime]] = OrderedDict()
        self._taught: OrderedDict[str, None] = OrderedDict()

    def note(self, order_id: str, what: str, at: datetime | None) -> None:
        """Something began or ended; None when that was taken back."""
        with self._guard:
            noted = self._noted.setdefault(order_id, {})
            noted.pop(what, None)
            if at is not None:
                noted[what] = at
            while len(self._noted) > MOST_ORDERS:
                self._noted.popitem(last=False)

    def take(self, order_id: str) -> dict[str, datetime] | None:
        """What was noted of an order, once: None for one that has taught, though its handover was undone since."""
        with self._guard:
            if order_id in self._taught:
                return None
            self._taught[order_id] = None
            while len(self._taught) > MOST_ORDERS:
                self._taught.popitem(last=False)
            return self._noted.pop(order_id, {})
