"""What is remembered of how long work takes: sums over many orders, nobody's name. All SQL of this feature."""

import msgspec
from sqlite_utils import Database, Migrations

from edge.base.database import Rows
from edge.base.unit import Unit
from edge.plan.rules.learning import Sums

migrations = Migrations("plan")
_numbers = msgspec.json.Decoder(tuple[float, ...]).decode


@migrations()
def durations(db: Database) -> None:
    """One row a thing that is learned: picking, each hour of the day, making, bringing out."""
    db.execute(
        """CREATE TABLE durations (
             name TEXT PRIMARY KEY, orders REAL NOT NULL, sums TEXT NOT NULL, seen INTEGER NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


def load_learned(rows: Rows) -> dict[str, Sums]:
    """What the store has learned so far."""
    found = rows.rows("SELECT name, orders, sums, seen FROM durations")
    return {row["name"]: Sums(row["orders"], _numbers(row["sums"]), row["seen"]) for row in found}


def save_learned(unit: Unit, changed: dict[str, Sums]) -> None:
    """Write the sums that changed."""
    for name, each in changed.items():
        unit.execute(
            "INSERT OR REPLACE INTO durations VALUES (?, ?, ?, ?)",
            (name, each.orders, msgspec.json.encode(each.sums).decode(), each.seen),
        )


def forget_learned(unit: Unit) -> None:
    """Nothing is learned any more."""
    unit.execute("DELETE FROM durations")
