"""HQ as a running service: web, the private door for commands, the rehearsal's clock, the folder's lock.

Commands come over a socket of the machine (0600): one JSON line asks ({"command", "words"}), one answers.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from sync.doors import control
from sync.doors.clock import Clock
from sync.doors.ids import Ids, SystemIds
from sync.hq.app import commands
from sync.hq.app.create import create_app, open_hq
from sync.hq.app.poking import Poker
from sync.hq.base.hq import Hq
from sync.hq.base.lock import FolderLock
from sync.hq.people import actions as people
from sync.hq.settings import Settings

SOCKET_NAME = "command.sock"
ANSWER_SECONDS = 60.0
SETTLE_STEP_SECONDS = 0.001

log = logging.getLogger("hq.service")


class Service:
    """Everything that runs in the one process that owns the folder."""

    def __init__(self, settings: Settings, *, clock: Clock, ids: Ids) -> None:
        self.lock = FolderLock(_made(Path(settings.home)))
        self.app: Flask = create_app(settings, clock=clock, ids=ids)
        self.hq: Hq = self.app.extensions["hq"]
        self._doors = CommandDoor(self.hq)
        self._control = control.open_control(clock, wake=lambda: None, settle=self._settle)
        self.setup_code: str | None = self.hq.write(people.print_setup_code)

    def stop(self) -> None:
        """Finish what waits and let go of everything."""
        self._doors.close()
        if self._control is not None:
            self._control.close()
        self.hq.database.close()
        self.lock.release()

    def _settle(self) -> None:
        poker = self.hq.part(Poker)
        while self.hq.database.writer.open_units or poker.open_pokes:
            self.hq.clock.sleep(SETTLE_STEP_SECONDS)


class CommandDoor:
    """Listens for commands of whoever may use the folder."""

    def __init__(self, hq: Hq) -> None:
        self._hq = hq
        self._path = hq.home / SOCKET_NAME
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._path.chmod(0o600)
        self._listener.listen(4)
        threading.Thread(target=self._listen, name="commands", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as lines:
            answer: dict[str, Any] = {"error": "HQ failed to do this; its log says why."}
            try:
                asked = json.loads(lines.readline() or b"{}")
                answer = commands.run(self._hq, str(asked.get("command")), asked.get("words", {}))
            finally:
                lines.write(json.dumps(answer, default=str).encode() + b"\n")


def ask(settings: Settings, name: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Run a command: in the running HQ when there is one, else here, under the folder's lock."""
    asking = socket.socket(socket.AF_UNIX)
    asking.settimeout(ANSWER_SECONDS)
    try:
        asking.connect(str(Path(settings.home) / SOCKET_NAME))
    except (FileNotFoundError, ConnectionRefusedError):
        asking.close()
        return _run_here(settings, name, words)
    with asking, asking.makefile("rwb") as lines:
        lines.write(json.dumps({"command": name, "words": dict(words)}).encode() + b"\n")
        lines.flush()
        answer: dict[str, Any] = json.loads(lines.readline())
        return answer


def _run_here(settings: Settings, name: str, words: Mapping[str, Any]) -> dict[str, Any]:
    lock = FolderLock(_made(Path(settings.home)))
    hq = open_hq(settings, clock=control.clock_for(), ids=SystemIds())
    try:
        return commands.run(hq, name, words)
    finally:
        hq.database.close()
        lock.release()


def _made(home: Path) -> Path:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home
