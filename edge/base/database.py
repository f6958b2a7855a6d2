"""Connections to the store's one SQLite file: one that writes, and read-only ones.

One writer also owns every checkpoint: SQLite 3.7.0 to 3.51.2 can corrupt a WAL file when two connections
write or checkpoint at the same moment (fixed in 3.51.3). synchronous=FULL because NORMAL loses
acknowledged commits at a power cut; small pages, because a commit changes little of each that it writes, and a
checkpoint every 4 MB write half of what the defaults do; secure_delete so that erased stays erased.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

Value = str | int | float | bytes | None


class Rows(Protocol):
    """Anything that can be asked: a reader, or the unit of work that is being written."""

    def row(self, sql: str, params: Sequence[Value] = ()) -> sqlite3.Row | None:
        """The first row, or None."""

    def rows(self, sql: str, params: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """All rows."""


def open_writer(path: Path) -> sqlite3.Connection:
    """The only connection that writes. It is used by the writer thread alone, once started."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    for pragma in (
        "page_size=1024",
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=4000",
        "secure_delete=ON",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that can only ask."""
    connection = sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA busy_timeout=5000")
    return connection


class Reader:
    """Asks, never writes. Everything asked inside one `with edge.read()` is one moment of the database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def row(self, sql: str, params: Sequence[Value] = ()) -> sqlite3.Row | None:
        """See Rows."""
        found: sqlite3.Row | None = self._connection.execute(sql, params).fetchone()
        return found

    def rows(self, sql: str, params: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """See Rows."""
        return self._connection.execute(sql, params).fetchall()


class Readers:
    """Read-only connections, handed out one at a time and kept for the next who asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A reader over one snapshot of the database."""
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        connection = connection or open_reader(self._path)
        connection.execute("BEGIN")
        try:
            yield Reader(connection)
        finally:
            connection.execute("ROLLBACK")
            with self._guard:
                self._idle.append(connection)

    def close(self) -> None:
        """Close every idle connection."""
        with self._guard:
            for connection in self._idle:
                connection.close()
            self._idle.clear()
