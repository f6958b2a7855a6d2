"""Stores, their pins, their keys and their enrolment codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create, run
from sync.hq.stores.rules import Place, Store

migrations = Migrations("stores")


@migrations
def stores_and_keys(connection: Connection) -> None:
    """`places` is the one table that may hold coordinates: pins of stores and bays."""
    create(
        connection,
        "stores",
        "store_id TEXT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, zone TEXT NOT NULL,"
        " public_host TEXT NOT NULL, currency TEXT NOT NULL, name_ja TEXT NOT NULL,"
        " phone TEXT NOT NULL, aliases TEXT NOT NULL,"
        " revision INTEGER NOT NULL",
    )
    run(connection, "CREATE UNIQUE INDEX stores_by_code ON stores (code)")
    create(
        connection,
        "places",
        "store_id TEXT NOT NULL, place TEXT NOT NULL, label TEXT NOT NULL, north REAL NOT NULL,"
        " east REAL NOT NULL, PRIMARY KEY (store_id, place)",
    )
    create(
        connection,
        "store_keys",
        "key_id TEXT PRIMARY KEY, store_id TEXT NOT NULL, made_at TEXT NOT NULL, revoked_at TEXT",
    )
    create(
        connection,
        "enrolment_codes",
        "code_hash TEXT PRIMARY KEY, store_id TEXT NOT NULL, expires_at TEXT NOT NULL,"
        " used_at TEXT",
    )


def save(unit: Unit, store: Store) -> None:
    """Add or replace a store, with its pins."""
    row = {
        "store_id": store.store_id,
        "code": store.code,
        "name": store.name,
        "zone": store.zone,
        "public_host": store.public_host,
        "currency": store.currency,
        "name_ja": store.name_ja,
        "phone": store.phone,
        "aliases": msgspec.json.encode(store.aliases).decode(),
        "revision": store.revision,
    }
    unit.put("stores", [row], key=("store_id",))
    unit.execute("DELETE FROM places WHERE store_id = :id", id=store.store_id)
    pins = [("door", store.pin)] if store.pin else []
    bays = [(f"bay-{number:03d}", bay) for number, bay in enumerate(store.bays, start=1)]
    unit.put(
        "places",
        [
            {"store_id": store.store_id, "place": name, **msgspec.structs.asdict(place)}
            for name, place in [*pins, *bays]
        ],
        key=("store_id", "place"),
    )


def lift(unit: Unit, by: int) -> None:
    """After a restore: raise every revision (see base.feed.lift)."""
    unit.execute("UPDATE stores SET revision = revision + :by", by=by)


def by_id(reader: Reader, store_id: str) -> Store | None:
    """A store."""
    row = reader.row("SELECT * FROM stores WHERE store_id = :id", id=store_id)
    return None if row is None else _store(reader, row)


def by_code(reader: Reader, code: str) -> Store | None:
    """The store that prints this code."""
    row = reader.row("SELECT * FROM stores WHERE code = :code", code=code)
    return None if row is None else _store(reader, row)


def every_store(reader: Reader) -> Sequence[Store]:
    """All stores, by name."""
    return [_store(reader, row) for row in reader.rows("SELECT * FROM stores ORDER BY name")]


def ids(reader: Reader) -> list[str]:
    """Ids of all stores."""
    return [str(row["store_id"]) for row in reader.rows("SELECT store_id FROM stores")]


def add_key(unit: Unit, store_id: str, public_key: str) -> None:
    """From now on this key speaks for the store; a key is known by its own hex digits."""
    row = {"key_id": public_key, "store_id": store_id, "made_at": times.text(unit.now)}
    unit.put("store_keys", [{**row, "revoked_at": None}], key=("key_id",))


def revoke_keys(unit: Unit, store_id: str) -> int:
    """None of the store's keys speaks for it any more."""
    return unit.execute(
        "UPDATE store_keys SET revoked_at = :at WHERE store_id = :id AND revoked_at IS NULL",
        at=times.text(unit.now),
        id=store_id,
    )


def key_and_store(reader: Reader, key_id: str) -> tuple[str, str] | None:
    """Public key and store behind a key id: the key's own digits, or the store's id."""
    row = reader.row(
        "SELECT key_id, store_id FROM store_keys WHERE revoked_at IS NULL"
        " AND (key_id = :id OR store_id = :id) ORDER BY made_at DESC LIMIT 1",
        id=key_id,
    )
    return None if row is None else (str(row["key_id"]), str(row["store_id"]))


def has_key(reader: Reader, store_id: str) -> bool:
    """Whether any key speaks for the store now."""
    row = reader.row(
        "SELECT 1 FROM store_keys WHERE store_id = :id AND revoked_at IS NULL LIMIT 1", id=store_id
    )
    return row is not None


def open_code_until(reader: Reader, store_id: str, *, real_now: datetime) -> datetime | None:
    """Until when a code that nobody has used yet still works."""
    row = reader.row(
        "SELECT max(expires_at) AS until FROM enrolment_codes WHERE store_id = :id"
        " AND used_at IS NULL AND expires_at > :now",
        id=store_id,
        now=times.text(real_now),
    )
    return times.parse(row["until"]) if row and row["until"] else None


def end_codes(unit: Unit, store_id: str) -> None:
    """Codes that were made before work no longer."""
    unit.execute(
        "UPDATE enrolment_codes SET used_at = :at WHERE store_id = :id AND used_at IS NULL",
        at=times.text(unit.now),
        id=store_id,
    )


def add_code(unit: Unit, store_id: str, code_hash: str, *, expires_at: datetime) -> None:
    """A code that lets one box become this store."""
    row = {
        "code_hash": code_hash,
        "store_id": store_id,
        "expires_at": times.text(expires_at),
        "used_at": None,
    }
    unit.put("enrolment_codes", [row], key=("code_hash",))


def code(reader: Reader, code_hash: str) -> tuple[str, datetime, bool] | None:
    """Store, end and whether it was used."""
    row = reader.row("SELECT * FROM enrolment_codes WHERE code_hash = :hash", hash=code_hash)
    if row is None:
        return None
    return row["store_id"], times.parse(row["expires_at"]), row["used_at"] is not None


def use_code(unit: Unit, code_hash: str) -> None:
    """A code works once."""
    unit.execute(
        "UPDATE enrolment_codes SET used_at = :at WHERE code_hash = :hash",
        at=times.text(unit.now),
        hash=code_hash,
    )


def _store(reader: Reader, row: RowMapping) -> Store:
    found = reader.rows(
        "SELECT * FROM places WHERE store_id = :id ORDER BY place", id=row["store_id"]
    )
    pins = {
        each["place"]: Place(label=each["label"], north=each["north"], east=each["east"])
        for each in found
    }
    return Store(
        store_id=row["store_id"],
        code=row["code"],
        name=row["name"],
        zone=row["zone"],
        public_host=row["public_host"],
        currency=row["currency"],
        name_ja=row["name_ja"],
        phone=row["phone"],
        aliases=tuple(msgspec.json.decode(row["aliases"], type=list[str])),
        pin=pins.pop("door", None),
        bays=tuple(pins.values()),
        revision=row["revision"],
    )
