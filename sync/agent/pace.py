"""How much at once, and how long to wait after trouble."""

from __future__ import annotations

from collections.abc import Callable

from sync.protocol.limits import FIRST_BATCH_EVENTS, MAX_BATCH_EVENTS

FAST_SECONDS = 1.0
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0

Uniform = Callable[[float, float], float]


class Pace:
    """Batches double on a fast reply and halve on trouble; waits double, with full jitter."""

    def __init__(self, uniform: Uniform, longest_wait: float = LONGEST_WAIT_SECONDS) -> None:
        self.batch = FIRST_BATCH_EVENTS
        self._uniform = uniform
        self._longest_wait = longest_wait
        self._troubles = 0
        self._ceiling = MAX_BATCH_EVENTS

    def went_well(self) -> None:
        """An answer came: the next trouble is a first one again."""
        self._troubles = 0

    @property
    def next_batch(self) -> int:
        """How many the batch after this one may hold, if HQ goes on being fast."""
        return max(1, min(2 * self.batch, self._ceiling))

    def took(self, seconds: float, ceiling: int) -> None:
        """A batch was taken in so many seconds; HQ wants `ceiling` events at most."""
        self._ceiling = min(ceiling, MAX_BATCH_EVENTS)
        wanted = 2 * self.batch if seconds < FAST_SECONDS else self.batch
        self.batch = max(1, min(wanted, self._ceiling))

    def halve(self) -> None:
        """Too much at once."""
        self.batch = max(1, self.batch // 2)

    def wait(self, retry_after: float | None = None) -> float:
        """Real seconds to wait after one more trouble; HQ's own wish is spread, never undercut."""
        self._troubles += 1
        if retry_after is not None:
            return retry_after + self._uniform(0.0, max(retry_after, FIRST_WAIT_SECONDS))
        longest = min(self._longest_wait, FIRST_WAIT_SECONDS * 2 ** min(self._troubles - 1, 16))
        return self._uniform(0.0, longest)
