"""Backups: a folder each, with a copy of the database by VACUUM INTO, the keys, and a manifest with checksums.

VACUUM INTO copies what is there and nothing that was erased (the backup API also copied deleted rows). A backup
holds the pepper and the keys, because without them nobody could sign in and HQ would not know the store again:
keep it as you keep the store's own disk. It is there whole or not at all, and proved before it counts.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from edge.base import facts, private_files, times
from edge.base.database import Reader, open_reader
from edge.base.edge import DATABASE_NAME, PEPPER_NAME
from edge.base.lock import FolderLock
from sync.core.errors import Refusal

MANIFEST = "manifest.json"
FOLDER = "backups"
# What makes this box this store, besides its database. `tls/` and the settings belong to it as well.
TLS = "tls"
BESIDE = (PEPPER_NAME, "store-key.pem", "store-edge.toml", TLS)
_UNFINISHED = ".new-"
# Drills work beside the backups: /tmp may be memory.
SCRATCH = ".drill-"
_SPARE_BYTES = 16 * 1024 * 1024
_CHUNK = 1024 * 1024


class NoBackup(Refusal):
    """A backup could not be made; the store and the earlier backups are as they were."""

    code = "no_backup"
    status = 503
    sentence = "No backup was made: {problem}"


class DamagedBackup(Refusal):
    """A backup is not what it was when it was made, or was made by a newer version."""

    code = "damaged_backup"
    status = 409
    sentence = "The backup {name} cannot be used: {problem}"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself. `seq` and `chain` are the end of its event log, `files` name -> SHA-256."""

    number: int
    made_at: datetime
    version: str
    epoch: str
    seq: int
    chain: str
    migrations: list[str]
    tables: dict[str, int]
    files: dict[str, str]


class Backup(msgspec.Struct, frozen=True):
    """One backup and where it lies."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def database(self) -> Path:
        """Its copy of the database."""
        return self.folder / DATABASE_NAME

    def size(self) -> int:
        """Bytes of all its files."""
        files = (self.folder / name for name in self.manifest.files)
        return sum(file.stat().st_size for file in files if file.exists())


def every(folder: Path) -> list[Backup]:
    """The backups in a folder, oldest first, by their number: a Pi's clock may be wrong when it makes one."""
    found = (_read(each) for each in folder.glob("*") if (each / MANIFEST).exists())
    return sorted((each for each in found if each), key=lambda each: each.manifest.number)


def make(home: Path, into: Path, *, now: datetime, version: str) -> Backup:
    """Make a backup of the store in `home`, running or not; durable and proved when this returns."""
    with one_at_a_time(into):
        return _make(home, into, now=now, version=version)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Have a folder of backups for oneself; FolderInUse when a backup or a drill is under way there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FolderLock(folder)
    except OSError as problem:
        raise NoBackup(problem=f"{folder}: {problem.strerror}") from problem
    try:
        yield
    finally:
        lock.release()


def _make(home: Path, into: Path, *, now: datetime, version: str) -> Backup:
    try:
        _sweep(into)
        _must_fit(home, into)
        number = max((each.manifest.number for each in every(into)), default=0) + 1
        name = f"{number:04d}-{now:%Y%m%dT%H%M%SZ}"
        fresh = into / f"{_UNFINISHED}{name}"
        fresh.mkdir(mode=0o700)
        _copy_database(home / DATABASE_NAME, fresh / DATABASE_NAME)
        _copy_beside(home, fresh)
        manifest = _manifest(fresh, number=number, now=now, version=version)
        private_files.write(fresh / MANIFEST, msgspec.json.encode(manifest))
        fresh.rename(into / name)
        private_files.sync_folder(into)
    except (OSError, sqlite3.Error) as problem:
        raise NoBackup(problem=f"{problem}. Look at the disk, or set backup_folder") from problem
    return Backup(into / name, manifest)


def prune(folder: Path, *, keep: int) -> list[str]:
    """Delete all but the newest `keep` backups; returns the names of those that went."""
    old = every(folder)[:-keep]
    for each in old:
        # Without its manifest it is no backup any more, wherever a power cut leaves the rest.
        (each.folder / MANIFEST).unlink()
        shutil.rmtree(each.folder)
    return [each.name for each in old]


def verify(backup: Backup) -> None:
    """Prove that every file is what it was; DamagedBackup names the first that is not.

    A manifest is a file like any other, and may come from a stick: it cannot name a file elsewhere.
    """
    if not {DATABASE_NAME, PEPPER_NAME} <= set(backup.manifest.files):
        raise DamagedBackup(name=backup.name, problem="it holds no store")
    for name, known in backup.manifest.files.items():
        file = backup.folder / name
        if not _belongs(name) or file.is_symlink() or file.parent.is_symlink():
            raise DamagedBackup(name=backup.name, problem=f"{name[:80]} is no file of a backup")
        if not file.is_file():
            raise DamagedBackup(name=backup.name, problem=f"{name} is missing")
        if digest(file) != known:
            raise DamagedBackup(name=backup.name, problem=f"{name} has changed since it was made")


def _belongs(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    is_of_tls = folder == TLS and file not in {"", ".", ".."} and "\0" not in file
    return is_of_tls or name in (DATABASE_NAME, *BESIDE)


def digest(file: Path) -> str:
    """SHA-256 of a file, hex. Its time is spent outside Python's lock."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def migrations_of(connection: sqlite3.Connection) -> list[str]:
    """The migrations that a database has seen, as "set.name"."""
    found = connection.execute(
        'SELECT migration_set || "." || name AS name FROM _sqlite_migrations'
    )
    return sorted(row[0] for row in found)


def tables_of(connection: sqlite3.Connection) -> dict[str, int]:
    """Every table with how many rows it has."""
    names = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        )
    ]
    counted = (
        connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - the schema's own names
        for name in names
    )
    return dict(zip(names, counted, strict=True))


def _read(folder: Path) -> Backup | None:
    try:
        text = (folder / MANIFEST).read_bytes()
        return Backup(folder, msgspec.json.decode(text, type=Manifest))
    except (OSError, msgspec.MsgspecError):
        return None


def _sweep(folder: Path) -> None:
    """Remove what a power cut left unfinished."""
    for each in (*folder.glob(f"{_UNFINISHED}*"), *folder.glob(f"{SCRATCH}*")):
        shutil.rmtree(each)


def _must_fit(home: Path, into: Path) -> None:
    needed = (home / DATABASE_NAME).stat().st_size + _SPARE_BYTES
    if (free := shutil.disk_usage(into).free) < needed:
        raise NoBackup(
            problem=f"{into} has {free // 1_000_000} MB free, {needed // 1_000_000} are needed"
        )


def _copy_database(source: Path, target: Path) -> None:
    with closing(open_reader(source)) as reader:
        # The file is opened read-only, which stays; only the copy is written.
        reader.execute("PRAGMA query_only=OFF")
        reader.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    private_files.sync_file(target)


def _copy_beside(home: Path, target: Path) -> None:
    for file in _files(home, BESIDE):
        copy = target / file.relative_to(home)
        copy.parent.mkdir(mode=0o700, exist_ok=True)
        private_files.write(copy, file.read_bytes())


def _files(home: Path, names: Iterable[str]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        each = home / name
        found += sorted(file for file in each.glob("*") if file.is_file()) if each.is_dir() else []
        found += [each] if each.is_file() else []
    return found


def _manifest(folder: Path, *, number: int, now: datetime, version: str) -> Manifest:
    with closing(open_reader(folder / DATABASE_NAME)) as connection:
        if (said := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise NoBackup(problem=f"the copy is damaged ({said}); the store's own file may be")
        rows = Reader(connection)
        last = rows.row("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1")
        return Manifest(
            number=number,
            made_at=times.parse(times.text(now)),
            version=version,
            epoch=facts.get(rows, "epoch") or "",
            seq=last["seq"] if last else 0,
            chain=last["chain"].hex() if last else "",
            migrations=migrations_of(connection),
            tables=tables_of(connection),
            files={
                str(file.relative_to(folder)): digest(file)
                for file in _files(folder, (DATABASE_NAME, *BESIDE))
            },
        )
