"""Sources, API keys, and which messages came when: enough to know one again, nothing to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import create
from sync.hq.orders.store.orders import migrations


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A shop system as it was set up. Its secrets are in a file of their own."""

    name: str
    adapter: str
    currency: str
    lang: str
    default_store: str = ""


@migrations
def sources_and_messages(connection: Connection) -> None:
    """A message is known by source, order, modified time and body hash: delivery ids repeat."""
    create(
        connection,
        "sources",
        "name TEXT PRIMARY KEY, adapter TEXT NOT NULL, currency TEXT NOT NULL, lang TEXT NOT NULL,"
        " default_store TEXT NOT NULL",
    )
    create(
        connection,
        "messages",
        "source TEXT NOT NULL, source_id TEXT NOT NULL, modified_at TEXT NOT NULL,"
        " body_hash TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL,"
        " PRIMARY KEY (source, source_id, modified_at, body_hash)",
    )
    create(
        connection,
        "api_keys",
        "key_hash TEXT PRIMARY KEY, name TEXT NOT NULL, made_at TEXT NOT NULL, revoked_at TEXT",
    )


def save_source(unit: Unit, source: SourceRow) -> None:
    """Add or change a source."""
    unit.put("sources", [msgspec.structs.asdict(source)], key=("name",))


def source(reader: Reader, name: str) -> SourceRow | None:
    """A source by the name in its address."""
    row = reader.row("SELECT * FROM sources WHERE name = :name", name=name)
    return None if row is None else SourceRow(**row)


def every_source(reader: Reader) -> Sequence[SourceRow]:
    """All sources."""
    return [SourceRow(**row) for row in reader.rows("SELECT * FROM sources ORDER BY name")]


def remember(
    unit: Unit, source: str, source_id: str, *, modified_at: str, body_hash: str, outcome: str
) -> bool:
    """Note that a message came; False when it came before."""
    row = {
        "source": source,
        "source_id": source_id,
        "modified_at": modified_at,
        "body_hash": body_hash,
        "outcome": outcome,
        "at": times.text(unit.now),
    }
    return unit.add("messages", row, key=("source", "source_id", "modified_at", "body_hash"))


def came_before(reader: Reader, source: str, source_id: str, body_hash: str) -> bool:
    """Whether this very body came before."""
    row = reader.row(
        "SELECT 1 FROM messages WHERE source = :source AND source_id = :id AND body_hash = :hash",
        source=source,
        id=source_id,
        hash=body_hash,
    )
    return row is not None


def deleted_at(reader: Reader, source: str, source_id: str) -> datetime | None:
    """When the source said that an order is gone, if it said so before the order was here."""
    row = reader.row(
        "SELECT max(at) AS at FROM messages WHERE source = :source AND source_id = :id"
        " AND outcome = 'deleted'",
        source=source,
        id=source_id,
    )
    return times.parse(row["at"]) if row and row["at"] else None


def add_api_key(unit: Unit, key_hash: str, name: str) -> None:
    """From now on this key may send neutral orders."""
    row = {"key_hash": key_hash, "name": name, "made_at": times.text(unit.now), "revoked_at": None}
    unit.put("api_keys", [row], key=("key_hash",))


def api_key(reader: Reader, key_hash: str) -> str | None:
    """The name of whoever holds this key."""
    row = reader.row(
        "SELECT name FROM api_keys WHERE key_hash = :hash AND revoked_at IS NULL", hash=key_hash
    )
    return None if row is None else str(row["name"])


def revoke_api_key(unit: Unit, name: str) -> int:
    """Keys of this name are no longer valid."""
    return unit.execute(
        "UPDATE api_keys SET revoked_at = :at WHERE name = :name AND revoked_at IS NULL",
        at=times.text(unit.now),
        name=name,
    )
