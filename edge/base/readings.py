"""Readings: values that are true now and never stored, such as an ETA; screens get the newest, not each."""

from __future__ import annotations

import threading


class Readings:
    """Which readings have changed since they were last sent. Names are "<what>:<ref>"-like pairs."""

    def __init__(self) -> None:
        self._changed: set[tuple[str, str]] = set()
        self._wake = threading.Condition()
        self._closed = False

    def touch(self, name: str, ref: str) -> None:
        """Say that a reading has a new value."""
        with self._wake:
            self._changed.add((name, ref))
            self._wake.notify_all()

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
