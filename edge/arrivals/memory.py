"""Ranges, in memory only: bounded, aged by the monotonic clock, gone at handover, withdrawal or after two hours."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import inf

from edge.arrivals.rules import NOTHING, Learned, Said, Sighting, Step, said_now
from sync.core.errors import Refusal

AT_ONCE = 30.0
A_SECOND = 10.0
MOST_FAILED = 5
FAILED_SECONDS = 120.0
MOST_DEVICES = 500
MOST_JOURNEYS = 2_000
MOST_DROPS = 4_000
LONGEST_SECONDS = 7_200.0
# Journeys share so many turns: a few wait for a neighbour, and nothing has to be tidied up.
TURNS = 64

Listener = Callable[[str], object]


@dataclass(slots=True)
class _Kept:
    sighting: Sighting
    since: float
    sent: int
    said: dict[Step, Said] = field(default_factory=dict)
    has_turned: bool = False


class RangeMemory:
    """The only place where a distance lives, and it is never written down; and what many arrivals taught."""

    def __init__(
        self, *, most: int = MOST_JOURNEYS, longest_seconds: float = LONGEST_SECONDS
    ) -> None:
        self._most = most
        self._longest = longest_seconds
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._dropped_at: OrderedDict[str, int] = OrderedDict()
        self._drops = 0
        # Nothing is too old before: most questions look at one journey, not at all of them.
        self._ends_at = inf
        self._guard = threading.Lock()
        self._turns = tuple(threading.Lock() for _ in range(TURNS))
        self._listeners: list[Listener] = []
        # What the store has learnt, at hand for every report: read at the start and after each lesson.
        self.learned: Learned = NOTHING

    @property
    def drops(self) -> int:
        """How often something was dropped: ask before the consent is checked, give it to `note`."""
        return self._drops

    def turn(self, order_id: str) -> threading.Lock:
        """Hold it from `get` to `note`, so that of two reports of one journey neither is lost."""
        return self._turns[hash(order_id) % TURNS]

    def note(
        self, order_id: str, sighting: Sighting, *, monotonic: float, drops: int, sent: int = 1
    ) -> bool:
        """Keep the newest sighting; False if the order's was dropped since `drops` was asked."""
        with self._guard:
            if self._dropped_at.get(order_id, -1) > drops:
                return False
            known = self._kept.pop(order_id, None)
            kept = known or _Kept(sighting, monotonic, 0)
            kept.sighting, kept.sent = sighting, kept.sent + sent
            step, said = said_now(kept.said, sighting)
            kept.said[step] = said
            self._kept[order_id] = kept
            self._ends_at = min(self._ends_at, kept.since + self._longest)
            self._forget_old(monotonic)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._tell(order_id)
        return True

    def get(self, order_id: str, *, monotonic: float) -> Sighting | None:
        """What is known of a journey now, if anything."""
        with self._guard:
            self._forget_old(monotonic)
            kept = self._kept.get(order_id)
            return kept.sighting if kept else None

    def said(self, order_id: str, *, monotonic: float) -> dict[Step, Said] | None:
        """What was foretold on the way so far, by step; None of a customer who turned away in between."""
        with self._guard:
            self._forget_old(monotonic)
            kept = self._kept.get(order_id)
            if kept is None:
                return {}
            return None if kept.has_turned else dict(kept.said)

    def turned(self, order_id: str) -> None:
        """The customer turned away: what was foretold until then says nothing about when they come."""
        with self._guard:
            if kept := self._kept.get(order_id):
                kept.has_turned = True

    def put_learned(self, learned: Learned) -> None:
        """Tell every eta by this from now on."""
        self.learned = learned

    def as_seen(self, monotonic: float) -> Callable[[str], Sighting | None]:
        """How to ask for journeys as they are known at this moment: for a unit, which reads no clock."""
        return partial(self.get, monotonic=monotonic)

    def sent(self, order_id: str, *, monotonic: float) -> int:
        """How many reports of a journey were taken: the pass shows it to its holder."""
        with self._guard:
            self._forget_old(monotonic)
            kept = self._kept.get(order_id)
            return kept.sent if kept else 0

    def drop(self, order_id: str) -> None:
        """Forget a journey's ranges at once, and refuse what is still on its way in."""
        with self._guard:
            self._drops += 1
            known = self._kept.pop(order_id, None)
            self._dropped_at[order_id] = self._drops
            self._dropped_at.move_to_end(order_id)
            while len(self._dropped_at) > MOST_DROPS:
                self._dropped_at.popitem(last=False)
        if known is not None:
            self._tell(order_id)

    def on_change(self, listener: Listener) -> None:
        """Call `listener(order_id)` whenever a reading changed: how live screens hear of an eta."""
        self._listeners.append(listener)

    def __len__(self) -> int:
        """How many journeys have ranges in memory."""
        return len(self._kept)

    def _forget_old(self, monotonic: float) -> None:
        if monotonic <= self._ends_at:
            return
        old = [key for key, kept in self._kept.items() if monotonic - kept.since > self._longest]
        for key in old:
            del self._kept[key]
        since = min((kept.since for kept in self._kept.values()), default=inf)
        self._ends_at = since + self._longest

    def _tell(self, order_id: str) -> None:
        for listener in self._listeners:
            listener(order_id)


class TooManyReports(Refusal):
    """One journey reports more often than any phone needs."""

    code = "too_many_reports"
    status = 429
    sentence = "Too many reports at once. Send the newest again in {seconds} s."


class ReportPace:
    """How often each journey may report: some at once, then so many a second.

    Places come free one by one, not all together after a minute: of a flood, what is let in next is always new.
    """

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._guard = threading.Lock()

    def admit(self, order_id: str, monotonic: float) -> None:
        """Count one post of reports; TooManyReports above the pace."""
        with self._guard:
            left, at = self._left.pop(order_id, (AT_ONCE, monotonic))
            left = min(AT_ONCE, left + (monotonic - at) * A_SECOND)
            self._left[order_id] = (left - 1.0 if left >= 1.0 else left, monotonic)
            while len(self._left) > MOST_JOURNEYS:
                self._left.popitem(last=False)
        if left < 1.0:
            raise TooManyReports(seconds=1)


class TooManyTries(Refusal):
    """Somebody types codes by guessing."""

    code = "too_many_tries"
    status = 429
    sentence = "Too many wrong codes. Please wait {seconds} seconds, or scan the pass."


class TypedTries:
    """Wrong codes typed at each device lately; a scan is never counted."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, list[float]] = OrderedDict()
        self._guard = threading.Lock()

    def refuse_if_too_many(self, device: str, monotonic: float) -> None:
        """Raise TooManyTries while this device has had too many."""
        with self._guard:
            lately = self._lately(device, monotonic)
        if len(lately) >= MOST_FAILED:
            raise TooManyTries(seconds=int(FAILED_SECONDS - (monotonic - lately[0])) + 1)

    def failed(self, device: str, monotonic: float) -> None:
        """Count a wrong code."""
        with self._guard:
            self._failed[device] = [*self._lately(device, monotonic), monotonic][-MOST_FAILED:]
            self._failed.move_to_end(device)
            while len(self._failed) > MOST_DEVICES:
                self._failed.popitem(last=False)

    def _lately(self, device: str, monotonic: float) -> list[float]:
        return [at for at in self._failed.get(device, []) if monotonic - at < FAILED_SECONDS]
