"""`store-edge backup` and `restore`: a copy of the store that is proved, and the way back from it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import msgspec

from edge import settings as settings_module
from edge.base import backup, drill, restore, schema, upkeep
from edge.base.backup import Backup, DamagedBackup
from edge.base.edge import DATABASE_NAME, Edge
from edge.base.peek import peek
from edge.cli.service import home_option, needs_a_store, run
from sync.core.errors import Refusal
from sync.doors.clock import SystemClock

_CLOCK = SystemClock()
_FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="where backups lie  [default: setting backup_folder, else HOME/backups]",
)


@click.group(name="backup", invoke_without_command=True)
@home_option
@_FOLDER
@click.pass_context
def command(context: click.Context, home: Path, folder: Path | None) -> None:
    """Make a backup now; the store may be running. It is made daily by itself too.

    A backup holds the database, the keys and the settings: keep a copy elsewhere, and keep it as safe as the store.
    """
    if context.invoked_subcommand:
        return
    needs_a_store(home)
    try:
        into = folder or _folder_of(home)
        made = backup.make(home, into, now=_CLOCK.wall(), version=version("store-edge"))
        gone = backup.prune(into, keep=settings_module.load(home).backups_kept)
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None
    click.echo(f"{made.folder}\n  {_told(made)}")
    for name in gone:
        click.echo(f"  {name} was the oldest and is deleted")


@command.command(name="list")
@home_option
@_FOLDER
def list_(home: Path, folder: Path | None) -> None:
    """The backups that there are, oldest first."""
    found = backup.every(folder or _folder_of(home))
    for each in found:
        click.echo(f"{each.name}  {_told(each)}")
    if not found:
        click.echo("There is no backup yet. Make one: store-edge backup")


@command.command(name="drill")
@click.argument("name", default="")
@home_option
@_FOLDER
def drill_(name: str, home: Path, folder: Path | None) -> None:
    """Restore a backup (the newest) where nobody sees it, prove every row count and event, and remember the result."""
    needs_a_store(home)
    chosen = _chosen(folder or _folder_of(home), name)
    result = _drilled(home, chosen)
    run(home, "backup.drilled", {"result": msgspec.to_builtins(result)})
    if result.problem:
        raise click.ClickException(f"{result.problem} Make a new one: store-edge backup")
    click.echo(
        f"{chosen.name} is good: restored and proved in {result.seconds:.1f} s, {result.events} events, "
        f"{sum(chosen.manifest.tables.values())} rows in {len(chosen.manifest.tables)} tables."
    )


@click.command(name="restore")
@click.argument("name", default="")
@home_option
@_FOLDER
@click.option("--yes", is_flag=True, help="do not ask")
def restore_command(name: str, home: Path, folder: Path | None, *, yes: bool) -> None:
    """Make a backup the store again: NAME, or a backup's folder, or the newest. The service must be stopped.

    What is there now is moved aside into the home folder, not deleted.
    """
    from edge.app import MIGRATIONS
    from edge.arrivals import actions as arrivals
    from edge.consents import actions as consents

    chosen = _chosen(folder or _folder_of(home), name)
    click.echo(f"{chosen.name}\n  {_told(chosen)}")
    if not yes and (home / DATABASE_NAME).exists():
        click.confirm(f"Make this the store in {home}?", abort=True)
    try:
        done = restore.restore(
            home,
            chosen,
            now=_CLOCK.wall(),
            known=schema.known((schema.migrations, *MIGRATIONS)),
            end_now=(consents.ENDS, arrivals.REPORTS_END),
        )
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None
    _tell_restored(home, chosen, done)


def drilled(edge: Edge, words: Mapping[str, Any]) -> str:
    """Remember how a drill went."""
    result = msgspec.convert(words["result"], drill.Drilled)
    edge.write(lambda unit: drill.remember(unit, result))
    return result.backup


def _drilled(home: Path, chosen: Backup) -> drill.Drilled:
    began = _CLOCK.monotonic()
    problem, events = "", 0
    total = chosen.manifest.tables.get("events", 0)
    try:
        with (
            backup.one_at_a_time(chosen.folder.parent),
            tempfile.TemporaryDirectory(
                prefix=backup.SCRATCH, dir=chosen.folder.parent
            ) as scratch,
            click.progressbar(length=total, label="proving events") as bar,
        ):
            for proved in drill.prove(chosen, drill.lay_out(chosen, Path(scratch))):
                bar.update(proved - events)
                events = proved
            _open_as_store(Path(scratch))
        with peek(home) as reader:
            if restore.restored(reader) is None and not restore.is_prefix(reader, chosen):
                raise DamagedBackup(
                    name=chosen.name, problem="it tells another history than this store"
                )
    except Refusal as refusal:
        problem = refusal.message()
    return drill.Drilled(
        at=_CLOCK.wall(),
        backup=chosen.name,
        events=events,
        seconds=_CLOCK.monotonic() - began,
        problem=problem,
    )


def _open_as_store(scratch: Path) -> None:
    """The very way a start takes: lock, keys, every migration."""
    from edge.app import open_store

    open_store(scratch, environment={}).close()


def _folder_of(home: Path) -> Path:
    try:
        return upkeep.backup_folder(settings_module.load(home))
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None


def _chosen(folder: Path, name: str) -> Backup:
    """The backup of this name or in this folder; the newest without one."""
    as_folder = Path(name)
    if name and (as_folder / backup.MANIFEST).exists():
        folder, name = as_folder.parent, as_folder.name
    found = [each for each in backup.every(folder) if name in ("", each.name)]
    if not found:
        raise click.ClickException(
            f"There is no backup {f'{name} ' if name else ''}in {folder}. "
            "`store-edge backup list --folder FOLDER` shows what there is."
        )
    return found[-1]


def _told(each: Backup) -> str:
    manifest = each.manifest
    return (
        f"made {manifest.made_at:%Y-%m-%d %H:%M} UTC by {manifest.version}, "
        f"{manifest.seq} events, {each.size() / 1e6:.1f} MB"
    )


def _tell_restored(home: Path, chosen: Backup, done: restore.Restored) -> None:
    click.echo(
        f"The store in {home} is as it was at {chosen.manifest.made_at:%Y-%m-%d %H:%M} UTC."
    )
    if done.aside:
        click.echo(f"What was there lies in {done.aside}; delete it when you are sure.")
    if done.left_behind:
        click.echo(f"{done.left_behind} events happened after the backup and are only there.")
    click.echo(
        "Look before you open:\n"
        "  - What was shut out since then is let in again: store-edge staff list, store-edge devices list.\n"
        "  - Consents and distances of that day end at the start.\n"
        "  - If HQ knows newer events of this store, sync stops by itself and says so: two histories are never mixed. "
        "Orders and handovers go on.\n"
        "Then: store-edge doctor, and start the service."
    )
