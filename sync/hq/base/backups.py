"""Backups of HQ: a folder each, with a copy of the database by VACUUM INTO, the secrets, and a manifest of checksums.

A backup is there whole or not at all. It holds HQ's secrets: keep it as you keep HQ's own disk. PostgreSQL has its own
tools for this.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec

from sync.core.errors import Refusal
from sync.hq.base.sqlite import FILE_NAME

MANIFEST = "manifest.json"
FOLDER = "backups"
BESIDE = ("secrets", "hq.toml")
_UNFINISHED = ".new-"


class NoBackup(Refusal):
    """A backup could not be made, or is none."""

    code = "no_backup"
    status = 409
    sentence = "No backup: {problem}"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself: `files` name -> SHA-256."""

    number: int
    made_at: datetime
    files: dict[str, str]


class Backup(msgspec.Struct, frozen=True):
    """One backup and where it lies."""

    folder: Path
    manifest: Manifest

    @property
    def database(self) -> Path:
        """Its copy of the database."""
        return self.folder / FILE_NAME


def every(into: Path) -> list[Backup]:
    """The backups in a folder, oldest first."""
    found = [read(each.parent) for each in into.glob(f"*/{MANIFEST}")]
    return sorted(found, key=lambda each: each.manifest.number)


def read(folder: Path) -> Backup:
    """The backup in a folder; NoBackup if there is none."""
    try:
        text = (folder / MANIFEST).read_bytes()
        return Backup(folder, msgspec.json.decode(text, type=Manifest))
    except (OSError, msgspec.MsgspecError) as problem:
        raise NoBackup(problem=f"{folder} holds none ({problem})") from None


def make(home: Path, into: Path, *, now: datetime) -> Backup:
    """Copy HQ as it is at this moment, running or not; proved when this returns."""
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        for stale in into.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(stale)
        number = max((each.manifest.number for each in every(into)), default=0) + 1
        name = f"{number:04d}-{now:%Y%m%dT%H%M%SZ}"
        fresh = into / f"{_UNFINISHED}{name}"
        fresh.mkdir(mode=0o700)
        _copy(home, fresh)
        files = {str(each.relative_to(fresh)): _digest(each) for each in _files(fresh)}
        manifest = Manifest(number=number, made_at=now, files=files)
        (fresh / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        for each in (*_files(fresh), fresh):
            _sync(each)
        fresh.rename(into / name)
        _sync(into)
    except (OSError, sqlite3.Error) as problem:
        raise NoBackup(problem=f"{problem}") from problem
    return Backup(into / name, manifest)


def verify(chosen: Backup) -> None:
    """Every file is what it was, and the database is sound; NoBackup says what is not."""
    for name, known in chosen.manifest.files.items():
        file = chosen.folder / name
        if ".." in Path(name).parts or not file.is_file() or _digest(file) != known:
            raise NoBackup(problem=f"{name} is not what it was when the backup was made")
    with closing(sqlite3.connect(f"file:{chosen.database}?mode=ro", uri=True)) as connection:
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise NoBackup(problem=f"its database is damaged ({said})")


def put_back(home: Path, chosen: Backup, *, now: datetime) -> Path:
    """Make the backup's files those of HQ; what was there is moved aside, and where is said. HQ must not run."""
    aside = home / f"before-restore-{now:%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", *BESIDE):
        if (home / name).exists():
            (home / name).rename(aside / name)
    for name in chosen.manifest.files:
        target = home / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(chosen.folder / name, target)
        target.chmod(0o600)
        _sync(target)
    _sync(home)
    return aside


def _copy(home: Path, fresh: Path) -> None:
    source = f"file:{home / FILE_NAME}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(fresh / FILE_NAME),))
    for name in BESIDE:
        if (home / name).is_dir():
            shutil.copytree(home / name, fresh / name)
        elif (home / name).exists():
            shutil.copyfile(home / name, fresh / name)
    for each in _files(fresh):
        each.chmod(0o600)


def _files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file() and each.name != MANIFEST)


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
