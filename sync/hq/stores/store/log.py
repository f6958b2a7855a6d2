"""The stores' logs as HQ holds them: a prefix of each, its watermark, and what could not be applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, RowMapping

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import create, run
from sync.hq.stores.rules import Epoch, LogTorn
from sync.hq.stores.store.registry import migrations
from sync.protocol.batch import ERASED, Link, PushedEvent
from sync.records import Heard

_COLUMNS = (
    *("store_id", "epoch", "seq", "event_id", "kind", "version", "aggregate_id", "at", "hlc"),
    *("clock_state", "by_id", "origin", "body", "proof", "original_id", "chain", "received_at"),
)


@migrations
def logs(connection: Connection) -> None:
    """Events lie in the order of their log: a random key would cost a third of the push."""
    create(
        connection,
        "epochs",
        "store_id TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, chain TEXT NOT NULL,"
        " is_open INTEGER NOT NULL, safe_through INTEGER NOT NULL, opened_at TEXT NOT NULL,"
        " PRIMARY KEY (store_id, epoch)",
    )
    create(
        connection,
        "events",
        "store_id TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, event_id TEXT NOT NULL,"
        " kind TEXT NOT NULL, version INTEGER NOT NULL, aggregate_id TEXT NOT NULL, at TEXT NOT NULL,"
        " hlc TEXT NOT NULL, clock_state TEXT NOT NULL, by_id TEXT NOT NULL, origin TEXT NOT NULL,"
        " body TEXT, proof TEXT NOT NULL, original_id TEXT NOT NULL, chain BLOB NOT NULL,"
        " received_at TEXT NOT NULL, PRIMARY KEY (store_id, epoch, seq)",
    )
    create(
        connection,
        "quarantine",
        "store_id TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,"
        " aggregate_id TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,"
        " parked INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (store_id, epoch, seq)",
    )
    run(connection, "CREATE INDEX quarantine_by_thing ON quarantine (store_id, aggregate_id)")


def epoch(reader: Reader, store_id: str, epoch: str) -> Epoch | None:
    """One incarnation of a store's log."""
    row = reader.row(
        "SELECT * FROM epochs WHERE store_id = :id AND epoch = :epoch", id=store_id, epoch=epoch
    )
    return None if row is None else _epoch(row)


def open_epoch(reader: Reader, store_id: str) -> Epoch | None:
    """The one incarnation that may go on."""
    row = reader.row("SELECT * FROM epochs WHERE store_id = :id AND is_open = 1", id=store_id)
    return None if row is None else _epoch(row)


def every_epoch(reader: Reader, store_id: str) -> list[Epoch]:
    """All incarnations, the oldest first."""
    rows = reader.rows("SELECT * FROM epochs WHERE store_id = :id ORDER BY opened_at", id=store_id)
    return [_epoch(row) for row in rows]


def was_overtaken(reader: Reader, at: Epoch) -> bool:
    """Whether another incarnation of the same store began later: this one was let in again."""
    row = reader.row(
        "SELECT 1 FROM epochs later JOIN epochs mine ON mine.store_id = later.store_id"
        " WHERE mine.store_id = :id AND mine.epoch = :epoch AND later.epoch <> :epoch"
        " AND later.opened_at >= mine.opened_at LIMIT 1",
        id=at.store_id,
        epoch=at.epoch,
    )
    return row is not None


def begin_epoch(unit: Unit, fresh: Epoch) -> None:
    """Fence off every earlier incarnation and let this one go on."""
    unit.execute("UPDATE epochs SET is_open = 0 WHERE store_id = :id", id=fresh.store_id)
    row = {
        "store_id": fresh.store_id,
        "epoch": fresh.epoch,
        "seq": fresh.seq,
        "chain": fresh.chain,
        "is_open": 1,
        "safe_through": 0,
        "opened_at": times.text(unit.now),
    }
    unit.put("epochs", [row], key=("store_id", "epoch"))


def reopen(unit: Unit, store_id: str, epoch: str) -> None:
    """The same incarnation was enrolled again: it may go on where it was."""
    close_epochs(unit, store_id)
    unit.execute(
        "UPDATE epochs SET is_open = 1 WHERE store_id = :id AND epoch = :epoch",
        id=store_id,
        epoch=epoch,
    )


def close_epochs(unit: Unit, store_id: str) -> None:
    """No incarnation of this store may go on."""
    unit.execute("UPDATE epochs SET is_open = 0 WHERE store_id = :id", id=store_id)


def move_mark(unit: Unit, at: Epoch, *, seq: int, chain: str) -> None:
    """Move the watermark, in the transaction of what it stands for."""
    unit.execute(
        "UPDATE epochs SET seq = :seq, chain = :chain WHERE store_id = :id AND epoch = :epoch",
        seq=seq,
        chain=chain,
        id=at.store_id,
        epoch=at.epoch,
    )


def keep_safe(unit: Unit, marks: Iterable[Epoch]) -> None:
    """These events are in a verified backup: the stores need not keep them for our sake."""
    for mark in marks:
        unit.execute(
            "UPDATE epochs SET safe_through = :seq WHERE store_id = :id AND epoch = :epoch"
            " AND safe_through < :seq",
            seq=mark.seq,
            id=mark.store_id,
            epoch=mark.epoch,
        )


def proved(reader: Reader) -> list[Epoch]:
    """Every epoch whose events are all here and end at its watermark; LogTorn names the first that does not."""
    found = [_epoch(row) for row in reader.rows("SELECT * FROM epochs ORDER BY store_id, epoch")]
    for each in found:
        row = reader.row(
            "SELECT count(*) AS n, max(seq) AS last FROM events WHERE store_id = :id AND epoch = :epoch",
            id=each.store_id,
            epoch=each.epoch,
        )
        is_whole = row is not None and row["n"] == each.seq and (row["last"] or 0) == each.seq
        end = chain_at(reader, msgspec.structs.replace(each, seq=-1), each.seq)
        if not is_whole or (each.seq and end != each.chain):
            raise LogTorn(store_id=each.store_id)
    return found


def append(unit: Unit, at: Epoch, events: Iterable[tuple[PushedEvent, Link]]) -> None:
    """Keep events, whatever their effect will be."""
    received_at = times.text(unit.now)
    rows = [
        (
            *(at.store_id, at.epoch, link.seq, link.event_id),
            *(event.kind, event.version, event.aggregate_id, event.at, event.hlc),
            *(event.clock_state, event.by, event.origin),
            None if event.is_erased else bytes(event.body).decode(),
            *(event.proof, event.original_id, link.chain, received_at),
        )
        for event, link in events
    ]
    unit.insert("events", _COLUMNS, rows)


def chain_at(reader: Reader, at: Epoch, seq: int) -> str | None:
    """The chain value of HQ's copy at a seq."""
    if seq == at.seq:
        return at.chain
    row = reader.row(
        "SELECT chain FROM events WHERE store_id = :id AND epoch = :epoch AND seq = :seq",
        id=at.store_id,
        epoch=at.epoch,
        seq=seq,
    )
    return None if row is None else bytes(row["chain"]).hex()


def heard_after(reader: Reader, at: Epoch, seq: int) -> list[Heard]:
    """Events of an epoch after a place, as far as it takes to know which records they are about."""
    rows = reader.rows(
        "SELECT seq, event_id, kind, aggregate_id, at, origin, body FROM events"
        " WHERE store_id = :id AND epoch = :epoch AND seq > :seq ORDER BY seq",
        id=at.store_id,
        epoch=at.epoch,
        seq=seq,
    )
    return [
        Heard(
            store_id=at.store_id,
            seq=row["seq"],
            event_id=row["event_id"],
            kind=row["kind"],
            aggregate_id=row["aggregate_id"],
            at=row["at"],
            origin=row["origin"],
            body=msgspec.json.decode(row["body"]) if row["body"] else {},
        )
        for row in rows
    ]


def holds(reader: Reader, store_id: str, event_ids: Sequence[str]) -> set[str]:
    """Which of these events came before, perhaps in an earlier incarnation.

    Asked only after a restore, so it may read the whole log: an index by random ids would cost every push.
    """
    rows = reader.rows_among(
        "SELECT event_id FROM events WHERE store_id = :store_id AND event_id IN :ids",
        event_ids,
        store_id=store_id,
    )
    return {str(row["event_id"]) for row in rows}


def quarantine(unit: Unit, rows: Sequence[dict[str, object]]) -> None:
    """Keep what could not be applied where people see it."""
    unit.put("quarantine", rows, key=("store_id", "epoch", "seq"))


def waiting_things(reader: Reader, store_id: str) -> set[str]:
    """Aggregates whose later events must wait behind one that could not be applied."""
    rows = reader.rows(
        "SELECT DISTINCT aggregate_id FROM quarantine WHERE store_id = :id", id=store_id
    )
    return {str(row["aggregate_id"]) for row in rows}


def stores_waiting(reader: Reader, aggregate_id: str) -> set[str]:
    """Stores of which something about this thing waits."""
    rows = reader.rows(
        "SELECT DISTINCT store_id FROM quarantine WHERE aggregate_id = :id", id=aggregate_id
    )
    return {str(row["store_id"]) for row in rows}


def quarantined(reader: Reader, store_id: str, *, most: int = 200) -> Sequence[RowMapping]:
    """What waits, oldest first."""
    return reader.rows(
        "SELECT * FROM quarantine WHERE store_id = :id ORDER BY at, seq LIMIT :most",
        id=store_id,
        most=most,
    )


def take_quarantined(unit: Unit, store_id: str) -> dict[str, list[tuple[PushedEvent, Link]]]:
    """Everything of a store that waits, by epoch and in the order of its log; it waits no longer."""
    rows = unit.rows(
        "SELECT events.* FROM quarantine JOIN events ON events.store_id = quarantine.store_id"
        " AND events.epoch = quarantine.epoch AND events.seq = quarantine.seq"
        " WHERE quarantine.store_id = :id ORDER BY quarantine.at, events.epoch, events.seq",
        id=store_id,
    )
    unit.execute("DELETE FROM quarantine WHERE store_id = :id", id=store_id)
    found: dict[str, list[tuple[PushedEvent, Link]]] = {}
    for row in rows:
        found.setdefault(row["epoch"], []).append((_pushed(row), _link(row)))
    return found


def count_quarantined(reader: Reader, store_id: str) -> int:
    """How much waits."""
    row = reader.row("SELECT count(*) AS n FROM quarantine WHERE store_id = :id", id=store_id)
    return int(row["n"]) if row else 0


def _pushed(row: RowMapping) -> PushedEvent:
    return PushedEvent(
        kind=row["kind"],
        version=row["version"],
        aggregate_id=row["aggregate_id"],
        at=row["at"],
        hlc=row["hlc"],
        clock_state=row["clock_state"],
        by=row["by_id"],
        origin=row["origin"],
        body=msgspec.Raw(ERASED if row["body"] is None else row["body"].encode()),
        proof=row["proof"],
        original_id=row["original_id"],
    )


def _link(row: RowMapping) -> Link:
    return Link(row["seq"], row["event_id"], bytes(row["chain"]), row["proof"])


def _epoch(row: RowMapping) -> Epoch:
    return Epoch(
        store_id=row["store_id"],
        epoch=row["epoch"],
        seq=row["seq"],
        chain=row["chain"],
        is_open=bool(row["is_open"]),
        safe_through=row["safe_through"],
    )
