"""What can be asked of HQ's database, and the unit of work that changes it.

SQL is written once for SQLite and PostgreSQL: named parameters, ON CONFLICT on a primary key, no
sequences, no dialect's own functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, TextClause, bindparam, text

from sync.doors.ids import Ids

_PIECE = 500
_TRANSACTION_WORDS = ("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@lru_cache(maxsize=512)
def _statement(sql: str) -> TextClause:
    if sql.lstrip()[:10].upper().startswith(_TRANSACTION_WORDS):
        raise ValueError("a unit never opens or ends a transaction")
    return text(sql)


@lru_cache(maxsize=64)
def _among(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("ids", expanding=True))


@lru_cache(maxsize=128)
def _put(
    table: str, columns: tuple[str, ...], key: tuple[str, ...], *, overwrite: bool, mark: str
) -> str:
    names, values = ", ".join(columns), ", ".join(mark for _ in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    action = f"UPDATE SET {changes}" if overwrite and changes else "NOTHING"
    insert = f"INSERT INTO {table} ({names}) VALUES ({values})"  # noqa: S608 - names from our code
    return f"{insert} ON CONFLICT ({', '.join(key)}) DO {action}" if key else insert


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
        """All rows of a statement that says `IN :ids`, asked in pieces that every database takes."""
        found: list[RowMapping] = []
        asked = _among(sql)
        for start in range(0, len(ids), _PIECE):
            given = {"ids": ids[start : start + _PIECE], **params}
            found.extend(self._connection.execute(asked, given).mappings())
        return found


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
        self._run_many(_put(table, columns, (), overwrite=False, mark=self._mark), rows)

    def put(self, table: str, rows: Sequence[Mapping[str, Any]], *, key: tuple[str, ...]) -> None:
        """Insert rows; where `key` exists already, the new row replaces the old one."""
        if rows:
            columns = tuple(rows[0])
            sql = _put(table, columns, key, overwrite=True, mark=self._mark)
            self._run_many(sql, [tuple([row[name] for name in columns]) for row in rows])

    def add(self, table: str, row: Mapping[str, Any], *, key: tuple[str, ...]) -> bool:
        """Insert one row unless its key exists; says whether it is new."""
        sql = _put(table, tuple(row), key, overwrite=False, mark=self._mark)
        return self._connection.exec_driver_sql(sql, tuple(row.values())).rowcount == 1

    def _run_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        # Past SQLAlchemy's parameter dictionaries, which cost more than the database itself.
        if rows:
            self._connection.exec_driver_sql(sql, list(rows))

    @property
    def _mark(self) -> str:
        return "?" if self._connection.dialect.paramstyle == "qmark" else "%s"

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails inside leaves no trace; the rest of the unit stands."""
        with self._connection.begin_nested():
            yield

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once this unit is durable. It must be quick and must not fail."""
        self.committed_calls.append(call)
