"""Orders, and apart from them the contacts of their buyers, which can be erased alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Connection, RowMapping

from sync.core.neutral import NeutralLine
from sync.hq.base import records, times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create, run
from sync.hq.orders.rules.draft import Buyer
from sync.hq.orders.rules.intake import HqOrder
from sync.hq.orders.rules.route import Doubt

migrations = Migrations("orders")
_INSTANTS = ("promise_at", "hold_until", "placed_at", "modified_at")


@migrations
def orders_and_contacts(connection: Connection) -> None:
    """An order is its own shard; `order_contacts` never travels and never enters a log."""
    create(
        connection,
        "orders",
        "order_id TEXT PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL,"
        " shown_number TEXT NOT NULL, store_id TEXT NOT NULL, customer_key TEXT NOT NULL,"
        " customer_name TEXT NOT NULL, lines TEXT NOT NULL, promise_at TEXT NOT NULL,"
        " hold_until TEXT NOT NULL, token_hash TEXT NOT NULL, placed_at TEXT NOT NULL,"
        " currency TEXT NOT NULL, lang TEXT NOT NULL, modified_at TEXT NOT NULL,"
        " body_hash TEXT NOT NULL, revision INTEGER NOT NULL, cancelled INTEGER NOT NULL,"
        " needs_person INTEGER NOT NULL, doubt TEXT, resolved_by TEXT NOT NULL",
    )
    run(connection, "CREATE UNIQUE INDEX orders_by_source ON orders (source, source_id)")
    run(connection, "CREATE INDEX orders_by_store ON orders (store_id, placed_at)")
    run(connection, "CREATE INDEX orders_by_customer ON orders (customer_key)")
    run(connection, "CREATE INDEX orders_for_people ON orders (needs_person, placed_at)")
    create(
        connection,
        "order_contacts",
        "order_id TEXT PRIMARY KEY, full_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL",
    )


def save(unit: Unit, order: HqOrder) -> None:
    """Add or replace an order."""
    row = {name: getattr(order, name) for name in HqOrder.__struct_fields__}
    row |= {name: times.text(getattr(order, name)) for name in _INSTANTS}
    row["lines"] = msgspec.json.encode(order.lines).decode()
    row["cancelled"] = int(order.cancelled)
    row["needs_person"] = int(order.needs_person)
    row["doubt"] = None if order.doubt is None else msgspec.json.encode(order.doubt).decode()
    unit.put("orders", [row], key=("order_id",))


def save_contact(unit: Unit, order_id: str, buyer: Buyer) -> None:
    """Keep what is needed to write to the buyer, if anything was said."""
    full_name = f"{buyer.first_name} {buyer.last_name}".strip()
    row = {
        "order_id": order_id,
        "full_name": full_name,
        "email": buyer.email,
        "phone": buyer.phone,
    }
    if full_name or buyer.email or buyer.phone:
        unit.put("order_contacts", [row], key=("order_id",))


def by_id(reader: Reader, order_id: str) -> HqOrder | None:
    """An order."""
    row = reader.row("SELECT * FROM orders WHERE order_id = :id", id=order_id)
    return None if row is None else _order(row)


def by_source(reader: Reader, source: str, source_id: str) -> HqOrder | None:
    """The order that a shop system knows by this id."""
    row = reader.row(
        "SELECT * FROM orders WHERE source = :source AND source_id = :id",
        source=source,
        id=source_id,
    )
    return None if row is None else _order(row)


def of_store(reader: Reader, store_id: str) -> list[HqOrder]:
    """All orders that were sent to a store."""
    rows = reader.rows("SELECT * FROM orders WHERE store_id = :id", id=store_id)
    return [_order(row) for row in rows]


def stores_knowing(reader: Reader, customer_key: str) -> set[str]:
    """Stores that have an order of this customer."""
    rows = reader.rows(
        "SELECT DISTINCT store_id FROM orders WHERE customer_key = :key AND store_id <> ''",
        key=customer_key,
    )
    return {str(row["store_id"]) for row in rows}


def may_speak_for(reader: Reader, store_id: str, customer_key: str) -> bool:
    """Whether a store may tell of this customer: one of their orders is its own or was told to it.

    Somebody of whom HQ has no order at all is known to that store alone, by an order it took itself.
    """
    row = reader.row(
        "SELECT count(*) AS orders,"
        " coalesce(max(CASE WHEN o.store_id = :store OR f.record_id IS NOT NULL THEN 1 END), 0) AS own"
        " FROM orders o LEFT JOIN feed f"
        " ON f.store_id = :store AND f.record_type = 'order' AND f.record_id = o.order_id"
        " WHERE o.customer_key = :key",
        store=store_id,
        key=customer_key,
    )
    return row is None or not row["orders"] or bool(row["own"])


def of_customer(reader: Reader, customer_key: str, *, most: int = 100) -> list[HqOrder]:
    """The newest orders of a customer."""
    rows = reader.rows(
        "SELECT * FROM orders WHERE customer_key = :key ORDER BY placed_at DESC LIMIT :most",
        key=customer_key,
        most=most,
    )
    return [_order(row) for row in rows]


def customers_of(reader: Reader, order_ids: Sequence[str]) -> list[str]:
    """Whose orders these are."""
    rows = reader.rows_among("SELECT customer_key FROM orders WHERE order_id IN :ids", order_ids)
    return sorted({str(row["customer_key"]) for row in rows})


def without_open_orders(
    reader: Reader, store_id: str, keys: Sequence[str], *, over_states: Collection[str]
) -> list[str]:
    """Of these customers, those whose orders at a store are all over."""
    theirs = reader.rows_among(
        "SELECT customer_key, order_id FROM orders WHERE store_id = :store_id"
        " AND customer_key IN :ids",
        keys,
        store_id=store_id,
    )
    statuses = records.of_owners(
        reader, "order_status", {row["order_id"]: store_id for row in theirs}
    )
    still_open = {
        row["customer_key"]
        for row in theirs
        if (status := statuses.get(row["order_id"])) is None or status.state not in over_states
    }
    return [key for key in keys if key not in still_open]


def among(reader: Reader, order_ids: Sequence[str]) -> dict[str, HqOrder]:
    """The orders with these ids."""
    rows = reader.rows_among("SELECT * FROM orders WHERE order_id IN :ids", order_ids)
    return {row["order_id"]: _order(row) for row in rows}


def waiting(reader: Reader, *, most: int = 50) -> Sequence[HqOrder]:
    """Those that wait for a person, the one promised first in front."""
    rows = reader.rows(
        "SELECT * FROM orders WHERE needs_person = 1 ORDER BY promise_at, order_id LIMIT :most",
        most=most,
    )
    return [_order(row) for row in rows]


def count_waiting(reader: Reader) -> int:
    """How many wait for a person."""
    row = reader.row("SELECT count(*) AS n FROM orders WHERE needs_person = 1")
    return int(row["n"]) if row else 0


def move_details(unit: Unit, order_id: str, fresh_id: str) -> None:
    """The buyer's contact, and what the shop calls its parts, go with the order that is still to be picked."""
    for table in ("order_contacts", "shop_orders"):
        unit.execute(
            f"UPDATE {table} SET order_id = :fresh WHERE order_id = :id",  # noqa: S608 - own words
            fresh=fresh_id,
            id=order_id,
        )


def _order(row: RowMapping) -> HqOrder:
    values = {name: row[name] for name in HqOrder.__struct_fields__}
    values |= {name: times.parse(row[name]) for name in _INSTANTS}
    values["lines"] = msgspec.json.decode(row["lines"], type=tuple[NeutralLine, ...])
    values["cancelled"] = bool(row["cancelled"])
    values["doubt"] = msgspec.json.decode(row["doubt"], type=Doubt) if row["doubt"] else None
    return HqOrder(**values)
