"""Records as HQ holds them: what each store's log, folded, says of each thing.

One table for every record type: a new type needs no migration here, only its file in sync/records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import create, migrations, run
from sync.records import RECORD_TYPES

Ref = tuple[str, str]


@migrations
def folded(connection: Connection) -> None:
    """The store comes first in the key, so that one store's rows lie together."""
    create(
        connection,
        "folded",
        "store_id TEXT NOT NULL, record_type TEXT NOT NULL, record_id TEXT NOT NULL,"
        " body TEXT NOT NULL, PRIMARY KEY (store_id, record_type, record_id)",
    )
    run(connection, "CREATE INDEX folded_by_id ON folded (record_type, record_id)")


def load(reader: Reader, store_id: str, refs: Iterable[Ref]) -> dict[Ref, Any]:
    """The records that exist among `(record_type, record_id)`."""
    by_type: dict[str, list[str]] = {}
    for record_type, record_id in refs:
        by_type.setdefault(record_type, []).append(record_id)
    found: dict[Ref, Any] = {}
    for record_type, ids in by_type.items():
        rows = reader.rows_among(
            "SELECT record_id, body FROM folded WHERE store_id = :store_id"
            " AND record_type = :record_type AND record_id IN :ids",
            ids,
            store_id=store_id,
            record_type=record_type,
        )
        read = RECORD_TYPES[record_type].read_folded
        found.update({(record_type, row["record_id"]): read(row["body"]) for row in rows})
    return found


def save(unit: Unit, store_id: str, records: Mapping[Ref, Any]) -> None:
    """Put the newest value of each record."""
    rows = [
        {
            "store_id": store_id,
            "record_type": record_type,
            "record_id": record_id,
            "body": RECORD_TYPES[record_type].text(record).decode(),
        }
        for (record_type, record_id), record in records.items()
    ]
    unit.put("folded", rows, key=("store_id", "record_type", "record_id"))


def of_store(reader: Reader, store_id: str, record_type: str) -> list[tuple[str, Any]]:
    """All records of one type that a store told of."""
    read = RECORD_TYPES[record_type].read_folded
    rows = reader.rows(
        "SELECT record_id, body FROM folded WHERE store_id = :store_id AND record_type = :type",
        store_id=store_id,
        type=record_type,
    )
    return [(row["record_id"], read(row["body"])) for row in rows]


def newest(reader: Reader, record_type: str, *, store_id: str = "", most: int) -> list[Any]:
    """The newest records of a type, by their time-ordered ids, of one store or of all."""
    of_one = "" if not store_id else " AND store_id = :store_id"
    params = {"store_id": store_id} if store_id else {}
    rows = reader.rows(
        f"SELECT body FROM folded WHERE record_type = :type{of_one}"  # noqa: S608 - parts from above only
        " ORDER BY record_id DESC LIMIT :most",
        type=record_type,
        most=most,
        **params,
    )
    return [RECORD_TYPES[record_type].read_folded(row["body"]) for row in rows]


def count(reader: Reader, record_type: str) -> int:
    """How many records of a type the stores told of."""
    row = reader.row(
        "SELECT count(*) AS n FROM folded WHERE record_type = :type", type=record_type
    )
    return int(row["n"]) if row else 0


def of_owners(reader: Reader, record_type: str, owners: Mapping[str, str]) -> dict[str, Any]:
    """Records by id, each as its own store told it: no store has a say in another's. `owners`: id -> store."""
    read = RECORD_TYPES[record_type].read_folded
    rows = reader.rows_among(
        "SELECT store_id, record_id, body FROM folded WHERE record_type = :type AND record_id IN :ids",
        list(owners),
        type=record_type,
    )
    return {
        row["record_id"]: read(row["body"])
        for row in rows
        if owners[row["record_id"]] == row["store_id"]
    }
