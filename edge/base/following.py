"""Followers of the event log: a thread each, woken by commits, with a place of its own in the log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from edge.base.edge import Edge

WAIT_SECONDS = 1.0
PAUSE_AFTER_FAILURE_SECONDS = 1.0

log = logging.getLogger("edge.following")


class Follower:
    """Calls `follow()` whenever the log has grown; `follow` reads on from its own cursor and returns it."""

    def __init__(
        self, name: str, edge: Edge, follow: Callable[[int], int], *, start_at: int
    ) -> None:
        self.seq = start_at
        self._name = name
        self._edge = edge
        self._follow = follow
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is being done now."""
        self._stopping.set()
        self._edge.log.let_go()
        if self._thread.is_alive():
            self._thread.join(timeout=2 * WAIT_SECONDS)

    def is_caught_up(self) -> bool:
        """Whether everything committed so far was followed."""
        return self.seq >= self._edge.log.durable_seq

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._edge.log.wait_beyond(self.seq, WAIT_SECONDS, unless=self._stopping):
                continue
            try:
                self.seq = self._follow(self.seq)
            except Exception:
                log.exception("%s stumbled and will try again", self._name)
                self._stopping.wait(PAUSE_AFTER_FAILURE_SECONDS)
