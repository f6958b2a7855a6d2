"""Small durable facts of the machine itself, by name: its epoch, which keys it uses."""

from __future__ import annotations

from edge.base.database import Rows
from edge.base.unit import Unit


def get(rows: Rows, name: str) -> str | None:
    """The value of a fact, or None."""
    row = rows.row("SELECT value FROM facts WHERE name = ?", (name,))
    return row["value"] if row else None


def put(unit: Unit, name: str, value: str) -> None:
    """Remember a fact; a later value replaces the earlier."""
    unit.execute(
        "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
