"""Calls at shops that are still to be made: stored, claimed with a lease, tried again until they succeed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.orders.rules.calls import LEASE, Call, Kind
from sync.hq.orders.rules.draft import Draft

_KEY = ("source", "source_id", "kind")
_INSTANTS = ("due_at", "first_at", "leased_until")
_MINE = (
    " WHERE source = :source AND source_id = :source_id AND kind = :kind"
    " AND leased_by = :leased_by AND version = :version"
)


def find(reader: Reader, source: str, source_id: str, kind: Kind) -> Call | None:
    """The call about an order, whatever became of it."""
    row = reader.row(
        "SELECT * FROM shop_calls WHERE source = :source AND source_id = :id AND kind = :kind",
        source=source,
        id=source_id,
        kind=kind,
    )
    return None if row is None else _call(row)


def save(unit: Unit, call: Call) -> None:
    """Add or replace a call."""
    unit.put("shop_calls", [_row(call)], key=_KEY)


def drop(unit: Unit, source: str, source_id: str, kind: Kind) -> None:
    """Nobody needs to ask any more; whoever asks just now finds their answer unwanted."""
    unit.execute(
        "DELETE FROM shop_calls WHERE source = :source AND source_id = :id AND kind = :kind",
        source=source,
        id=source_id,
        kind=kind,
    )


def claim(unit: Unit, *, holder: str, most: int = 1) -> list[Call]:
    """The next calls that are due, now held by `holder`.

    One statement a row decides who holds it: of two processes the second one waits for the first and then
    finds the lease taken, on PostgreSQL as on SQLite.
    """
    now = times.text(unit.now)
    rows = unit.rows(
        "SELECT c.* FROM shop_calls c LEFT JOIN shop_health h ON h.source = c.source"
        " WHERE c.state = 'waiting' AND c.due_at <= :now AND c.leased_until <= :now"
        " AND (h.hold_until IS NULL OR h.hold_until <= :now)"
        " ORDER BY c.due_at, c.source, c.source_id LIMIT :most",
        now=now,
        most=most,
    )
    until = unit.now + LEASE
    return [
        msgspec.structs.replace(_call(row), leased_by=holder, leased_until=until)
        for row in rows
        if _lease(unit, row, holder=holder, until=until)
    ]


def _lease(unit: Unit, row: RowMapping, *, holder: str, until: datetime) -> bool:
    taken = unit.execute(
        "UPDATE shop_calls SET leased_by = :holder, leased_until = :until"
        " WHERE source = :source AND source_id = :source_id AND kind = :kind"
        " AND version = :version AND leased_until <= :now",
        holder=holder,
        until=times.text(until),
        now=times.text(unit.now),
        source=row["source"],
        source_id=row["source_id"],
        kind=row["kind"],
        version=row["version"],
    )
    return taken == 1


def still_mine(unit: Unit, call: Call) -> bool:
    """Whether the answer to this call still counts: its lease holds and no newer message came."""
    # Touched, not only read, so that on PostgreSQL nobody else can take the row before the commit.
    return unit.execute(f"UPDATE shop_calls SET problem = problem{_MINE}", **_held(call)) == 1  # noqa: S608 - own words


def let_go(unit: Unit, call: Call) -> None:
    """A newer message came meanwhile: the next try asks anew, at once."""
    unit.execute(
        "UPDATE shop_calls SET leased_by = '', leased_until = :never, due_at = :now"
        " WHERE source = :source AND source_id = :source_id AND kind = :kind"
        " AND leased_by = :leased_by",
        never=times.text(call.first_at),
        now=times.text(unit.now),
        **{name: value for name, value in _held(call).items() if name != "version"},
    )


def next_due(reader: Reader) -> datetime | None:
    """When the next call may be made, if any waits."""
    row = reader.row(
        "SELECT min(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END) AS at"
        " FROM shop_calls WHERE state = 'waiting'"
    )
    return times.parse(row["at"]) if row and row["at"] else None


def listed(reader: Reader, *, source: str = "", most: int = 200) -> list[Call]:
    """Calls that wait or were given up, the oldest first."""
    of_one = " AND source = :source" if source else ""
    params: dict[str, Any] = {"source": source} if source else {}
    rows = reader.rows(
        f"SELECT * FROM shop_calls WHERE state <> 'done'{of_one} ORDER BY first_at LIMIT :most",  # noqa: S608 - own words
        most=most,
        **params,
    )
    return [_call(row) for row in rows]


def ask_again(unit: Unit, source: str) -> int:
    """Whoever mended a shop need not wait: all its calls are due now."""
    return unit.execute(
        "UPDATE shop_calls SET state = 'waiting', due_at = :now, first_at = :now"
        " WHERE source = :source AND state <> 'done'",
        now=times.text(unit.now),
        source=source,
    )


def of_buyers(reader: Reader, source: str) -> Sequence[Call]:
    """Calls of a shop that still hold a draft, which may name a buyer."""
    rows = reader.rows(
        "SELECT * FROM shop_calls WHERE source = :source AND known IS NOT NULL", source=source
    )
    return [_call(row) for row in rows]


def _held(call: Call) -> dict[str, Any]:
    return {
        "source": call.source,
        "source_id": call.source_id,
        "kind": call.kind,
        "leased_by": call.leased_by,
        "version": call.version,
    }


def _row(call: Call) -> dict[str, Any]:
    row = {name: getattr(call, name) for name in Call.__struct_fields__}
    row |= {name: times.text(getattr(call, name)) for name in _INSTANTS}
    row["known"] = None if call.known is None else msgspec.json.encode(call.known).decode()
    return row


def _call(row: RowMapping) -> Call:
    values = {name: row[name] for name in Call.__struct_fields__}
    values |= {name: times.parse(row[name]) for name in _INSTANTS}
    values["known"] = msgspec.json.decode(row["known"], type=Draft) if row["known"] else None
    return Call(**values)
