"""Proof of an event log: every link of its chain counted out again from the rows themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from edge.base import epochs, sync_store
from edge.base.database import Rows
from sync.core import chain

PAGE = 2000


class LogDamaged(Exception):
    """The log and its chain do not belong together; the message says where."""


def prove_log(rows: Rows, epoch: str) -> Iterator[int]:
    """Check a whole log and yield how many events are proved after each page; LogDamaged where it breaks.

    One flipped bit in an envelope or a kept body breaks it; SQLite's own integrity_check misses most of them.
    """
    seq = sync_store.first_kept(rows) - 1
    link = sync_store.chain_at(rows, seq, epoch)
    begun = epochs.bases(rows)
    base = max((place for place in begun if place <= seq), default=0)
    proved = 0
    while page := sync_store.events_after(rows, seq, PAGE):
        for row in page:
            if row["seq"] != seq + 1:
                raise LogDamaged(f"event {seq + 1} is missing")
            if seq in begun:
                base, link = seq, chain.genesis(begun[seq])
            link = _proved(row, link, base)
            seq = row["seq"]
        proved += len(page)
        yield proved


def _proved(row: sqlite3.Row, before: bytes | None, base: int) -> bytes:
    """The link of a row, proved from the one before it; the oldest of a shortened log is taken at its word."""
    body = row["body"]
    if body is not None and chain.body_hash(row["salt"], body.encode()) != row["body_hash"]:
        raise LogDamaged(f"event {row['seq']} says something else than it did")
    link: bytes = row["chain"]
    named = {name: row[name] for name in epochs.FIELDS}
    envelope = chain.Envelope(
        **{**named, "seq": row["seq"] - base},
        original_id=epochs.original_id(row["event_id"], link) if base else "",
    )
    if before is not None and chain.link(before, envelope) != link:
        raise LogDamaged(f"event {row['seq']} breaks the chain")
    return link
