"""Single facts about this HQ, such as its generation: the identity of the history it holds."""

from __future__ import annotations

from sync.hq.base.rows import Reader, Unit

GENERATION = "generation"
FLOOR = "revision_floor"
# No record changes this often in a second.
REVISIONS_AHEAD = 10_000


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


def begin_generation(unit: Unit) -> int:
    """HQ went back to a backup: its feed is another one, and what it says from now on is newer than all it ever said.

    The backup does not know of restores since it was made, so the clock has a say too: each second has its revisions.
    Returns by how much the revisions of what HQ owns have to rise.
    """
    before = first_revision(unit) - 1
    floor = REVISIONS_AHEAD * max(before // REVISIONS_AHEAD + 1, int(unit.now.timestamp()))
    state(unit, GENERATION, unit.ids.bytes(16).hex())
    state(unit, FLOOR, str(floor))
    return floor - before


def first_revision(reader: Reader) -> int:
    """The lowest revision that no store has heard of yet, whatever HQ has forgotten."""
    return int(fact(reader, FLOOR) or 0) + 1
