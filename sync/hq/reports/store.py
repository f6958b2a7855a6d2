"""What is remembered of the nights."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, RowMapping

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create
from sync.hq.reports.rules.nights import Night, is_equal
from sync.protocol.wire import NightReport

migrations = Migrations("reports")


@migrations
def nights(connection: Connection) -> None:
    """The last comparison of each business day stands; a report twice is a report once."""
    create(
        connection,
        "nights",
        "store_id TEXT NOT NULL, business_date TEXT NOT NULL, equal INTEGER NOT NULL,"
        " body TEXT NOT NULL, received_at TEXT NOT NULL, PRIMARY KEY (store_id, business_date)",
    )


def save(unit: Unit, store_id: str, report: NightReport) -> None:
    """Keep a night."""
    row = {
        "store_id": store_id,
        "business_date": report.business_date[:40],
        "equal": int(is_equal(report)),
        "body": msgspec.json.encode(report).decode(),
        "received_at": times.text(unit.now),
    }
    unit.put("nights", [row], key=("store_id", "business_date"))


def last(reader: Reader, store_id: str) -> Night | None:
    """The newest night of a store."""
    row = reader.row(
        "SELECT * FROM nights WHERE store_id = :id ORDER BY business_date DESC LIMIT 1",
        id=store_id,
    )
    return None if row is None else _night(row)


def newest(reader: Reader, *, most: int = 100) -> Sequence[Night]:
    """The newest nights of all stores."""
    rows = reader.rows(
        "SELECT * FROM nights ORDER BY business_date DESC, store_id LIMIT :most", most=most
    )
    return [_night(row) for row in rows]


def of_store(reader: Reader, store_id: str, *, most: int = 30) -> Sequence[Night]:
    """The newest nights of one store."""
    rows = reader.rows(
        "SELECT * FROM nights WHERE store_id = :id ORDER BY business_date DESC LIMIT :most",
        id=store_id,
        most=most,
    )
    return [_night(row) for row in rows]


def _night(row: RowMapping) -> Night:
    return Night(
        store_id=row["store_id"],
        received_at=row["received_at"],
        report=msgspec.json.decode(row["body"], type=NightReport),
    )
