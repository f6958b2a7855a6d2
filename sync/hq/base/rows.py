"""What can be asked of HQ's database, and the unit of work that changes it.

SQL is written once for SQLite and PostgreSQL: named parameters, ON CONFLICT on a primary key, no
sequences, no dialect's own functions. What is quicker in a dialect's own way is in `bulk`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, TextClause, text

from sync.doors.ids import Ids
from sync.hq.base import bulk, lanes

_TRANSACTION_WORDS = ("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@lru_cache(maxsize=512)
def _statement(sql: str) -> TextClause:
    if sql.lstrip()[:10].upper().startswith(_TRANSACTION_WORDS):
        raise ValueError("a unit never opens or ends a transaction")
    return text(sql)


@lru_cache(maxsize=64)
def _among(sql: str, dialect: str) -> TextClause:
    # One parameter, however many ids: a statement with a mark for each would be built anew each time.
    listed = "IN (SELECT value FROM json_each(:ids))"
    if dialect == lanes.POSTGRESQL:
        # An array in the statement's own right: made by a subquery it was not looked up by index.
        listed = "= ANY(:ids)"
    return text(sql.replace("IN :ids", listed))


class Reader:
    """Asks, never writes. Everything asked of one reader is one moment of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def row(self, sql: str, **params: Any) -> RowMapping | None:
        """The first row, or None."""
        return self._connection.execute(_statement(sql), params).mappings().first()

    def rows(self, sql: str, **params: Any) -> Sequence[RowMapping]:
        """All rows."""
        return self._connection.execute(_statement(sql), params).mappings().all()

    def rows_among(self, sql: str, ids: Sequence[str], **params: Any) -> list[RowMapping]:
        """All rows of a statement that says `IN :ids`."""
        if not ids:
            return []
        dialect = self._connection.dialect.name
        listed = list(ids) if dialect == lanes.POSTGRESQL else msgspec.json.encode(ids).decode()
        given = {"ids": listed, **params}
        return list(self._connection.execute(_among(sql, dialect), given).mappings())


class Unit(Reader):
    """One piece of work inside a transaction; `now` is the same instant throughout."""

    def __init__(self, connection: Connection, *, now: datetime, ids: Ids) -> None:
        super().__init__(connection)
        self.now = now
        self.ids = ids
        self.committed_calls: list[Callable[[], None]] = []

    def execute(self, sql: str, **params: Any) -> int:
        """Run one statement and return how many rows it touched."""
        return self._connection.execute(_statement(sql), params).rowcount

    def insert(
        self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert many rows as they stand; one that exists already is an error."""
        if rows:
            bulk.insert(self._connection, table, columns, rows)

    def put(self, table: str, rows: Sequence[Mapping[str, Any]], *, key: tuple[str, ...]) -> None:
        """Insert rows; where `key` exists already, the new row replaces the old one."""
        if rows:
            columns = tuple(rows[0])
            given = [tuple([row[name] for name in columns]) for row in rows]
            bulk.put(self._connection, table, columns, given, key=key)

    def put_rows(
        self,
        table: str,
        columns: tuple[str, ...],
        rows: Sequence[tuple[Any, ...]],
        *,
        key: tuple[str, ...],
    ) -> None:
        """As `put`, for many rows that are tuples already."""
        if rows:
            bulk.put(self._connection, table, columns, rows, key=key)

    def add(self, table: str, row: Mapping[str, Any], *, key: tuple[str, ...]) -> bool:
        """Insert one row unless its key exists; says whether it is new."""
        return bulk.add(self._connection, table, row, key=key)

    def hold(self, *names: str) -> None:
        """Nobody else holds any of these names until this unit has ended, and what they did shows from here on.

        For what a unit reads, decides and writes outside its lane (see `lanes`). SQLite has one writer anyway.
        """
        if names and self._connection.dialect.name == lanes.POSTGRESQL:
            lanes.hold(self._connection, names)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails inside leaves no trace; the rest of the unit stands."""
        with self._connection.begin_nested():
            yield

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once this unit is durable. It must be quick and must not fail."""
        self.committed_calls.append(call)
