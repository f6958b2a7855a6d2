"""The feed: what HQ tells a store, in the order in which it was committed.

Positions are given out here and nowhere else, per store, by moving that store's head inside the writing
transaction: the row stays locked until the commit, so positions appear in commit order on PostgreSQL too
(a sequence does not promise that, and polling readers skip rows). Each record keeps only its newest row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import RowMapping

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit

PUT, TOMBSTONE = "put", "tombstone"


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """The newest value of one record, for one store."""

    store_id: str
    record_type: str
    record_id: str
    revision: int
    body: str
    op: str = PUT


class Feed:
    """Appends rows, and pokes each store that has news once they are committed."""

    def __init__(self, poke: Callable[[str], None]) -> None:
        self._poke = poke

    def append(self, unit: Unit, rows: Sequence[FeedRow]) -> None:
        """Put rows at the end of their stores' feeds, in the given order."""
        for store_id in sorted({row.store_id for row in rows}):
            own = [row for row in rows if row.store_id == store_id]
            first = _advance(unit, store_id, len(own)) - len(own) + 1
            unit.put(
                "feed",
                [_stored(row, first + n, times.text(unit.now)) for n, row in enumerate(own)],
                key=("store_id", "record_type", "record_id"),
            )
            unit.after_commit(partial(self._poke, store_id))


def _stored(row: FeedRow, position: int, at: str) -> dict[str, object]:
    return {
        "store_id": row.store_id,
        "record_type": row.record_type,
        "record_id": row.record_id,
        "position": position,
        "revision": row.revision,
        "op": row.op,
        "body": row.body,
        "at": at,
    }


def _advance(unit: Unit, store_id: str, count: int) -> int:
    row = unit.row(
        "INSERT INTO feed_heads (store_id, position) VALUES (:store_id, :count)"
        " ON CONFLICT (store_id) DO UPDATE SET position = feed_heads.position + :count"
        " RETURNING position",
        store_id=store_id,
        count=count,
    )
    assert row is not None
    return int(row["position"])


def page(reader: Reader, store_id: str, *, after: int, most: int) -> Sequence[RowMapping]:
    """The next rows of one store's feed after a position, oldest first."""
    return reader.rows(
        "SELECT position, record_type, record_id, revision, op, body FROM feed"
        " WHERE store_id = :store_id AND position > :after ORDER BY position LIMIT :most",
        store_id=store_id,
        after=after,
        most=most,
    )


def head(reader: Reader, store_id: str) -> int:
    """The newest position of one store's feed."""
    row = reader.row("SELECT position FROM feed_heads WHERE store_id = :id", id=store_id)
    return 0 if row is None else int(row["position"])


def place_of(
    reader: Reader, store_id: str, record_type: str, record_id: str
) -> tuple[int, datetime] | None:
    """Where a record's newest row stands in a store's feed, and since when."""
    row = reader.row(
        "SELECT position, at FROM feed WHERE store_id = :store_id AND record_type = :type"
        " AND record_id = :id",
        store_id=store_id,
        type=record_type,
        id=record_id,
    )
    return None if row is None else (int(row["position"]), times.parse(row["at"]))


def told(reader: Reader, store_id: str, record_type: str) -> dict[str, str]:
    """What one store was told last of each record of a type; what was deleted is left out."""
    rows = reader.rows(
        "SELECT record_id, body FROM feed WHERE store_id = :id AND record_type = :type"
        " AND op = :put",
        id=store_id,
        type=record_type,
        put=PUT,
    )
    return {row["record_id"]: row["body"] for row in rows}


def row(reader: Reader, store_id: str, record_type: str, record_id: str) -> FeedRow | None:
    """The newest row of one record in a store's feed."""
    found = reader.row(
        "SELECT revision, body, op FROM feed WHERE store_id = :store_id AND record_type = :type"
        " AND record_id = :id",
        store_id=store_id,
        type=record_type,
        id=record_id,
    )
    if found is None:
        return None
    return FeedRow(
        store_id=store_id,
        record_type=record_type,
        record_id=record_id,
        revision=found["revision"],
        body=found["body"],
        op=found["op"],
    )


def told_body(reader: Reader, store_id: str, record_type: str, record_id: str) -> str | None:
    """What one store was told last of one record; None if nothing."""
    found = row(reader, store_id, record_type, record_id)
    return None if found is None else found.body


def lift(unit: Unit, by: int) -> None:
    """After a restore: what HQ owns is told again, as newer than anything it said before (SQLite's JSON)."""
    unit.execute(
        "UPDATE feed SET revision = revision + :by,"
        " body = json_set(body, '$.revision', json_extract(body, '$.revision') + :by)"
        " WHERE record_type IN ('product', 'profile')"
        " OR (record_type = 'offer' AND json_extract(body, '$.owner') = 'hq')",
        by=by,
    )
    unit.execute("UPDATE feed SET revision = revision + :by WHERE record_type = 'store'", by=by)
