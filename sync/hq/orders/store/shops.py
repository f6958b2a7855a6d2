"""How HQ reaches shops, which of their locations is which store, and what a shop said of itself last."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create, run
from sync.hq.orders.rules.calls import Shop
from sync.hq.orders.rules.draft import NEVER

# Numbered apart from the orders' own tables, so that either can grow without the other.
migrations = Migrations("shops")


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a shop answers. Nobody calls it before `hold_until`."""

    source: str
    hold_until: datetime = NEVER
    answered_at: datetime = NEVER
    problem: str = ""

    @property
    def has_answered(self) -> bool:
        """Whether it ever answered well."""
        return self.answered_at > NEVER


@migrations
def shops_and_locations(connection: Connection) -> None:
    """Tokens are in files of their own; `shop_orders` keeps what a shop calls the parts to be picked up."""
    create(
        connection,
        "shops",
        "source TEXT PRIMARY KEY, url TEXT NOT NULL, api_version TEXT NOT NULL,"
        " write_back TEXT NOT NULL",
    )
    create(
        connection,
        "shop_health",
        "source TEXT PRIMARY KEY, hold_until TEXT NOT NULL, answered_at TEXT NOT NULL,"
        " problem TEXT NOT NULL",
    )
    create(
        connection,
        "shop_locations",
        "source TEXT NOT NULL, location TEXT NOT NULL, store_id TEXT NOT NULL,"
        " PRIMARY KEY (source, location)",
    )
    create(connection, "shop_orders", "order_id TEXT PRIMARY KEY, refs TEXT NOT NULL")


@migrations
def calls_and_privacy(connection: Connection) -> None:
    """Work at shops and what customers ask through them. A call's draft goes when the call is done."""
    create(
        connection,
        "shop_calls",
        "source TEXT NOT NULL, source_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,"
        " due_at TEXT NOT NULL, first_at TEXT NOT NULL, version INTEGER NOT NULL,"
        " tries INTEGER NOT NULL, known TEXT, problem TEXT NOT NULL, leased_by TEXT NOT NULL,"
        " leased_until TEXT NOT NULL, PRIMARY KEY (source, source_id, kind)",
    )
    run(connection, "CREATE INDEX shop_calls_due ON shop_calls (state, due_at)")
    create(
        connection,
        "privacy_requests",
        "request_id TEXT PRIMARY KEY, source TEXT NOT NULL, topic TEXT NOT NULL,"
        " body_hash TEXT NOT NULL, source_ids TEXT NOT NULL, customer_keys TEXT NOT NULL,"
        " state TEXT NOT NULL, received_at TEXT NOT NULL, due_at TEXT NOT NULL,"
        " done_at TEXT NOT NULL, done_by TEXT NOT NULL, report TEXT NOT NULL",
    )
    run(
        connection,
        "CREATE UNIQUE INDEX privacy_requests_once ON privacy_requests (source, body_hash)",
    )


def save(unit: Unit, shop: Shop) -> None:
    """Add or change how a shop is reached."""
    unit.put("shops", [msgspec.structs.asdict(shop)], key=("source",))


def of_source(reader: Reader, source: str) -> Shop:
    """How a shop is reached; an empty address where that was never said."""
    row = reader.row("SELECT * FROM shops WHERE source = :source", source=source)
    return Shop(source=source) if row is None else Shop(**row)


def map_location(unit: Unit, source: str, location: str, store_id: str) -> None:
    """From now on this location of the shop is that store; an empty store forgets it."""
    if store_id:
        row = {"source": source, "location": location, "store_id": store_id}
        unit.put("shop_locations", [row], key=("source", "location"))
        return
    unit.execute(
        "DELETE FROM shop_locations WHERE source = :source AND location = :location",
        source=source,
        location=location,
    )


def locations(reader: Reader, source: str) -> dict[str, str]:
    """The shop's locations that were mapped: location id -> store id."""
    rows = reader.rows("SELECT * FROM shop_locations WHERE source = :source", source=source)
    return {row["location"]: row["store_id"] for row in rows}


def keep_refs(unit: Unit, order_id: str, refs: tuple[str, ...]) -> None:
    """Keep what the shop calls the parts of an order that are picked up."""
    row = {"order_id": order_id, "refs": msgspec.json.encode(refs).decode()}
    unit.put("shop_orders", [row], key=("order_id",))


def refs(reader: Reader, order_id: str) -> tuple[str, ...]:
    """What the shop calls the parts of an order that are picked up."""
    row = reader.row("SELECT refs FROM shop_orders WHERE order_id = :id", id=order_id)
    return () if row is None else msgspec.json.decode(row["refs"], type=tuple[str, ...])


def health(reader: Reader, source: str) -> Health:
    """Whether a shop answers."""
    row = reader.row("SELECT * FROM shop_health WHERE source = :source", source=source)
    if row is None:
        return Health(source=source)
    return Health(
        source=source,
        hold_until=times.parse(row["hold_until"]),
        answered_at=times.parse(row["answered_at"]),
        problem=row["problem"],
    )


def save_health(unit: Unit, said: Health) -> None:
    """Keep whether a shop answers."""
    row = {
        "source": said.source,
        "hold_until": times.text(said.hold_until),
        "answered_at": times.text(said.answered_at),
        "problem": said.problem,
    }
    unit.put("shop_health", [row], key=("source",))
