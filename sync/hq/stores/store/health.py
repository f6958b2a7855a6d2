"""What each store said last of how it is."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import create
from sync.hq.stores.store.registry import migrations
from sync.protocol.wire import StoreHealth


class Said(NamedTuple):
    """A store's word, when it came by HQ's business clock, and when in real time."""

    health: StoreHealth
    at: datetime
    real_at: datetime


@migrations
def store_health(connection: Connection) -> None:
    """One row a store: the newest word stands."""
    create(
        connection,
        "store_health",
        "store_id TEXT PRIMARY KEY, body TEXT NOT NULL, at TEXT NOT NULL, real_at TEXT NOT NULL",
    )


def save(unit: Unit, store_id: str, said: StoreHealth, *, real_now: datetime) -> None:
    """Keep the newest word."""
    row = {
        "store_id": store_id,
        "body": msgspec.json.encode(said).decode(),
        "at": times.text(unit.now),
        "real_at": times.text(real_now),
    }
    unit.put("store_health", [row], key=("store_id",))


def last(reader: Reader, store_id: str) -> Said | None:
    """What a store said last."""
    row = reader.row("SELECT * FROM store_health WHERE store_id = :id", id=store_id)
    if row is None:
        return None
    health = msgspec.json.decode(row["body"], type=StoreHealth)
    return Said(health, times.parse(row["at"]), times.parse(row["real_at"]))
