"""Records as HQ holds them: what each store's log, folded, says of each thing.

One table for every record type: a new type needs no migration here, only its file in sync/records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import create, migrations, run
from sync.records import RECORD_TYPES

Ref = tuple[str, str]
_COLUMNS = (
    "store_id TEXT NOT NULL, record_type TEXT NOT NULL, record_id TEXT NOT NULL,"
    " body TEXT NOT NULL, PRIMARY KEY (store_id, record_type, record_id)"
)
_NAMES = ("store_id", "record_type", "record_id", "body")
# Nearly all rows are of this type, and it is never asked for across stores.
_MOST = "order_status"


@migrations
def folded(connection: Connection) -> None:
    """The store comes first in the key, so that one store's rows lie together."""
    create(connection, "folded", _COLUMNS)
    run(connection, "CREATE INDEX folded_by_id ON folded (record_type, record_id)")


@migrations
def folded_as_it_comes(connection: Connection) -> None:
    """Rows in the order of their coming and one index less for the most frequent type: half the cost of a push."""
    run(connection, "ALTER TABLE folded RENAME TO folded_before")
    run(connection, "DROP INDEX folded_by_id")
    create(connection, "folded", _COLUMNS, is_clustered=False)
    run(
        connection,
        "INSERT INTO folded SELECT store_id, record_type, record_id, body FROM folded_before",
    )
    run(connection, "DROP TABLE folded_before")
    run(
        connection,
        f"CREATE INDEX folded_by_type ON folded (record_type, record_id) WHERE record_type <> '{_MOST}'",
    )


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


def save(unit: Unit, store_id: str, records: Mapping[Ref, Any], *, held: Collection[Ref]) -> None:
    """Keep the newest value of each record; `held` are those that are here already, as this unit's own `load` found.

    In the order of their keys, so that neighbours are written together; new ones by the quicker way.
    """
    fresh: list[tuple[str, ...]] = []
    known: list[tuple[str, ...]] = []
    for ref, record in sorted(records.items(), key=itemgetter(0)):
        body = RECORD_TYPES[ref[0]].text(record).decode()
        (known if ref in held else fresh).append((store_id, *ref, body))
    unit.insert("folded", _NAMES, fresh)
    unit.put_rows("folded", _NAMES, known, key=_NAMES[:3])


def of_store(reader: Reader, store_id: str, record_type: str) -> list[tuple[str, Any]]:
    """All records of one type that a store told of."""
    read = RECORD_TYPES[record_type].read_folded
    rows = reader.rows(
        "SELECT record_id, body FROM folded WHERE store_id = :store_id AND record_type = :type",
        store_id=store_id,
        type=record_type,
    )
    return [(row["record_id"], read(row["body"])) for row in rows]


def refs_of(reader: Reader, store_id: str) -> list[Ref]:
    """Names of all records that a store told of."""
    rows = reader.rows(
        "SELECT record_type, record_id FROM folded WHERE store_id = :id ORDER BY 1, 2", id=store_id
    )
    return [(row["record_type"], row["record_id"]) for row in rows]


def every(reader: Reader, record_type: str) -> list[Any]:
    """All records of a type, of every store."""
    indexed = "" if record_type == _MOST else f" AND record_type <> '{_MOST}'"
    rows = reader.rows(
        f"SELECT body FROM folded WHERE record_type = :type{indexed} ORDER BY record_id",  # noqa: S608 - our own word
        type=record_type,
    )
    return [RECORD_TYPES[record_type].read_folded(row["body"]) for row in rows]


def of_owners(reader: Reader, record_type: str, owners: Mapping[str, str]) -> dict[str, Any]:
    """Records by id, each as its own store told it: no store has a say in another's. `owners`: id -> store."""
    by_store: dict[str, list[str]] = {}
    for record_id, store_id in owners.items():
        by_store.setdefault(store_id, []).append(record_id)
    found: dict[str, Any] = {}
    for store_id, ids in by_store.items():
        refs = [(record_type, record_id) for record_id in ids]
        found |= {ref[1]: record for ref, record in load(reader, store_id, refs).items()}
    return found
