"""What lives only in memory: tries that are under way, and when somebody was last seen, in real time."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from edge.staff import rules

MOST_KEPT = 10_000
CHECKS_AT_ONCE = 2


class Tries:
    """Spaces out tries for a PIN, also those that come at the same moment. One try a person at a time."""

    def __init__(self) -> None:
        self._failed_at: OrderedDict[str, float] = OrderedDict()
        self._busy: set[str] = set()
        self._guard = threading.Lock()
        self._checks = threading.BoundedSemaphore(CHECKS_AT_ONCE)

    @contextmanager
    def one(self, staff_id: str) -> Iterator[None]:
        """Hold the place of one try for this person; TooSoon while another one is under way."""
        with self._guard:
            if staff_id in self._busy:
                raise rules.TooSoon(seconds=1)
            self._busy.add(staff_id)
        try:
            with self._checks:
                yield
        finally:
            with self._guard:
                self._busy.discard(staff_id)

    def wait_seconds(self, key: str, delay: float, now: float) -> float:
        """What is left of a delay; after a restart it begins anew, so that restarting gains nothing."""
        if not delay:
            return 0.0
        with self._guard:
            since = self._failed_at.setdefault(key, now)
        return max(0.0, since + delay - now)

    def failed(self, *keys: str, now: float) -> None:
        """A try failed: the delays of its person and its device begin."""
        with self._guard:
            for key in keys:
                self._failed_at[key] = now
                self._failed_at.move_to_end(key)
            while len(self._failed_at) > MOST_KEPT:
                self._failed_at.popitem(last=False)


@dataclass
class _Seen:
    age: float
    idle: float
    met: float
    kept: float


class Presence:
    """When each sign-in was last seen, by the real monotonic clock; kept in the database now and then."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._guard = threading.Lock()

    def meets(self, session_hash: str, now: float, *, age: float, idle: float) -> bool:
        """Note a sign of life. False once the sign-in is over; `age` and `idle` count for the first meeting."""
        with self._guard:
            seen = self._seen.setdefault(session_hash, _Seen(age, idle, now, now - idle))
            seen.age, seen.idle = seen.age + now - seen.met, seen.idle + now - seen.met
            seen.met = now
            alive = 0 <= seen.idle < rules.IDLE_SECONDS and 0 <= seen.age < rules.ABSOLUTE_SECONDS
            if alive:
                seen.idle = 0.0
            while len(self._seen) > MOST_KEPT:
                self._seen.popitem(last=False)
            return alive

    def should_keep(self, session_hash: str, now: float, every: float) -> bool:
        """Whether it is time to write down that this sign-in was seen; at most once in `every` seconds."""
        with self._guard:
            seen = self._seen.get(session_hash)
            if seen is None or now - seen.kept < every:
                return False
            seen.kept = now
            return True

    def forget(self, session_hash: str) -> None:
        """A sign-in ended."""
        with self._guard:
            self._seen.pop(session_hash, None)
