"""What stands in HQ's own database at the end of a day, read beside HQ; and the fault that is planted there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec


class Night(msgspec.Struct, frozen=True):
    """What the store's night said when it compared itself with HQ."""

    was_held: bool
    is_equal: bool
    said: dict[str, Any]


class HqView:
    """HQ's database, as somebody finds it who does not trust its pages."""

    def __init__(self, database: Path, store_id: str) -> None:
        self._database, self._store_id = database, store_id

    def states(self) -> dict[str, str]:
        """Where each order stands at HQ, as the store's events say."""
        rows = self._rows(
            "SELECT record_id, body FROM folded WHERE store_id = ? AND record_type = 'order_status'"
        )
        return {record_id: str(msgspec.json.decode(body)["state"]) for record_id, body in rows}

    def events(self) -> int:
        """How many events of the store HQ holds."""
        [(count,)] = self._rows("SELECT COUNT(*) FROM events WHERE store_id = ?")
        return int(count)

    def quarantined(self) -> int:
        """How many of them could not be applied."""
        [(count,)] = self._rows("SELECT COUNT(*) FROM quarantine WHERE store_id = ?")
        return int(count)

    def in_doubt(self) -> int:
        """How many orders wait for a person."""
        with self._open("ro") as database:
            [(count,)] = database.execute("SELECT COUNT(*) FROM orders WHERE needs_person = 1")
        return int(count)

    def last_night(self) -> Night:
        """The newest comparison."""
        rows = self._rows(
            "SELECT equal, body FROM nights WHERE store_id = ? ORDER BY business_date DESC LIMIT 1"
        )
        if not rows:
            return Night(was_held=False, is_equal=False, said={})
        [(equal, body)] = rows
        return Night(was_held=True, is_equal=bool(equal), said=msgspec.json.decode(body))

    def flip_a_row(self) -> str:
        """Change one order's state behind HQ's back, as a disk or a wrong hand would."""
        [(record_id, body), *_] = self._rows(
            "SELECT record_id, body FROM folded WHERE store_id = ? AND record_type = 'order_status'"
        )
        with self._open("rw") as database:
            database.execute(
                "UPDATE folded SET body = ? WHERE store_id = ? AND record_type = 'order_status' AND record_id = ?",
                (_flipped(body), self._store_id, record_id),
            )
        return str(record_id)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._open("ro") as database:
            return database.execute(sql, (self._store_id,)).fetchall()

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(f"file:{self._database}?mode={mode}", uri=True, timeout=10)
        try:
            with database:
                yield database
        finally:
            database.close()


def _flipped(body: str) -> str:
    record = msgspec.json.decode(body)
    record["state"] = "cancelled" if record["state"] != "cancelled" else "handed_over"
    return msgspec.json.encode(record).decode()
