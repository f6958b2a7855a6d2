"""The drill: a backup is restored where nobody sees it, and proved event by event. A backup never tried is a hope."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec

from edge.base import backup, facts
from edge.base.backup import Backup, DamagedBackup
from edge.base.database import Reader, Rows, open_reader
from edge.base.edge import DATABASE_NAME
from edge.base.proof import LogDamaged, prove_log
from edge.base.unit import Unit

LAST_DRILL = "last_drill"


class Drilled(msgspec.Struct, frozen=True, kw_only=True):
    """How the last drill went; `problem` is empty when the backup is good."""

    at: datetime
    backup: str
    events: int = 0
    seconds: float = 0.0
    problem: str = ""


def lay_out(chosen: Backup, scratch: Path) -> Path:
    """Prove the files and restore them into an empty folder; DamagedBackup if they are not whole."""
    backup.verify(chosen)
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in chosen.manifest.files:
        (scratch / name).parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(chosen.folder / name, scratch / name)
    return scratch


def prove(chosen: Backup, scratch: Path) -> Iterator[int]:
    """Compare what was laid out with its manifest: table by table, then the log link by link.

    Yields the number of proved events as it grows; DamagedBackup names what differs.
    """
    manifest = chosen.manifest
    with closing(open_reader(scratch / DATABASE_NAME)) as connection:
        found = backup.tables_of(connection)
        for table, count in manifest.tables.items():
            if found.get(table) != count:
                problem = f"{table} has {found.get(table)} rows, not {count}"
                raise DamagedBackup(name=chosen.name, problem=problem)
        proved = 0
        try:
            for proved in prove_log(Reader(connection), manifest.epoch):
                yield proved
        except (LogDamaged, sqlite3.Error) as problem:
            raise DamagedBackup(name=chosen.name, problem=str(problem)) from problem
    if proved != manifest.tables.get("events", 0):
        raise DamagedBackup(name=chosen.name, problem=f"its log has {proved} events")


def remember(unit: Unit, drilled: Drilled) -> None:
    """Keep how a drill went."""
    facts.put(unit, LAST_DRILL, msgspec.json.encode(drilled).decode())


def last(rows: Rows) -> Drilled | None:
    """How the last drill went, if there was one."""
    said = facts.get(rows, LAST_DRILL)
    return msgspec.json.decode(said, type=Drilled) if said else None
