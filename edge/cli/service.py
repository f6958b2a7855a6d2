"""Commands that write talk to the running service through its private socket, or open the folder themselves.

When nobody listens, the folder is opened under its lock and the same function runs here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from edge.base.service import SOCKET_NAME, Command
from sync.core.errors import Refusal
from sync.doors import local

ANSWER_SECONDS = 60
_MAKE_A_STORE = frozenset({"init", "enrol"})

__all__ = ["Command", "home_option", "needs_a_store", "run"]


def run(home: Path, name: str, words: Mapping[str, Any]) -> Any:
    """Run a writing command: in the service when it runs, else here. A refusal ends the command in words."""
    asked = {"command": name, "words": dict(words)}
    answer = local.ask(home / SOCKET_NAME, asked, seconds=ANSWER_SECONDS)
    if answer is None:
        # A mistyped folder would become an empty store, and its codes would open nothing.
        if name not in _MAKE_A_STORE:
            needs_a_store(home)
        answer = _run_here(home, name, words)
    if "error" in answer:
        raise click.ClickException(str(answer["error"]))
    return answer["said"]


def needs_a_store(home: Path) -> None:
    """Refuse a folder in which there is no store, in words."""
    from edge.base.edge import DATABASE_NAME

    if not (home / DATABASE_NAME).exists():
        raise click.ClickException(
            f"There is no store in the folder {home}. "
            "Name its folder with --home, or set one up: store-edge init --help"
        )


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
