"""Readings: values that are true now and never stored, such as an ETA; screens get the newest, not each."""

from __future__ import annotations

import threading
from collections import OrderedDict

MOST_LATEST = 200


class Readings:
    """Which readings have changed since they were last sent. Names are "<what>:<ref>"-like pairs."""

    def __init__(self) -> None:
        self._changed: set[tuple[str, str]] = set()
        # Of the latest that had a value: whoever connects is sent these.
        self._latest: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._wake = threading.Condition()
        self._closed = False

    def touch(self, name: str, ref: str) -> None:
        """Say that a reading has a new value."""
        with self._wake:
            self._changed.add((name, ref))
            self._latest[name, ref] = None
            self._latest.move_to_end((name, ref))
            while len(self._latest) > MOST_LATEST:
                self._latest.popitem(last=False)
            self._wake.notify_all()

    def latest(self) -> list[tuple[str, str]]:
        """The readings that changed last, whenever that was, the newest last."""
        with self._wake:
            return list(self._latest)

    def take(self, timeout: float) -> set[tuple[str, str]]:
        """All that changed since the last take; waits up to `timeout` real seconds for a first one."""
        with self._wake:
            self._wake.wait_for(lambda: self._changed or self._closed, timeout)
            changed, self._changed = self._changed, set()
            return changed

    def close(self) -> None:
        """Let waiters go."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
