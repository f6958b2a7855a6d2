"""Poking the front door when a store has news: after the commit, never waited for, never owed.

Polling finds what a lost poke would have told, so a full queue drops and an answer does not matter.
"""

from __future__ import annotations

import logging
import queue
import threading

import requests

from sync.protocol.relay import POKE_HEADER, POKE_PATH, poke_key

MOST_WAITING = 1000
TIMEOUT_SECONDS = 2.0

log = logging.getLogger("hq.poking")


class Poker:
    """Tells the front door, from a thread of its own, which store to wake."""

    def __init__(self, front_door_url: str) -> None:
        self.secret = b""
        self._url = front_door_url
        self._queue: queue.Queue[str] = queue.Queue(MOST_WAITING)
        self._waiting: set[str] = set()
        self._under_way = 0
        self._guard = threading.Lock()
        self._done = threading.Condition(self._guard)
        if front_door_url:
            threading.Thread(target=self._run, name="poker", daemon=True).start()

    @property
    def open_pokes(self) -> int:
        """Stores that wait to be poked, or are being poked now."""
        with self._guard:
            return len(self._waiting) + self._under_way

    def poke(self, store_id: str) -> None:
        """Wake a store soon. One that waits to be poked already is poked once."""
        if not self._url:
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
            self._post(session, store_id)
            with self._done:
                self._under_way -= 1
                self._done.notify_all()

    def _post(self, session: requests.Session, store_id: str) -> None:
        try:
            session.post(
                self._url + POKE_PATH,
                json={"store_id": store_id},
                headers={POKE_HEADER: poke_key(self.secret)},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as problem:
            log.info("front door not reached: %s", type(problem).__name__)
