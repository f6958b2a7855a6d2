"""What HQ has told stores of people's consents: the sum of what all stores know."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create
from sync.records import RECORD_TYPES
from sync.records.consent import ConsentRecord

migrations = Migrations("consents")


@migrations
def consents(connection: Connection) -> None:
    """Per person and purpose the union of all that was heard; rows are merged, never replaced by less."""
    create(
        connection,
        "consents",
        "record_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL",
    )


def known(reader: Reader, record_id: str) -> tuple[ConsentRecord, int] | None:
    """What is known of one person and purpose, and how often that grew."""
    row = reader.row("SELECT * FROM consents WHERE record_id = :id", id=record_id)
    if row is None:
        return None
    return RECORD_TYPES["consent"].read(row["body"]), int(row["revision"])


def of_person(reader: Reader, customer_key: str) -> dict[str, tuple[ConsentRecord, int]]:
    """All that is known of one person, by record id."""
    rows = reader.rows(
        "SELECT * FROM consents WHERE record_id >= :first AND record_id < :last ORDER BY record_id",
        first=f"{customer_key}:",
        last=f"{customer_key};",
    )
    read = RECORD_TYPES["consent"].read
    return {row["record_id"]: (read(row["body"]), int(row["revision"])) for row in rows}


def save(unit: Unit, record_id: str, record: ConsentRecord, *, revision: int) -> None:
    """Keep the union."""
    body = RECORD_TYPES["consent"].text(record).decode()
    row = {"record_id": record_id, "revision": revision, "body": body}
    unit.put("consents", [row], key=("record_id",))


def stores_speaking(reader: Reader, customer_key: str) -> set[str]:
    """Stores that told of a yes or no of this person, whether or not an order of theirs still says so."""
    rows = reader.rows(
        "SELECT DISTINCT store_id FROM folded WHERE record_type = 'consent'"
        " AND record_type <> 'order_status' AND record_id >= :first AND record_id < :last",
        first=f"{customer_key}:",
        last=f"{customer_key};",
    )
    return {str(row["store_id"]) for row in rows}
