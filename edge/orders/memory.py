"""The last step taken at each order, so that it can be taken back: in memory only, a few hundred at most."""

from __future__ import annotations

import threading

from edge.orders.rules.undo import Taken, seconds_left

MOST_STEPS = 400


class LastSteps:
    """Who last did what with which order. A restart forgets it: then nothing can be undone, which is safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._steps: dict[str, Taken] = {}

    def keep(self, step: Taken) -> None:
        """Remember the newest step at its order; the oldest go when there are too many."""
        with self._lock:
            self._steps.pop(step.after.order_id, None)
            self._steps[step.after.order_id] = step
            while len(self._steps) > MOST_STEPS:
                del self._steps[next(iter(self._steps))]

    def forget(self, order_id: str) -> None:
        """The step was taken back."""
        with self._lock:
            self._steps.pop(order_id, None)

    def of(self, order_id: str) -> Taken | None:
        """The last step at an order, if it is remembered."""
        with self._lock:
            return self._steps.get(order_id)

    def newest_by(self, by: str, *, at: float) -> Taken | None:
        """What somebody did last, while it can still be taken back."""
        with self._lock:
            theirs = [x for x in self._steps.values() if x.by == by and seconds_left(x, at) > 0]
        return theirs[-1] if theirs else None
