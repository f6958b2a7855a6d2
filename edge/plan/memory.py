"""What lives only in memory: the newest plan, made once for all who look, and work that is under way."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from edge.plan.rules import NOTHING, Plan

# Within so many seconds, and while nothing happens, a plan is as good as a new one.
FRESH_SECONDS = 1.0
MOST_ORDERS = 2_000
_FRESH = timedelta(seconds=FRESH_SECONDS)


class LastPlan:
    """One plan for all screens. A restart forgets it: then the next one starts from nothing, which is safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._plan, self._as_of, self._at = NOTHING, (-1, 0), 0.0
        # Counted without waiting for a plan that is being made: a phone's report must not stand in that queue.
        self._changes = count(1)
        self._change = 0

    def at(
        self,
        seq: int,
        monotonic: float,
        make: Callable[[Plan], Plan],
        *,
        now: datetime | None = None,
    ) -> Plan:
        """The plan as of `seq`, the newest event that `make` sees; `make(before)` is asked for a new one if need be.

        Business time may be stepped: a plan made for another `now` is old, however young it is.
        Who still looks at an older moment gets that moment's own plan, and the newer one stays for the others.
        """
        with self._guard:
            as_of = (seq, self._change)
            is_fresh = 0.0 <= monotonic - self._at < FRESH_SECONDS
            is_fresh = is_fresh and (now is None or abs(now - self._plan.at) < _FRESH)
            if as_of == self._as_of and is_fresh:
                return self._plan
            made = make(self._plan)
            if seq >= self._as_of[0]:
                self._plan, self._as_of, self._at = made, as_of, monotonic
            return made

    def outdate(self) -> None:
        """Something that is in no log has changed, such as an eta."""
        self._change = next(self._changes)


class Moment(NamedTuple):
    """When something began or ended, and by whom."""

    at: datetime
    by: str


class Timings:
    """When and by whom making and bringing out began and ended at each open order, until its handover teaches from it.

    In memory only: a restart forgets it, and those few orders teach less.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._noted: OrderedDict[str, dict[str, Moment]] = OrderedDict()
        self._taught: OrderedDict[str, None] = OrderedDict()

    def note(self, order_id: str, what: str, at: datetime | None, *, by: str = "") -> None:
        """Something began or ended; None when that was taken back."""
        with self._guard:
            noted = self._noted.setdefault(order_id, {})
            noted.pop(what, None)
            if at is not None:
                noted[what] = Moment(at, by)
            while len(self._noted) > MOST_ORDERS:
                self._noted.popitem(last=False)

    def noted(self, order_id: str) -> dict[str, datetime] | None:
        """What was noted of an order; None for one that has taught, though its handover was undone since."""
        with self._guard:
            if order_id in self._taught:
                return None
            return {what: moment.at for what, moment in self._noted.get(order_id, {}).items()}

    def who(self, order_id: str, what: str) -> str:
        """Who began or ended it, as far as is remembered; "" when nobody knows."""
        with self._guard:
            moment = self._noted.get(order_id, {}).get(what)
        return moment.by if moment else ""

    def taught(self, order_id: str) -> None:
        """The lesson of an order is kept: it teaches no more."""
        with self._guard:
            self._noted.pop(order_id, None)
            self._taught[order_id] = None
            while len(self._taught) > MOST_ORDERS:
                self._taught.popitem(last=False)
