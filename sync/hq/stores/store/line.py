"""Where a store's session stands: HQ's nonce, the last sequence, and what the store said of itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import create
from sync.hq.stores.store.registry import migrations
from sync.protocol.freshness import Session


@migrations
def sessions(connection: Connection) -> None:
    """One row per store: a replay is refused by it, so it moves in the transaction of the request."""
    create(
        connection,
        "store_sessions",
        "store_id TEXT PRIMARY KEY, nonce TEXT NOT NULL, last_sequence INTEGER NOT NULL,"
        " heard_at TEXT NOT NULL, position INTEGER NOT NULL",
    )


def session(reader: Reader, store_id: str) -> Session:
    """What HQ remembers of the store's last request."""
    row = reader.row(
        "SELECT nonce, last_sequence FROM store_sessions WHERE store_id = :id", id=store_id
    )
    if row is None:
        return Session()
    return Session(nonce=row["nonce"], last_sequence=row["last_sequence"])


def save_session(unit: Unit, store_id: str, session: Session, *, heard_at: datetime) -> None:
    """Move the session on."""
    unit.execute(
        "INSERT INTO store_sessions (store_id, nonce, last_sequence, heard_at, position)"
        " VALUES (:id, :nonce, :sequence, :at, 0) ON CONFLICT (store_id) DO UPDATE SET"
        " nonce = excluded.nonce, last_sequence = excluded.last_sequence,"
        " heard_at = excluded.heard_at",
        id=store_id,
        nonce=session.nonce,
        sequence=session.last_sequence,
        at=times.text(heard_at),
    )


def save_position(unit: Unit, store_id: str, position: int) -> None:
    """How far the store has taken its feed."""
    unit.execute(
        "UPDATE store_sessions SET position = :position WHERE store_id = :id",
        position=position,
        id=store_id,
    )


def reset(unit: Unit, store_id: str) -> None:
    """A new box counts from the beginning."""
    unit.execute("DELETE FROM store_sessions WHERE store_id = :id", id=store_id)


def heard(reader: Reader, store_id: str) -> tuple[datetime, int] | None:
    """When the store last spoke (real time) and how far it has taken its feed."""
    row = reader.row(
        "SELECT heard_at, position FROM store_sessions WHERE store_id = :id", id=store_id
    )
    return None if row is None else (times.parse(row["heard_at"]), int(row["position"]))
