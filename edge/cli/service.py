"""Commands that write talk to the running service through a private socket, or open the folder themselves.

The socket is 0600 in the home folder. One JSON line asks ({"command", "words"}), one answers ({"said"} or
{"error"}); when nobody listens, the folder is opened under its lock and the same function runs here.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from edge.base.edge import Edge
from sync.core.errors import Refusal

SOCKET_NAME = "command.sock"
ANSWER_SECONDS = 60

Command = Callable[[Edge, Mapping[str, Any]], Any]

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


def run(home: Path, name: str, words: Mapping[str, Any]) -> Any:
    """Run a writing command: in the service when it runs, else here. A refusal ends the command in words."""
    answer = _ask_service(home, name, words)
    if answer is None:
        answer = _run_here(home, name, words)
    if "error" in answer:
        raise click.ClickException(str(answer["error"]))
    return answer["said"]


def _ask_service(home: Path, name: str, words: Mapping[str, Any]) -> dict[str, Any] | None:
    asking = socket.socket(socket.AF_UNIX)
    asking.settimeout(ANSWER_SECONDS)
    try:
        asking.connect(str(home / SOCKET_NAME))
    except (FileNotFoundError, ConnectionRefusedError):
        asking.close()
        return None
    with asking, asking.makefile("rwb") as lines:
        lines.write(json.dumps({"command": name, "words": dict(words)}).encode() + b"\n")
        lines.flush()
        answer: dict[str, Any] = json.loads(lines.readline())
        return answer


def _run_here(home: Path, name: str, words: Mapping[str, Any]) -> dict[str, Any]:
    from edge.app import open_store
    from edge.cli.commands import COMMANDS

    try:
        edge = open_store(home)
    except Refusal as refusal:
        return {"error": refusal.message()}
    try:
        return {"said": COMMANDS[name](edge, words)}
    except Refusal as refusal:
        return {"error": refusal.message()}
    finally:
        edge.close()


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The --home option that every command of the store has."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="STORE_EDGE_HOME",
        default=Path("store"),
        show_default=True,
        help="folder of this store's database, keys and settings",
    )(command)
