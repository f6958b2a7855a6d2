"""What is remembered of profiles: how often each was told anew. Their values are made from orders."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.hq.base.facts import first_revision
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create

migrations = Migrations("profiles")


@migrations
def profile_revisions(connection: Connection) -> None:
    """A revision never goes back, so that a store takes what is told last."""
    create(
        connection, "profile_revisions", "customer_key TEXT PRIMARY KEY, revision INTEGER NOT NULL"
    )


def next_revision(unit: Unit, customer_key: str) -> int:
    """The next revision of a person's profile."""
    row = unit.row(
        "INSERT INTO profile_revisions (customer_key, revision) VALUES (:key, :first)"
        " ON CONFLICT (customer_key) DO UPDATE SET revision = profile_revisions.revision + 1"
        " RETURNING revision",
        key=customer_key,
        first=first_revision(unit),
    )
    assert row is not None
    return int(row["revision"])


def stores_told(reader: Reader, customer_keys: list[str]) -> dict[str, list[str]]:
    """Which stores know which of these people from HQ."""
    told: dict[str, list[str]] = {}
    rows = reader.rows_among(
        "SELECT record_id, store_id FROM feed WHERE record_type = 'profile' AND op = 'put'"
        " AND record_id IN :ids",
        customer_keys,
    )
    for row in rows:
        told.setdefault(row["record_id"], []).append(row["store_id"])
    return told


def lift(unit: Unit, by: int) -> None:
    """After a restore: raise every revision (see base.feed.lift)."""
    unit.execute("UPDATE profile_revisions SET revision = revision + :by", by=by)
