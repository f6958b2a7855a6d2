"""A look at a store's database from outside, without its writer: read-only, changing nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.base import sync_store
from edge.base.database import Reader, open_reader
from edge.base.edge import DATABASE_NAME


@contextmanager
def peek(home: Path) -> Iterator[Reader]:
    """A reader over one moment of the store in `home`, running or not; sqlite3.Error when it cannot be read."""
    connection = open_reader(home / DATABASE_NAME)
    try:
        connection.execute("BEGIN")
        yield Reader(connection)
    finally:
        connection.close()


def knows_itself(home: Path) -> bool:
    """Whether a store with a name lives in this folder."""
    return _sees(home, lambda reader: reader.row("SELECT 1 FROM store_record") is not None)


def is_enrolled(home: Path) -> bool:
    """Whether this folder's store belongs to an HQ, also when its own record has not come from there yet."""
    return _sees(home, lambda reader: bool(sync_store.enrolled_as(reader)))


def _sees(home: Path, look: Callable[[Reader], bool]) -> bool:
    if not (home / DATABASE_NAME).exists():
        return False
    try:
        with peek(home) as reader:
            return look(reader)
    except sqlite3.OperationalError:
        # A folder that was never finished has no such table.
        return False
