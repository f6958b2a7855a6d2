"""Epochs: a log that HQ knows another end of goes on in a fresh one, from the last event that both have.

Places in the log stay what they are here, so that nobody who follows it has to begin anew. On the wire an epoch counts
from 1: `base` is the place before its first event. What comes after it is chained anew and keeps its event ids.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from edge.base import facts
from edge.base.database import Rows
from edge.base.unit import Unit
from sync.core import chain

EPOCH, BASES, WANTED = "epoch", "epoch_bases", "epoch_wanted"
FIELDS = tuple(name for name in chain.Envelope.__struct_fields__ if name != "original_id")


class Epoch(NamedTuple):
    """An incarnation of the log, and the place before its first event."""

    name: str
    base: int


def current(rows: Rows) -> Epoch:
    """The epoch that goes on."""
    name = facts.get(rows, EPOCH) or ""
    return Epoch(name, max(bases(rows), default=0))


def bases(rows: Rows) -> dict[int, str]:
    """The epochs that this log has been through, by the place before their first event; the first one began at 0."""
    text = facts.get(rows, BASES)
    if text is None:
        return {0: facts.get(rows, EPOCH) or ""}
    return msgspec.json.decode(text, type=dict[int, str])


def want(unit: Unit) -> str:
    """The name of the epoch to come; the same until it has begun, however often HQ has to be asked."""
    wanted = facts.get(unit, WANTED) or unit.ids.bytes(16).hex()
    facts.put(unit, WANTED, wanted)
    return wanted


def wanted(rows: Rows) -> str:
    """The epoch for which HQ was asked, perhaps without an answer; "" if none is under way."""
    return facts.get(rows, WANTED) or ""


def begin(unit: Unit, name: str, *, common: int) -> int:
    """Go on in a fresh epoch after the first `common` events of this one; returns how many are to be sent again."""
    earlier = bases(unit)
    base = max(earlier) + common
    rows = unit.rows("SELECT * FROM events WHERE seq > ? ORDER BY seq", (base,))
    link = chain.genesis(name)
    for row in rows:
        kept = {field: row[field] for field in FIELDS}
        envelope = chain.Envelope(
            **{**kept, "seq": row["seq"] - base}, original_id=row["event_id"]
        )
        link = chain.link(link, envelope)
        unit.execute("UPDATE events SET chain = ? WHERE seq = ?", (link, row["seq"]))
    known = {place: epoch for place, epoch in earlier.items() if place < base} | {base: name}
    facts.put(unit, EPOCH, name)
    facts.put(unit, BASES, msgspec.json.encode(known).decode())
    facts.put(unit, WANTED, "")
    unit.go_on_in_epoch(name, base=base, link=link)
    return len(rows)


def original_id(event_id: str, link: bytes) -> str:
    """The id that an event had in an earlier epoch; "" for one that was born in this one."""
    return "" if chain.event_id(link) == event_id else event_id
