"""The processes of `solo`: started in turn, watched together, ended together."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Mapping

import requests
from gunicorn.systemd import sd_notify

from sync.doors.clock import SystemClock

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_LOOK_SECONDS = 0.1
_CLOCK = SystemClock()

log = logging.getLogger("edge.solo")


class Ended(Exception):
    """One of the processes did not start, or ended by itself."""


class Child:
    """One of ours; what it says goes where our own words go."""

    def __init__(self, name: str, words: list[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._words = words
        # What is said to the init system is said by us, for all of them.
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("STORE_EDGE_", "NOTIFY_", "WATCHDOG_"))
        }
        self._environment = {**kept, **environment, "PYTHONUNBUFFERED": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, url: str) -> None:
        """Start it, apart from the terminal's Ctrl-C, and wait until it answers; Ended if it does not."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "edge", *self._words],
            stdin=subprocess.DEVNULL,
            env=self._environment,
            start_new_session=True,
        )
        end = _CLOCK.monotonic() + START_SECONDS
        while not _answers(url):
            self.must_live()
            if _CLOCK.monotonic() > end:
                raise Ended(
                    f"{self.name} did not answer in {START_SECONDS:.0f} s; what it said stands above."
                )
            wait_for(_LOOK_SECONDS)

    def must_live(self) -> None:
        """Ended if it has ended."""
        if self._process is not None and self._process.poll() is not None:
            raise Ended(
                f"{self.name} has ended ({self._process.returncode}); what it said stands above."
            )

    def stop(self) -> None:
        """End it, politely first."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def notify(state: str) -> None:
    """Tell the init system, if one started us."""
    sd_notify(state, log)


def wait_for(seconds: float) -> None:
    """Wait; a Ctrl-C ends it."""
    _CLOCK.sleep(seconds)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False
