"""Orders that a store took itself, at its till or kiosk: HQ knows of them by the store's log, without names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, RowMapping, text

from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import create, run
from sync.hq.orders.store.orders import migrations
from sync.records import RECORD_TYPES
from sync.records.order import TakenInStore

RECORD_TYPE = "order"


@migrations
def taken_orders(connection: Connection) -> None:
    """A row for each, so that they can be found by day and number; what was folded before is put in."""
    create(
        connection,
        "taken_orders",
        "store_id TEXT NOT NULL, order_id TEXT NOT NULL, number TEXT NOT NULL,"
        " lines INTEGER NOT NULL, taken_at TEXT NOT NULL, PRIMARY KEY (store_id, order_id)",
    )
    run(connection, "CREATE INDEX taken_orders_by_time ON taken_orders (taken_at)")
    run(connection, "CREATE INDEX taken_orders_by_id ON taken_orders (order_id)")
    read = RECORD_TYPES[RECORD_TYPE].read_folded
    known = text("SELECT body FROM folded WHERE record_type = :type")
    for (body,) in connection.execute(known, {"type": RECORD_TYPE}).all():
        connection.execute(
            text(
                "INSERT INTO taken_orders VALUES (:store_id, :order_id, :number, :lines, :taken_at)"
            ),
            _row(read(body)),
        )


def save(unit: Unit, taken: Iterable[TakenInStore]) -> None:
    """Put what stores took themselves."""
    unit.put("taken_orders", [_row(each) for each in taken], key=("store_id", "order_id"))


def by_id(reader: Reader, order_id: str) -> TakenInStore | None:
    """One of them."""
    row = reader.row("SELECT * FROM taken_orders WHERE order_id = :id", id=order_id)
    return None if row is None else _taken(row)


def among(reader: Reader, order_ids: Sequence[str]) -> dict[tuple[str, str], TakenInStore]:
    """Those with these ids, by store and id."""
    rows = reader.rows_among("SELECT * FROM taken_orders WHERE order_id IN :ids", order_ids)
    return {(row["store_id"], row["order_id"]): _taken(row) for row in rows}


def _row(taken: TakenInStore) -> dict[str, object]:
    row = msgspec.structs.asdict(taken)
    del row["revision"]
    return {name: row[name] for name in ("store_id", "order_id", "number", "lines", "taken_at")}


def _taken(row: RowMapping) -> TakenInStore:
    return TakenInStore(**row)
