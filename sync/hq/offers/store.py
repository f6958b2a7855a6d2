"""What is remembered of HQ's own offers."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create
from sync.records import RECORD_TYPES
from sync.records.offer import Offer

migrations = Migrations("offers")


@migrations
def hq_offers(connection: Connection) -> None:
    """Offers that HQ owns; those that stores own are among what their logs say."""
    create(connection, "hq_offers", "offer_id TEXT PRIMARY KEY, body TEXT NOT NULL")


def save(unit: Unit, offer: Offer) -> None:
    """Add or replace an offer."""
    body = RECORD_TYPES["offer"].text(offer).decode()
    unit.put("hq_offers", [{"offer_id": offer.offer_id, "body": body}], key=("offer_id",))


def everything(reader: Reader) -> dict[str, Offer]:
    """All offers of HQ's own."""
    read = RECORD_TYPES["offer"].read
    return {row["offer_id"]: read(row["body"]) for row in reader.rows("SELECT * FROM hq_offers")}


def lift(unit: Unit, by: int) -> None:
    """After a restore: raise every revision (see base.feed.lift)."""
    unit.execute(
        "UPDATE hq_offers SET body = json_set(body, '$.revision', json_extract(body, '$.revision') + :by)",
        by=by,
    )
