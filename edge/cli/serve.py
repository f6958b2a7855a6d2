"""`store-edge serve`: the store service, until it is stopped."""

from __future__ import annotations

from pathlib import Path

import click

from edge import settings as settings_module
from edge.base import logs
from edge.cli.service import home_option
from edge.settings import Settings
from sync.core.errors import Refusal


@click.command()
@home_option
def command(home: Path) -> None:
    """Run the store service until it is stopped."""
    try:
        settings = settings_module.load(home)
        _must_be_a_store(home, settings)
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None
    logs.set_up(settings)
    from edge.cli.server import Server

    Server(home, settings).run()


def _must_be_a_store(home: Path, settings: Settings) -> None:
    """Say at once what is missing: a folder of its own, and a store that has a name."""
    from edge.base.lock import FolderLock
    from edge.base.peek import is_enrolled, knows_itself

    if not (knows_itself(home) or is_enrolled(home) or settings.hq_url):
        raise click.ClickException(
            f"The folder {home} holds no store yet. Set one up first:\n"
            f"  store-edge init --home {home}\n"
            f"or, for a store of a chain:\n"
            f"  store-edge enrol CODE --hq https://your.hq --home {home}"
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    FolderLock(home).release()
