"""What is remembered of people, and why: erasable tables. All SQL of this feature."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlite_utils import Database, Migrations

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.profiles.rules import Profile

migrations = Migrations("profiles")


@migrations()
def profiles(db: Database) -> None:
    """People with a reason to be known; without a reason the row goes."""
    db.execute(
        """CREATE TABLE profiles (
             customer_key TEXT PRIMARY KEY, display_name TEXT NOT NULL, flags TEXT NOT NULL,
             item_weights TEXT NOT NULL, revision INTEGER NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE profile_reasons (
             customer_key TEXT NOT NULL, ref TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (customer_key, ref)
           ) STRICT, WITHOUT ROWID"""
    )


def load(rows: Rows, customer_key: str) -> Profile | None:
    """What is known of a person, if anything."""
    row = rows.row("SELECT * FROM profiles WHERE customer_key = ?", (customer_key,))
    if row is None:
        return None
    return Profile(
        customer_key=customer_key,
        display_name=row["display_name"],
        flags=tuple(msgspec.json.decode(row["flags"])),
        item_weights=msgspec.json.decode(row["item_weights"], type=dict[str, float]),
        revision=row["revision"],
    )


def names(rows: Rows, customer_keys: Sequence[str]) -> dict[str, str]:
    """The short names of these people; "" where nothing is known any more."""
    marks = ", ".join("?" * len(customer_keys))
    found = rows.rows(
        f"SELECT customer_key, display_name FROM profiles WHERE customer_key IN ({marks})",  # noqa: S608 - only "?" is put in
        customer_keys,
    )
    known = {row["customer_key"]: str(row["display_name"]) for row in found}
    return {key: known.get(key, "") for key in customer_keys}


def save(unit: Unit, profile: Profile) -> None:
    """Write what is known of a person."""
    unit.execute(
        "INSERT OR REPLACE INTO profiles VALUES (?, ?, ?, ?, ?)",
        (
            profile.customer_key,
            profile.display_name,
            msgspec.json.encode(profile.flags).decode(),
            msgspec.json.encode(profile.item_weights).decode(),
            profile.revision,
        ),
    )


def give_reason(unit: Unit, customer_key: str, ref: str, until: datetime) -> None:
    """Say why a person is known, and until when."""
    unit.execute(
        "INSERT OR REPLACE INTO profile_reasons VALUES (?, ?, ?)",
        (customer_key, ref, times.text(until)),
    )


def reasons(rows: Rows, customer_key: str) -> list[datetime]:
    """Until when each reason holds."""
    found = rows.rows("SELECT until FROM profile_reasons WHERE customer_key = ?", (customer_key,))
    return [times.parse(row["until"]) for row in found]


def whose_reason(rows: Rows, ref: str) -> list[str]:
    """The people who are known because of this order."""
    found = rows.rows("SELECT customer_key FROM profile_reasons WHERE ref = ?", (ref,))
    return [row["customer_key"] for row in found]


def forget(unit: Unit, customer_key: str) -> None:
    """Erase a person here."""
    unit.execute("DELETE FROM profiles WHERE customer_key = ?", (customer_key,))
    unit.execute("DELETE FROM profile_reasons WHERE customer_key = ?", (customer_key,))


def digest_rows(rows: Rows) -> Iterable[tuple[str, list[object]]]:
    """Which revision of whom is held here, of those that came from HQ."""
    found = rows.rows("SELECT customer_key, revision FROM profiles WHERE revision > 0 ORDER BY 1")
    return ((row["customer_key"], [row["revision"]]) for row in found)
