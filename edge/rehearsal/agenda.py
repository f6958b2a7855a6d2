"""What will happen when: a heap of events in business seconds."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

Happening = Callable[[float], None]


class Agenda:
    """Events in order of time; those of one moment in the order in which they were put down.

    A quiet event, such as one of many range reports, is no reason for staff to look up at once.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Happening, bool]] = []
        self._order = count()

    def at(self, seconds: float, happening: Happening, *, quiet: bool = False) -> None:
        """Put something down for a moment."""
        heapq.heappush(self._heap, (round(seconds, 3), next(self._order), happening, quiet))

    def next_at(self) -> float | None:
        """The next moment at which something happens."""
        return self._heap[0][0] if self._heap else None

    def take(self) -> tuple[float, Happening, bool]:
        """The next event: when, what, and whether it is quiet."""
        seconds, _, happening, quiet = heapq.heappop(self._heap)
        return seconds, happening, quiet

    def __len__(self) -> int:
        return len(self._heap)
