"""What lives only in memory: tries that are under way, and when somebody was last seen, in real time."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from edge.staff import rules

MOST_KEPT = 10_000
CHECKS_AT_ONCE = 2
MOST_WAITING = 100


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

    def forgive(self, key: str) -> None:
        """A manager lets a person or a device try again at once."""
        with self._guard:
            self._failed_at.pop(key, None)

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
        self._devices: dict[str, tuple[float, float]] = {}
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

    def age_seconds(self, session_hash: str) -> float:
        """Real seconds since the PIN of this sign-in was given; for ever when nobody has met it."""
        with self._guard:
            seen = self._seen.get(session_hash)
            return float("inf") if seen is None else seen.age

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

    def meets_device(self, device_id: str, now: float, every: float) -> bool:
        """Note that a device asks; True when it is time to write that down, at most once in `every` seconds."""
        with self._guard:
            if len(self._devices) > MOST_KEPT:
                self._devices.clear()
            kept = self._devices.get(device_id, (now, now - every))[1]
            is_due = now - kept >= every
            self._devices[device_id] = (now, now if is_due else kept)
            return is_due

    def device_seconds(self, device_id: str, now: float) -> float | None:
        """Real seconds since a device last asked; None when it has not since the start."""
        with self._guard:
            known = self._devices.get(device_id)
            return None if known is None else max(0.0, now - known[0])


@dataclass
class _Secret:
    text: str
    by: str
    until: float


class ShownOnce:
    """Secrets between the request that made them and the page that shows them: in memory, to their maker only."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Secret] = OrderedDict()
        self._guard = threading.Lock()

    def put(self, ticket: str, text: str, *, by: str, until: float) -> None:
        """Keep a secret under a ticket until this monotonic time."""
        with self._guard:
            self._kept[ticket] = _Secret(text, by, until)
            while len(self._kept) > MOST_WAITING:
                self._kept.popitem(last=False)

    def look(self, ticket: str, *, by: str, now: float) -> str:
        """The secret, which may be looked at again; "" for anybody else, or too late."""
        with self._guard:
            kept = self._kept.get(ticket)
            return kept.text if kept and kept.by == by and now < kept.until else ""

    def take(self, ticket: str, *, by: str, now: float) -> str:
        """The secret, for the last time; "" for anybody else, or too late."""
        found = self.look(ticket, by=by, now=now)
        if found:
            with self._guard:
                self._kept.pop(ticket, None)
        return found
