"""Virtual time and named chance: nothing in a run reads the machine's clock or its dice."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from sync.doors.ids import SeededIds
from tests.world import OPENING

START = 1000.0
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


def chance(*words: object) -> random.Random:
    """A source of chance of its own for each purpose: what is left out of a run moves no other dice."""
    return random.Random(":".join(map(str, words)))


class Time:
    """Virtual seconds since the start of the run; the loop alone moves them."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @property
    def true_now(self) -> datetime:
        """What a right clock would show."""
        return OPENING + timedelta(seconds=self.seconds)


class SimClock:
    """A machine's clock: as far off as the faults say; its monotonic time is always right."""

    def __init__(self, time: Time, machine: object) -> None:
        self._time, self.machine = time, machine
        self.off_by = 0.0
        self.stands_at: datetime | None = None

    def now(self) -> datetime:
        """See Clock."""
        if self.stands_at is not None:
            return self.stands_at
        shown = self._time.true_now + timedelta(seconds=self.off_by)
        return min(max(shown, _FIRST), _LAST)

    def wall(self) -> datetime:
        """See Clock."""
        return self.now()

    def monotonic(self) -> float:
        """See Clock."""
        return START + self._time.seconds

    def real_seconds_until(self, at: datetime) -> float:
        """See Clock."""
        return max(0.0, (at - self.now()).total_seconds())

    def sleep(self, seconds: float) -> None:
        """Whoever waits for a lock in a single thread waits for nobody."""

    def set_back_to_right(self) -> None:
        """Somebody set the clock."""
        self.off_by, self.stands_at = 0.0, None


def ids(*words: object) -> SeededIds:
    """Ids of one life of one machine."""
    return SeededIds(chance("ids", *words).getrandbits(62))
