"""The running service's private door for commands: {"command", "words"} asks, {"said"} or {"error"} answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sync.core.errors import Refusal
from sync.doors.local import LocalDoor

if TYPE_CHECKING:
    # The command line asks this module too, and need not load a database for it.
    from edge.base.edge import Edge

SOCKET_NAME = "command.sock"

Command = Callable[["Edge", Mapping[str, Any]], Any]


class Service:
    """Listens for commands on the running service's side."""

    def __init__(self, edge: Edge, commands: Mapping[str, Command]) -> None:
        self._edge = edge
        self._commands = commands
        self._door = LocalDoor(edge.home / SOCKET_NAME, self._answer, name="commands")

    def close(self) -> None:
        """Stop listening."""
        self._door.close()

    def _answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        command = self._commands.get(asked.get("command", ""))
        if command is None:
            return {"error": "the running service does not know this command; restart it"}
        try:
            return {"said": command(self._edge, asked.get("words", {}))}
        except Refusal as refusal:
            return {"error": refusal.message()}
