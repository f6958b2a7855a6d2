"""The night: HQ computes its own chains and digests from its own rows and says where they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync.core.digest import TableDigest, bucket_of, row_digest
from sync.hq.base import feed, records
from sync.hq.base.facts import GENERATION, fact
from sync.hq.base.rows import Reader
from sync.hq.stores.store import log
from sync.protocol.refusals import Malformed, MovedOn
from sync.protocol.wire import (
    CompareHeads,
    CompareRows,
    Difference,
    HeadsAnswer,
    RowsAnswer,
    TableAnswer,
)
from sync.records import RECORD_TYPES

# What HQ itself says of one store, per record type: (record id, record) from its own tables.
Down = Callable[[Reader, str, str], Mapping[str, Any]]


def compare_heads(
    reader: Reader, store_id: str, asked: CompareHeads, *, down: Down
) -> HeadsAnswer:
    """Whether log and tables agree, both standing at the same place."""
    epoch = log.open_epoch(reader, store_id)
    same_place = (
        epoch is not None
        and epoch.seq == asked.last.seq
        and asked.generation == fact(reader, GENERATION)
        and asked.position == feed.head(reader, store_id)
    )
    if epoch is None or not same_place:
        raise MovedOn
    return HeadsAnswer(
        chain_equal=epoch.chain == asked.last.chain,
        tables={
            name: _compared(_rows(reader, store_id, name, down), theirs.buckets, theirs.count)
            for name, theirs in asked.tables.items()
        },
    )


def compare_rows(reader: Reader, store_id: str, asked: CompareRows, *, down: Down) -> RowsAnswer:
    """Each row of the differing buckets on which both ends do not agree, by name."""
    differences: list[Difference] = []
    for name, buckets in asked.buckets.items():
        numbers = set(buckets)
        ours = {
            record_id: f"{row_digest(record_id, values):016x}"
            for record_id, values in _rows(reader, store_id, name, down)
            if bucket_of(record_id) in numbers
        }
        differences += _named(name, ours, asked.rows.get(name, {}))
    return RowsAnswer(differences=differences)


def _rows(reader: Reader, store_id: str, name: str, down: Down) -> list[tuple[str, list[object]]]:
    record_type = RECORD_TYPES.get(name)
    if record_type is None:
        raise Malformed(reason=f"there is no table {name}")
    said: dict[str, Any] = dict(down(reader, store_id, name)) if record_type.travels_down else {}
    for record_id, heard in records.of_store(reader, store_id, name):
        told = said.get(record_id)
        said[record_id] = heard if told is None else record_type.merge(told, heard)
    return [(key, list(record_type.digest_values(record))) for key, record in said.items()]


def _compared(rows: list[tuple[str, list[object]]], buckets: str, count: int) -> TableAnswer:
    ours = TableDigest.of(rows)
    try:
        theirs = TableDigest.parse(buckets, count)
    except ValueError as broken:
        raise Malformed(reason=str(broken)) from None
    return TableAnswer(count=ours.count, differing=ours.differing(theirs))


def _named(name: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[Difference]:
    found = []
    for record_id in sorted({*ours, *theirs}):
        if record_id not in ours:
            found.append(Difference(table=name, record_id=record_id, what="missing_at_hq"))
        elif record_id not in theirs:
            found.append(Difference(table=name, record_id=record_id, what="missing_at_edge"))
        elif ours[record_id] != theirs[record_id]:
            found.append(Difference(table=name, record_id=record_id, what="differs"))
    return found
