"""Poking a store through its front door when it has news: after the commit, never waited for, never owed.

Polling finds what a lost poke would have told, so a full queue drops and an answer does not matter.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence

import requests

from sync.doors.clock import Clock
from sync.protocol.relay import POKE_HEADER, POKE_PATH, poke_key

MOST_WAITING = 1000
TIMEOUT_SECONDS = 2.0
AWAY_SECONDS = 5.0

log = logging.getLogger("hq.poking")


class Poker:
    """Tells a front door, from a thread of its own, which store to wake.

    Of several doors the one that had the store last is asked first; none is asked again as soon after it was away.
    """

    def __init__(self, front_doors: Sequence[str], clock: Clock) -> None:
        self.secret = b""
        self._doors = list(front_doors)
        self._clock = clock
        self._had: dict[str, str] = {}
        self._away_until: dict[str, float] = {}
        self._queue: queue.Queue[str] = queue.Queue(MOST_WAITING)
        self._waiting: set[str] = set()
        self._under_way = 0
        self._guard = threading.Lock()
        self._done = threading.Condition(self._guard)
        if self._doors:
            threading.Thread(target=self._run, name="poker", daemon=True).start()

    @property
    def open_pokes(self) -> int:
        """Stores that wait to be poked, or are being poked now."""
        with self._guard:
            return len(self._waiting) + self._under_way

    def poke(self, store_id: str) -> None:
        """Wake a store soon. One that waits to be poked already is poked once."""
        if not self._doors:
            return
        with self._guard:
            if store_id in self._waiting or len(self._waiting) >= MOST_WAITING:
                return
            self._waiting.add(store_id)
        self._queue.put_nowait(store_id)

    def finish(self) -> None:
        """Before a process ends: let what waits be told, as long as one poke may take."""
        with self._done:
            self._done.wait_for(
                lambda: not (self._waiting or self._under_way), timeout=TIMEOUT_SECONDS
            )

    def _run(self) -> None:
        session = requests.Session()
        while True:
            store_id = self._queue.get()
            with self._guard:
                self._waiting.discard(store_id)
                self._under_way += 1
            self._find(session, store_id)
            with self._done:
                self._under_way -= 1
                self._done.notify_all()

    def _find(self, session: requests.Session, store_id: str) -> None:
        """Ask the doors until one has the store's line."""
        for door in sorted(self._doors, key=lambda each: each != self._had.get(store_id)):
            if self._clock.monotonic() < self._away_until.get(door, 0.0):
                continue
            if self._has(session, door, store_id):
                self._had[store_id] = door
                return

    def _has(self, session: requests.Session, door: str, store_id: str) -> bool:
        try:
            answer = session.post(
                door + POKE_PATH,
                json={"store_id": store_id},
                headers={POKE_HEADER: poke_key(self.secret)},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as problem:
            log.info("a front door was not reached: %s", type(problem).__name__)
            if len(self._doors) > 1:
                self._away_until[door] = self._clock.monotonic() + AWAY_SECONDS
            return False
        return '"poked":true' in answer.text
