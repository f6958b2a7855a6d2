"""Single facts about this HQ, such as its generation: the identity of the history it holds."""

from __future__ import annotations

from sync.hq.base.rows import Reader, Unit

GENERATION = "generation"


def fact(reader: Reader, name: str) -> str | None:
    """The value of one fact, or None."""
    row = reader.row("SELECT value FROM facts WHERE name = :name", name=name)
    return None if row is None else str(row["value"])


def state(unit: Unit, name: str, value: str) -> None:
    """Set one fact."""
    unit.put("facts", [{"name": name, "value": value}], key=("name",))


def generation(unit: Unit) -> str:
    """The identity of this history; made at first start, and anew after every restore or promotion."""
    known = fact(unit, GENERATION)
    if known is None:
        known = unit.ids.bytes(16).hex()
        state(unit, GENERATION, known)
    return known
