"""Wrong passwords in a row, per login: only in memory, aged by the real monotonic clock."""

from __future__ import annotations

import threading
from collections import OrderedDict

from sync.hq.people.rules import LONGEST_WAIT_SECONDS, SignInTooSoon, wait_seconds

MOST_LOGINS = 10_000


class FailureMemory:
    """Slows guessing down per login, known or not, so that the wait tells nothing."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, login: str, now: float) -> None:
        """Refuse while the wait of this login runs."""
        with self._guard:
            count, last = self._failures.get(login, (0, 0.0))
        left = last + wait_seconds(count) - now
        if count and left > 0:
            raise SignInTooSoon(seconds=int(left) + 1)

    def failed(self, login: str, now: float) -> None:
        """One more wrong password."""
        with self._guard:
            count, last = self._failures.pop(login, (0, now))
            fresh = now - last > 4 * LONGEST_WAIT_SECONDS
            self._failures[login] = (1 if fresh else count + 1, now)
            while len(self._failures) > MOST_LOGINS:
                self._failures.popitem(last=False)

    def succeeded(self, login: str) -> None:
        """Forget what went wrong before."""
        with self._guard:
            self._failures.pop(login, None)
