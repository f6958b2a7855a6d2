"""Restoring: a backup becomes the store again, and what was there is moved aside, never deleted."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from edge.base import backup, facts, private_files, sync_store, times
from edge.base.backup import Backup, DamagedBackup
from edge.base.database import Rows
from edge.base.edge import DATABASE_NAME, HALF_RESTORED, PEPPER_NAME
from edge.base.lock import FolderLock
from edge.base.peek import peek

RESTORED_FROM, RESTORED_AT = "restored_from", "restored_at"
_STAGED = ".restoring"
# These belong to the database that is restored; settings and certificates of this box stay if it has any.
_REPLACED = (PEPPER_NAME, "store-key.pem")
_DATABASE = (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm")


@dataclass(frozen=True)
class Restored:
    """What was done: where the former files lie ("" if there were none), and how many events they had more."""

    aside: str
    events: int
    left_behind: int


def restore(
    home: Path, chosen: Backup, *, now: datetime, known: Collection[str], end_now: Collection[str]
) -> Restored:
    """Make `chosen` the store in `home`; FolderInUse while a service runs there, DamagedBackup if it is not whole.

    `known` are the migrations this program has. Timers of the kinds in `end_now` ring at the next start: consents
    and distances of that day are over, whatever the backup remembers of them.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FolderLock(home)
    try:
        backup.verify(chosen)
        if newer := sorted(set(chosen.manifest.migrations) - set(known)):
            raise DamagedBackup(
                name=chosen.name,
                problem=f"it was made by a newer version ({chosen.manifest.version} knows {newer[0]}); update first",
            )
        left_behind = _left_behind(home, chosen)
        staged = _stage(home, chosen, now, end_now)
        aside = _swap(home, staged, now)
    finally:
        lock.release()
    return Restored(str(aside or ""), chosen.manifest.seq, left_behind)


def restored(rows: Rows) -> tuple[str, datetime] | None:
    """From which backup this database came, and when; None for one that was never restored."""
    name, at = facts.get(rows, RESTORED_FROM), facts.get(rows, RESTORED_AT)
    return (name, times.parse(at)) if name and at else None


def is_prefix(rows: Rows, chosen: Backup) -> bool:
    """Whether the living store's log goes on where the backup's ends: no other history, no lost beginning."""
    manifest = chosen.manifest
    if (facts.get(rows, "epoch") or "") != manifest.epoch:
        return False
    if manifest.seq == 0:
        return True
    return sync_store.chain_at(rows, manifest.seq, manifest.epoch) == bytes.fromhex(manifest.chain)


def _left_behind(home: Path, chosen: Backup) -> int:
    try:
        with peek(home) as reader:
            row = reader.row("SELECT MAX(seq) AS seq FROM events")
    except sqlite3.Error:
        return 0
    return max(0, ((row["seq"] if row else 0) or 0) - chosen.manifest.seq)


def _stage(home: Path, chosen: Backup, now: datetime, end_now: Collection[str]) -> Path:
    staged = home / _STAGED
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    for name in chosen.manifest.files:
        target = staged / name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        private_files.write(target, (chosen.folder / name).read_bytes())
    try:
        _note(staged / DATABASE_NAME, chosen, now, end_now)
    except sqlite3.Error as problem:
        shutil.rmtree(staged)
        raise DamagedBackup(name=chosen.name, problem=f"its database: {problem}") from problem
    private_files.sync_file(staged / DATABASE_NAME)
    return staged


def _note(database: Path, chosen: Backup, now: datetime, end_now: Collection[str]) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        if (said := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(said)
        for name, value in ((RESTORED_FROM, chosen.name), (RESTORED_AT, times.text(now))):
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
        for kind in end_now:
            connection.execute(
                "UPDATE timers SET due_at = ? WHERE kind = ?", (times.text(now), kind)
            )


def _swap(home: Path, staged: Path, now: datetime) -> Path | None:
    """Once the staged folder has its other name nothing opens the store until all of it is in its place."""
    half = home / HALF_RESTORED
    aside = None if half.exists() else _set_aside(home, now)
    shutil.rmtree(half, ignore_errors=True)
    staged.rename(half)
    private_files.sync_folder(home)
    for name in _DATABASE[1:]:
        (home / name).unlink(missing_ok=True)
    for each in sorted(half.iterdir()):
        if each.name in (DATABASE_NAME, *_REPLACED) or not (home / each.name).exists():
            each.replace(home / each.name)
    private_files.sync_folder(home)
    shutil.rmtree(half)
    private_files.sync_folder(home)
    return aside


def _set_aside(home: Path, now: datetime) -> Path | None:
    former = [home / name for name in (*_DATABASE, *_REPLACED) if (home / name).exists()]
    if not former:
        return None
    name = f"before-restore-{now:%Y%m%dT%H%M%SZ}"
    names = (name, *(f"{name}-{number}" for number in range(2, 100)))
    aside = next(home / each for each in names if not (home / each).exists())
    aside.mkdir(mode=0o700)
    for each in former:
        (aside / each.name).hardlink_to(each)
    private_files.sync_folder(aside)
    return aside
