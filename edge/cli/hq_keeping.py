"""`store-edge hq backup` and `hq restore`: a copy of HQ that was proved, and going back to one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from edge.cli.hq_asking import ask, home_option, settings
from sync.core.errors import Refusal

_json_option = click.option("--json", "as_json", is_flag=True, help="for machines")
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option("--into", type=_FOLDER, help="folder of backups  [default: backups/ in HQ's folder]")
@home_option
@_json_option
def backup(home: Path, into: Path | None, *, as_json: bool) -> None:
    """Make a backup of HQ, running or not, and prove it. It holds HQ's secrets.

    Only when it is proved do the stores hear that they need not keep its events for HQ's sake.
    """
    told = ask(home, "back-up", {"into": str(into.resolve())} if into else {})
    said = f"{told['folder']}: {told['events']} events of the stores, proved."
    click.echo(json.dumps(told, indent=2) if as_json else said)


@click.command()
@click.argument("backup_folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@home_option
@_json_option
def restore(backup_folder: Path, home: Path, *, as_json: bool) -> None:
    """Make the backup in BACKUP_FOLDER the HQ again. HQ must not run; its former files are moved aside.

    The stores send again what the backup lacks. What HQ itself said since, such as new prices, people say anew.
    """
    from sync.doors.clock import SystemClock
    from sync.doors.ids import SystemIds
    from sync.hq.app import keeping
    from sync.hq.base import backups

    try:
        chosen = backups.read(backup_folder)
        aside = keeping.restore(settings(home), chosen, clock=SystemClock(), ids=SystemIds())
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None
    told = {
        "restored": str(backup_folder),
        "made_at": chosen.manifest.made_at.isoformat(),
        "aside": str(aside),
    }
    said = f"HQ is as it was at {told['made_at']}. Its former files are in {aside}. Start it: store-edge hq serve"
    click.echo(json.dumps(told, indent=2) if as_json else said)
