"""`store-edge frontdoor`: the one public name of stores, beside HQ."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

import click

from sync.doors.ids import SystemIds
from sync.frontdoor.settings import FrontDoorSettings
from sync.hq.base import secret_files
from sync.protocol import spread

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
@click.option(
    "--doors",
    envvar=f"{_PREFIX}DOORS",
    default="",
    help="All front doors, when there are several: the addresses in HQ's front_door_url, separated by commas.",
)
@click.option(
    "--own-url",
    envvar=f"{_PREFIX}OWN_URL",
    default="",
    help="Which of them this one is.",
)
@click.pass_context
def serve(
    context: click.Context,
    *,
    secret_file: Path,
    bind: str,
    port: int,
    trusted_proxy: str,
    doors: str,
    own_url: str,
) -> None:
    """Serve until told to stop."""
    _refuse_unknown_settings(context.command)
    all_doors, own = _among(doors, own_url)
    settings = FrontDoorSettings(
        secret=read_secret(secret_file),
        host=bind,
        port=port,
        trusted_proxy=trusted_proxy,
        doors=all_doors,
        own_url=own,
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


def _among(doors: str, own_url: str) -> tuple[tuple[str, ...], str]:
    """All front doors and which one we are; neither where there is only one."""
    listed, own = spread.listed(doors), "".join(spread.listed(own_url))
    wrong = [door for door in listed if not re.fullmatch(r"https?://[^/\s]+", door)]
    if wrong:
        raise click.ClickException(
            f"--doors: {wrong[0]} is no address such as http://10.0.0.5:8443"
        )
    if (listed or own) and own not in listed:
        raise click.ClickException("--own-url must be one of --doors, or both be left out.")
    return tuple(listed), own


def _refuse_unknown_settings(command: click.Command) -> None:
    known = {option.envvar for option in command.params if isinstance(option, click.Option)}
    unknown = [name for name in os.environ if name.startswith(_PREFIX) and name not in known]
    if unknown:
        allowed = ", ".join(sorted(str(name) for name in known if name))
        raise click.ClickException(f"{unknown[0]} is not known; allowed are {allowed}.")
