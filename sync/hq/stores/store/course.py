"""Reading a store's log by time and by thing, without an index that would cost every push.

Events lie in the order in which they came, so a moment is found by halving: some twenty rows are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from sync.hq.base import times
from sync.hq.base.rows import Reader
from sync.hq.stores.rules import Epoch
from sync.hq.stores.store import log


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One event as pages tell it; `body` is empty when it was erased."""

    kind: str
    about: str
    at: datetime
    body: dict[str, Any]


def of_thing(
    reader: Reader, store_id: str, thing: str, *, since: datetime, until: datetime
) -> list[Happened]:
    """What happened to one thing, oldest first; it came in between the two moments (HQ's clock)."""
    return _sorted(
        row
        for epoch, first, last in _ranges(reader, store_id, since=since, until=until)
        for row in reader.rows(
            "SELECT kind, aggregate_id, at, body FROM events WHERE store_id = :id AND epoch = :epoch"
            " AND seq >= :first AND seq < :last AND aggregate_id = :thing ORDER BY seq LIMIT 500",
            id=store_id,
            epoch=epoch,
            first=first,
            last=last,
            thing=thing,
        )
    )


def of_kinds(
    reader: Reader, store_id: str, kinds: Sequence[str], *, since: datetime, until: datetime
) -> list[Happened]:
    """All events of some kinds that came in between two moments (HQ's clock), oldest first."""
    return _sorted(
        row
        for epoch, first, last in _ranges(reader, store_id, since=since, until=until)
        for row in reader.rows_among(
            "SELECT kind, aggregate_id, at, body FROM events WHERE store_id = :id AND epoch = :epoch"
            " AND seq >= :first AND seq < :last AND kind IN :ids ORDER BY seq",
            kinds,
            id=store_id,
            epoch=epoch,
            first=first,
            last=last,
        )
    )


def _ranges(
    reader: Reader, store_id: str, *, since: datetime, until: datetime
) -> Iterator[tuple[str, int, int]]:
    for epoch in log.every_epoch(reader, store_id):
        first = _first_since(reader, epoch, times.text(since))
        last = _first_since(reader, epoch, times.text(until))
        if first < last:
            yield epoch.epoch, first, last


def _first_since(reader: Reader, epoch: Epoch, moment: str) -> int:
    low, high = 1, epoch.seq + 1
    while low < high:
        middle = (low + high) // 2
        row = reader.row(
            "SELECT received_at FROM events WHERE store_id = :id AND epoch = :epoch AND seq = :seq",
            id=epoch.store_id,
            epoch=epoch.epoch,
            seq=middle,
        )
        if row is not None and row["received_at"] >= moment:
            high = middle
        else:
            low = middle + 1
    return low


def _sorted(rows: Iterator[Any]) -> list[Happened]:
    found = [
        Happened(
            kind=row["kind"],
            about=row["aggregate_id"],
            at=times.parse(row["at"]),
            body=msgspec.json.decode(row["body"]) if row["body"] else {},
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: each.at)
