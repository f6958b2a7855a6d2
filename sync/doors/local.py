"""A private door of this machine: a socket file (0600) where each JSON line asks and one line answers."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]

log = logging.getLogger("doors.local")


class LocalDoor:
    """Listens at `path` until closed; a thread for each caller, so that none waits for another."""

    def __init__(self, path: Path, answer: Answer, *, name: str) -> None:
        self._path = path
        self._answer = answer
        self._name = name
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen(4)
        self._thread = threading.Thread(target=self._listen, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        # Closing alone does not wake a thread that waits in accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=1.0)
        self._path.unlink(missing_ok=True)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection,), name=self._name, daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rwb") as lines:
                for line in lines:
                    lines.write(json.dumps(self._answered(line), default=str).encode() + b"\n")
                    lines.flush()
        except OSError as gone:
            log.info("%s: a caller left before the answer: %s", self._name, gone)

    def _answered(self, line: bytes) -> Mapping[str, Any]:
        try:
            asked = json.loads(line)
        except ValueError as problem:
            return {"error": f"This is not a line of JSON: {problem}"}
        if not isinstance(asked, dict):
            return {"error": "A line asks with a JSON object."}
        try:
            return self._answer(asked)
        except Exception as failure:
            log.exception("%s could not answer", self._name)
            return {"error": f"{type(failure).__name__}: {failure}"}


def ask(path: Path, asked: Mapping[str, Any], *, seconds: float) -> dict[str, Any] | None:
    """The answer of whoever listens at `path`; None when nobody does."""
    asking = socket.socket(socket.AF_UNIX)
    asking.settimeout(seconds)
    try:
        asking.connect(str(path))
    except (FileNotFoundError, ConnectionRefusedError):
        asking.close()
        return None
    with asking, asking.makefile("rwb") as lines:
        lines.write(json.dumps(asked).encode() + b"\n")
        lines.flush()
        answer: dict[str, Any] = json.loads(lines.readline())
        return answer
