"""What every `store-edge hq` command needs: which HQ is meant, its settings, and asking it to do something."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sync.core.errors import Refusal


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says which HQ is meant."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="STORE_EDGE_HQ_HOME",
        default=Path("hq"),
        show_default=True,
        help="folder of HQ's database, secrets and settings",
    )(command)


def settings(home: Path, **given: str) -> Any:
    """HQ's settings; what is wrong with them is said in a sentence."""
    from sync.hq import settings as of_hq

    said = {f"{of_hq.ENVIRONMENT_PREFIX}{name.upper()}": value for name, value in given.items()}
    try:
        return of_hq.load(home, {**os.environ, **said})
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None


def ask(home: Path, name: str, words: dict[str, Any]) -> Any:
    """What HQ says to a command; its "no" ends the command line with the sentence."""
    from sync.hq.app.service import ask as ask_hq

    try:
        answer = ask_hq(settings(home), name, words)
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None
    if "error" in answer:
        raise click.ClickException(str(answer["error"]))
    return answer["said"]
