"""Disks that lose what was not synced, and processes that die between two statements.

Databases are real SQLite files on a memory disk. What a power cut leaves is computed from them: the file as the
last checkpoint left it, and the write-ahead log as far as a commit synced it, with a torn rest behind. A checkpoint
happens only when a machine is shut down properly, so a length says all of what was synced.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

import edge.base.edge as edge_module
import sync.hq.base.database as hq_module
from edge.base.writer import Writer as EdgeWriter
from edge.base.writer import _Waiting as EdgeWaiting
from sync.hq.base.writer import Writer as HqWriter
from sync.hq.base.writer import _Waiting as HqWaiting

FULL = 2
MOST_TORN = 4096
_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT", "REPLACE", "RELEASE")

Image = dict[str, bytes]


def _disk_full(_sql: str) -> Exception:
    return sqlite3.OperationalError("database or disk is full")


def _disk_full_at_hq(sql: str) -> Exception:
    return OperationalError(sql, None, sqlite3.OperationalError("database or disk is full"))


class Killed(BaseException):
    """The process is gone; no `except Exception` notices."""


class Machine:
    """What both kinds of machine share: a folder, a fuse, a disk that may be full, and what of it is synced."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database
        self.fuse: int | None = None
        self.dead = False
        self.disk_full = False
        self.is_synced_full: Callable[[], bool] = lambda: True
        self.full_error: Callable[[str], Exception] = _disk_full
        self._synced = 0

    @property
    def wal(self) -> Path:
        """The write-ahead log."""
        return self.folder / f"{self.database}-wal"

    def opened(self) -> None:
        """A process begins; what lies on the disk now is there for good."""
        self.dead, self.fuse = False, None
        self._synced = self._wal_length()

    def statement(self, sql: str) -> None:
        """Called before each statement of the writer."""
        if self.dead:
            raise Killed
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.dead = True
                raise Killed
        if self.disk_full and sql.lstrip()[:8].upper().startswith(_WRITES):
            raise self.full_error(sql)

    def committed(self) -> None:
        """A commit returned: with synchronous=FULL the log is on the disk so far."""
        if self.is_synced_full():
            self._synced = self._wal_length()

    def image(self, *, power_cut: random.Random | None = None) -> Image:
        """The files as they are now, or as a power cut leaves them."""
        files = {
            str(each.relative_to(self.folder)): each.read_bytes()
            for each in sorted(self.folder.rglob("*"))
            if each.is_file() and each.name not in (f"{self.database}-shm", "lock")
        }
        if power_cut is not None and self.wal.name in files:
            files[self.wal.name] = self._torn(files[self.wal.name], power_cut)
        return files

    def _torn(self, wal: bytes, dice: random.Random) -> bytes:
        kept, rest = wal[: self._synced], wal[self._synced :][:MOST_TORN]
        fate = dice.randrange(3)
        if fate == 0 or not rest:
            return kept
        torn = bytearray(rest[: dice.randrange(len(rest) + 1)])
        if fate == 2 and torn:
            torn[dice.randrange(len(torn))] ^= 1 << dice.randrange(8)
        return kept + bytes(torn)

    def put_back(self, image: Image) -> None:
        """The disk holds these files and nothing else."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for name, content in image.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(content)
            path.chmod(0o600)

    def _wal_length(self) -> int:
        return self.wal.stat().st_size if self.wal.exists() else 0


class Watched:
    """The edge's writing connection, with the machine looking at each statement."""

    def __init__(self, connection: sqlite3.Connection, machine: Machine) -> None:
        self._connection, self._machine = connection, machine

    def execute(self, sql: str, params: Any = ()) -> sqlite3.Cursor:
        """See sqlite3."""
        self._machine.statement(sql)
        cursor = self._connection.execute(sql, params)
        if sql == "COMMIT":
            self._machine.committed()
        return cursor

    @property
    def in_transaction(self) -> bool:
        """See sqlite3."""
        return self._connection.in_transaction

    def close(self) -> None:
        """See sqlite3."""
        self._connection.close()


class InlineEdgeWriter(EdgeWriter):
    """The edge's writer without its thread: the same commit, in the caller's own."""

    def __init__(self, connection: Any, head: Any, *, clock: Any, ids: Any, **_: Any) -> None:
        machine: Machine = clock.machine
        row = connection.execute("PRAGMA synchronous").fetchone()
        machine.is_synced_full = lambda: int(row[0]) >= FULL
        connection.execute("PRAGMA wal_autocheckpoint=0")
        self.head = head
        self.follows = lambda _unit, _since: None
        self._real, self._connection = connection, Watched(connection, machine)
        self._clock, self._ids, self._kept = clock, ids, {}
        self._end_process = _must_not_end
        self._open_units, self._began_at = 0, None

    def write(self, work: Any, key: Any = None) -> Any:
        """See Writer."""
        waiting = EdgeWaiting(work, key)
        self._commit([waiting])
        return waiting.outcome()

    def close(self) -> None:
        """See Writer."""
        self._real.close()


class InlineHqWriter(HqWriter):
    """HQ's writer without its thread."""

    def __init__(self, engine: Any, *, clock: Any, ids: Any) -> None:
        self._engine, self._clock, self._ids = engine, clock, ids
        self._open_units = 0
        self._machine: Machine = clock.machine
        self._machine.full_error = _disk_full_at_hq
        event.listen(engine, "before_cursor_execute", self._look)
        event.listen(engine, "commit", lambda _connection: self._machine.statement("COMMIT"))
        with engine.connect() as connection:
            level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
            connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
        self._machine.is_synced_full = lambda: int(level) >= FULL

    def write(self, work: Any, key: Any = None, *, lane: str = "") -> Any:
        """See Writer."""
        [outcome] = self._commit([HqWaiting(work, key)])
        self._machine.committed()
        outcome.tell()
        return outcome.waiting.told.result()

    def close(self) -> None:
        """See Writer."""

    def _look(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._machine.statement(statement)


def _must_not_end() -> None:
    raise AssertionError("a unit ended the writer's transaction")


def install() -> None:
    """From now on stores and HQs of this process write in their caller's thread."""
    edge_module.Writer = InlineEdgeWriter  # type: ignore[misc]
    hq_module.Writer = InlineHqWriter  # type: ignore[misc]


def uninstall() -> None:
    """As it was."""
    edge_module.Writer = EdgeWriter  # type: ignore[misc]
    hq_module.Writer = HqWriter  # type: ignore[misc]
