"""Floor: bytes written to disk for one order's life of eight steps, each a durable commit of three rows and no more.

An order that changes, a fact, and a row that says it must be sent; 1.3 KiB of it stay. `python commits.py FOLDER LIVES`
prints the bytes of one life, from /proc/self/io.
"""

import os
import sqlite3
import sys
from pathlib import Path

STEPS = ("received", "accepted", "picking", "picked", "staged", "ready", "bringing", "handed_over")
TABLES = (
    "CREATE TABLE orders (order_id TEXT PRIMARY KEY, state TEXT NOT NULL, doc TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, order_id TEXT NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE outbox (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL)",
)


def written() -> int:
    """Bytes this process has caused to be written."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


def live(connection: sqlite3.Connection, number: int) -> None:
    """One order, from received to handed over."""
    order_id = f"{number:08x}-0000-7000-8000-{number:012x}"
    for step in STEPS:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO orders VALUES (?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET state = excluded.state",
            (order_id, step, "x" * 120),
        )
        done = connection.execute(
            "INSERT INTO events VALUES (NULL, ?, ?, ?)", (step, order_id, "x" * 90)
        )
        connection.execute("INSERT INTO outbox VALUES (?, ?)", (done.lastrowid, step))
        connection.execute("COMMIT")


def main(folder: str, lives: int) -> float:
    """Warm up by a checkpoint's worth of pages, then count."""
    path = Path(folder) / f"commits-{os.getpid()}.floor"
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size=2048", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    for table in TABLES:
        connection.execute(table)
    for number in range(lives):
        live(connection, number)
    before = written()
    for number in range(lives, 2 * lives):
        live(connection, number)
    bytes_each = (written() - before) / lives
    connection.close()
    path.unlink()
    return bytes_each


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2])))
