"""A store with years behind it, made in seconds: one order is lived through the product, then its rows are copied."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import life, shop
from tests.bench.processes import disk_folder

NUMBER = 0xFFFFFFF
DAYS = 365
# Tables in which a closed order leaves rows, by the column that holds its id.
LEFT_BEHIND = {
    "order_lines": "order_row",
    "orders": "order_id",
    "journeys": "order_id",
}
# Copies lie under rows from here on.
FIRST_ROW = 1_000_000
_COUNTING = "WITH RECURSIVE counted(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < :count)"


@contextmanager
def old_shop(closed: int) -> Iterator[shop.Shop]:
    """A running store that has closed so many orders in the past year."""
    with disk_folder() as home:
        shop.set_up(home)
        if closed:
            with shop.serving(home) as store:
                order_id = life.play(shop.signed_in(store), NUMBER)["order_id"]
            copy_order(home / "store.db", order_id, closed)
        with shop.serving(home) as store:
            yield store


def copy_order(path: Path, order_id: str, count: int) -> None:
    """Copy all that a closed order left behind, under other ids, spread over the days of a year."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-200000")
    with connection:
        for table, key in LEFT_BEHIND.items():
            _copy_rows(connection, table, key, order_id, count)
        _copy_events(connection, order_id, count)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _copy_rows(
    connection: sqlite3.Connection, table: str, key: str, order_id: str, count: int
) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    fresh = {
        "order_id": "printf('%08x-1111-7000-8000-%012x', n, n)",
        "order_row": f"{FIRST_ROW} + n",
        "id": f"{FIRST_ROW} + n",
        "source_id": "'old-' || n",
        "store_day": f"date('now', '-' || (1 + n % {DAYS}) || ' days')",
        "token_hash": "lower(hex(randomblob(32)))",
        "code_tag": "lower(hex(randomblob(16)))",
        "customer_key": "'old-' || n",
    }
    shown = ", ".join(fresh.get(column, f"t.{column}") for column in columns)
    connection.execute(
        f"{_COUNTING} INSERT INTO {table} SELECT {shown} FROM counted, {table} t WHERE t.{key} = :id",
        {"count": count, "id": _key_of(connection, order_id) if key == "order_row" else order_id},
    )


def _key_of(connection: sqlite3.Connection, order_id: str) -> int:
    [row] = connection.execute("SELECT id FROM orders WHERE order_id = ?", (order_id,))
    return int(row[0])


def _copy_events(connection: sqlite3.Connection, order_id: str, count: int) -> None:
    columns = [row[1] for row in connection.execute("PRAGMA table_info(events)")]
    fresh = {
        "seq": "NULL",
        "event_id": "lower(hex(randomblob(16)))",
        "aggregate_id": "printf('%08x-1111-7000-8000-%012x', n, n)",
    }
    shown = ", ".join(fresh.get(column, f"t.{column}") for column in columns)
    connection.execute(
        f"{_COUNTING} INSERT INTO events SELECT {shown} FROM counted, events t WHERE t.aggregate_id = :id",
        {"count": count, "id": order_id},
    )
