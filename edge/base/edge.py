"""Edge: the open store. One folder, one lock, one writer, many readers."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Migrations

from edge.base import epochs, schema
from edge.base.database import Reader, Readers, open_writer
from edge.base.lock import FolderLock
from edge.base.log import LogHead
from edge.base.unit import Unit
from edge.base.writer import Follows, Writer
from edge.settings import Settings
from sync.core.answers import Key
from sync.core.errors import Refusal
from sync.doors.clock import Clock
from sync.doors.ids import Ids

T = TypeVar("T")

DATABASE_NAME = "store.db"
PEPPER_NAME = "pepper"
# There while a restore puts files into their places.
HALF_RESTORED = ".swapping"


class RestoreCutOff(Refusal):
    """A restore was ended before it was done: part of the folder is from the backup, part is not."""

    code = "restore_cut_off"
    status = 503
    sentence = (
        "A restore in {home} was cut off half-way. Run it again: store-edge restore --home {home}"
    )


class Edge:
    """What a running store has: settings, clock, ids, its database, and the parts that live in memory."""

    def __init__(
        self, settings: Settings, *, clock: Clock, ids: Ids, migrations: Iterable[Migrations]
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.ids = ids
        self.home = Path(settings.home)
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = FolderLock(self.home)
        if (self.home / HALF_RESTORED).exists():
            self._lock.release()
            raise RestoreCutOff(home=self.home)
        self.pepper = _secret(self.home / PEPPER_NAME, ids)
        connection = open_writer(self.home / DATABASE_NAME)
        (self.home / DATABASE_NAME).chmod(0o600)
        schema.migrate(connection, [schema.migrations, *migrations])
        epoch, base = _epoch(connection, ids)
        head = LogHead.load(connection, epoch, base)
        self._writer = Writer(connection, head, clock=clock, ids=ids)
        self._readers = Readers(self.home / DATABASE_NAME)
        self._parts: dict[type[Any], Any] = {}

    def write(self, work: Callable[[Unit], T], key: Key | None = None) -> T:
        """Run `work` in the one writer; returns after the commit.

        With a key the answer is stored with the work, and the same key gives the same answer again; it then
        comes as JSON builtins. KeyReused when the key was used for something else.
        """
        result: T = self._writer.write(work, key)
        return result

    def follow_at_once(self, follows: Follows) -> None:
        """Say what follows facts in their own commit."""
        self._writer.follows = follows

    def read(self) -> AbstractContextManager[Reader]:
        """A reader over one moment of the database."""
        return self._readers.read()

    @property
    def log(self) -> LogHead:
        """The end of the event log: its newest durable seq, and the wait for more."""
        return self._writer.head

    @property
    def epoch(self) -> str:
        """The incarnation of the log that goes on."""
        return self._writer.head.epoch

    @property
    def open_units(self) -> int:
        """Units asked for and not yet answered; 0 when the writer rests."""
        return self._writer.open_units

    @property
    def writer_busy_seconds(self) -> float | None:
        """How long the commit under way has taken, 0 at rest; None when nothing can be written any more."""
        return self._writer.busy_seconds

    def put_part(self, part: object) -> None:
        """Give the edge a part that lives in memory; `part(Type)` finds it again."""
        self._parts[type(part)] = part

    def part(self, kind: type[T]) -> T:
        """The part of this type; KeyError when app.py put none in."""
        found: T = self._parts[kind]
        return found

    def close(self) -> None:
        """Finish what waits, close the database, give the folder free."""
        # The last connection to close writes the log back into the file, and only the writer can.
        self._readers.close()
        self._writer.close()
        self._readers.close()
        self._lock.release()


def _epoch(connection: sqlite3.Connection, ids: Ids) -> epochs.Epoch:
    """The random id of this incarnation of the database, made when the database is; and where it begins."""
    connection.execute("INSERT OR IGNORE INTO facts VALUES ('epoch', ?)", (ids.bytes(16).hex(),))
    return epochs.current(Reader(connection))


def _secret(path: Path, ids: Ids) -> bytes:
    """32 secret bytes in a file of the service user; made at first start."""
    if not path.exists():
        fresh = path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(handle, ids.bytes(32))
        os.fsync(handle)
        os.close(handle)
        fresh.replace(path)
    return path.read_bytes()
