"""The conductor's side of the control channel: every process is told the time, and answers when it rests."""

from __future__ import annotations

import socket
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.rehearsal.timeline import Timeline

_ANSWER_SECONDS = 60.0
_PAUSE_EVERY_SECONDS = 900.0


class NotSettled(Exception):
    """A process did not come to rest, or said so."""


class _Baton:
    """One process's control socket."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_ANSWER_SECONDS)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rb")

    def say(self, said: dict[str, str]) -> None:
        self._socket.sendall(msgspec.json.encode(said) + b"\n")

    def hear(self) -> None:
        answer: dict[str, Any] = msgspec.json.decode(self._lines.readline() or b"{}")
        if not answer.get("ok") or answer.get("open"):
            raise NotSettled(str(answer))

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


class Tempo(Timeline):
    """Business time of all processes; `opening` is second 0."""

    def __init__(self, opening: datetime, sockets: list[Path]) -> None:
        super().__init__(opening)
        self._pause_at_s = float("-inf")
        self._batons = [_Baton(path) for path in sockets]

    def go_to(self, seconds: float) -> None:
        """Step every process to a moment and wait until each of them rests.

        Now and then, and whenever `settle` is called, also until nothing is open between them.
        """
        if seconds < self.at_s:
            raise NotSettled(f"time would go back from {self.at_s} to {seconds}")
        self.at_s = seconds
        is_pause = seconds >= self._pause_at_s
        if is_pause:
            self._pause_at_s = seconds + _PAUSE_EVERY_SECONDS
        self._tell({"op": "tick" if is_pause else "step", "now": self.moment(seconds).isoformat()})

    def settle(self) -> None:
        """Wait, without moving the time, until every process rests."""
        self._tell({"op": "settle"})

    def close(self) -> None:
        """Let go."""
        for baton in self._batons:
            baton.close()

    def _tell(self, said: dict[str, str]) -> None:
        for baton in self._batons:
            baton.say(said)
        for baton in self._batons:
            baton.hear()
