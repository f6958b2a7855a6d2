"""`store-edge frontdoor`: the one public name of stores, beside HQ."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import click

from sync.doors.ids import SystemIds
from sync.frontdoor.settings import FrontDoorSettings
from sync.hq.base import secret_files

_PREFIX = "STORE_EDGE_FRONTDOOR_"


@click.group(name="frontdoor")
def command() -> None:
    """The front door: leads customers on the road to their store."""


@command.command()
@click.option(
    "--secret-file",
    envvar=f"{_PREFIX}SECRET_FILE",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file with the secret that the front door shares with HQ.",
)
@click.option("--bind", envvar=f"{_PREFIX}BIND", default="127.0.0.1", show_default=True)
@click.option(
    "--port",
    envvar=f"{_PREFIX}PORT",
    default=8443,
    show_default=True,
    type=click.IntRange(0, 65535),
)
@click.option(
    "--trusted-proxy",
    envvar=f"{_PREFIX}TRUSTED_PROXY",
    default="",
    help="The only address that may say who the client is (X-Forwarded-For).",
)
@click.pass_context
def serve(
    context: click.Context, *, secret_file: Path, bind: str, port: int, trusted_proxy: str
) -> None:
    """Serve until told to stop."""
    _refuse_unknown_settings(context.command)
    settings = FrontDoorSettings(
        secret=read_secret(secret_file), host=bind, port=port, trusted_proxy=trusted_proxy
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    from sync.frontdoor import server  # uvicorn is HQ's: a store's computer does not have it

    server.serve(settings)


def read_secret(path: Path) -> bytes:
    """The secret shared with HQ, made here when neither has made it yet."""
    try:
        return secret_files.secret(path, SystemIds())
    except secret_files.SecretTooOpen as refusal:
        raise click.ClickException(refusal.message()) from None
    except (ValueError, IndexError):
        raise click.ClickException(f"{path} holds no secret of ours (64 hex digits).") from None


def _refuse_unknown_settings(command: click.Command) -> None:
    known = {option.envvar for option in command.params if isinstance(option, click.Option)}
    unknown = [name for name in os.environ if name.startswith(_PREFIX) and name not in known]
    if unknown:
        allowed = ", ".join(sorted(str(name) for name in known if name))
        raise click.ClickException(f"{unknown[0]} is not known; allowed are {allowed}.")
