"""The running service's private door for commands that write: a socket of the machine, 0600.

One JSON line asks ({"command", "words"}), one answers ({"said"} or {"error"}).
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sync.core.errors import Refusal

if TYPE_CHECKING:
    # The command line asks this module too, and need not load a database for it.
    from edge.base.edge import Edge

SOCKET_NAME = "command.sock"

Command = Callable[["Edge", Mapping[str, Any]], Any]

log = logging.getLogger("edge.service")


class Service:
    """Listens for commands on the running service's side."""

    def __init__(self, edge: Edge, commands: Mapping[str, Command]) -> None:
        self._edge = edge
        self._commands = commands
        self._path = edge.home / SOCKET_NAME
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
            with connection, connection.makefile("rwb") as lines:
                asked = json.loads(lines.readline() or b"{}")
                lines.write(json.dumps(self._answer(asked), default=str).encode() + b"\n")

    def _answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        command = self._commands.get(asked.get("command", ""))
        if command is None:
            return {"error": "the running service does not know this command; restart it"}
        try:
            return {"said": command(self._edge, asked.get("words", {}))}
        except Refusal as refusal:
            return {"error": refusal.message()}
        except Exception as failure:
            log.exception("command %s failed", asked.get("command"))
            return {"error": f"{type(failure).__name__}: {failure}"}
