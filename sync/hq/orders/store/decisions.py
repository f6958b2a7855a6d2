"""Who decided what about which order, and what it was before: enough to take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import create, run
from sync.hq.orders.rules.deciding import Decision
from sync.hq.orders.rules.route import Doubt
from sync.hq.orders.store.orders import migrations


@migrations
def decisions(connection: Connection) -> None:
    """The last decision of an order stands; an order taken back leaves its row, with who took it."""
    create(
        connection,
        "decisions",
        "order_id TEXT PRIMARY KEY, shown_number TEXT NOT NULL, what TEXT NOT NULL,"
        " store_id TEXT NOT NULL, store_before TEXT NOT NULL, doubt TEXT NOT NULL,"
        " by_name TEXT NOT NULL, at TEXT NOT NULL, undone_by TEXT NOT NULL",
    )
    run(connection, "CREATE INDEX decisions_by_time ON decisions (at)")


def save(unit: Unit, decision: Decision) -> None:
    """Add or replace the decision about an order."""
    row = msgspec.structs.asdict(decision)
    row["at"] = times.text(decision.at)
    row["doubt"] = msgspec.json.encode(decision.doubt).decode()
    unit.put("decisions", [row], key=("order_id",))


def of_order(reader: Reader, order_id: str) -> Decision | None:
    """The last decision about an order."""
    row = reader.row("SELECT * FROM decisions WHERE order_id = :id", id=order_id)
    return None if row is None else _decision(row)


def newest(reader: Reader, *, since: datetime, most: int = 20) -> Sequence[Decision]:
    """What was decided lately and still stands, newest first."""
    rows = reader.rows(
        "SELECT * FROM decisions WHERE at >= :since AND undone_by = '' ORDER BY at DESC LIMIT :most",
        since=times.text(since),
        most=most,
    )
    return [_decision(row) for row in rows]


def _decision(row: RowMapping) -> Decision:
    return Decision(
        order_id=row["order_id"],
        shown_number=row["shown_number"],
        what=row["what"],
        store_id=row["store_id"],
        store_before=row["store_before"],
        doubt=msgspec.json.decode(row["doubt"], type=Doubt),
        by_name=row["by_name"],
        at=times.parse(row["at"]),
        undone_by=row["undone_by"],
    )
