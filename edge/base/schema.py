"""Tables of the base itself, and how every feature's tables come to be.

A migration is a plain function with a name, applied once, in a transaction of its own (sqlite-utils).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlite_utils import Database, Migrations

migrations = Migrations("base")


@migrations()
def event_log(db: Database) -> None:
    """The log is the outbox: every reader keeps its own cursor into it."""
    db.execute(
        """CREATE TABLE events (
             seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, version INTEGER NOT NULL,
             aggregate_id TEXT NOT NULL, at TEXT NOT NULL, hlc TEXT NOT NULL, clock_state TEXT NOT NULL,
             by TEXT NOT NULL, origin TEXT NOT NULL, salt BLOB, body TEXT, body_hash TEXT NOT NULL, chain BLOB NOT NULL
           ) STRICT"""
    )
    db.execute("CREATE INDEX events_of_aggregate ON events(aggregate_id, seq)")
    db.execute(
        "CREATE TABLE cursors (reader TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def failed_reactions(db: Database) -> None:
    """Reactions that failed, with the fact they belong to."""
    db.execute(
        """CREATE TABLE failed_reactions (
             seq INTEGER NOT NULL, reaction TEXT NOT NULL, problem TEXT NOT NULL,
             PRIMARY KEY (seq, reaction)
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def answers_and_timers(db: Database) -> None:
    """First answers by idempotency key; what is due when; what was last done when."""
    db.execute(
        """CREATE TABLE answers (
             scope TEXT NOT NULL, key TEXT NOT NULL, asked_hash TEXT NOT NULL, answer BLOB NOT NULL, at TEXT NOT NULL,
             PRIMARY KEY (scope, key)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX answers_by_age ON answers(at)")
    db.execute(
        """CREATE TABLE timers (
             kind TEXT NOT NULL, ref TEXT NOT NULL, due_at TEXT NOT NULL, PRIMARY KEY (kind, ref)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX timers_due ON timers(due_at)")
    db.execute(
        """CREATE TABLE last_done (
             job TEXT PRIMARY KEY, slot TEXT NOT NULL, at TEXT NOT NULL, note TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def slots(db: Database) -> None:
    """The slots that jobs have done lately: a clock that ran ahead must not silence the nights it skipped."""
    db.execute(
        "CREATE TABLE slots_done (job TEXT NOT NULL, slot TEXT NOT NULL, UNIQUE (job, slot)) STRICT"
    )


@migrations()
def this_store(db: Database) -> None:
    """Who this store is. `places` is the one table that may hold coordinates: pins of the store and its bays."""
    db.execute(
        """CREATE TABLE store_record (
             store_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, doc TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE places (
             ref TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL,
             pin_north REAL NOT NULL, pin_east REAL NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def lighter_log_and_timers(db: Database) -> None:
    """Two indexes fewer: each took four pages of every order that came in, and nobody reads them.

    An event's id follows from its hash chain, so it is unique without being looked up. Timers are few, those of
    open orders and of a day's customers, so what is due is found by reading them all.
    """
    db.execute("DROP INDEX timers_due")
    db.execute(
        """CREATE TABLE lighter_events (
             seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL,
             aggregate_id TEXT NOT NULL, at TEXT NOT NULL, hlc TEXT NOT NULL, clock_state TEXT NOT NULL,
             by TEXT NOT NULL, origin TEXT NOT NULL, salt BLOB, body TEXT, body_hash TEXT NOT NULL, chain BLOB NOT NULL
           ) STRICT"""
    )
    db.execute(
        """INSERT INTO lighter_events
           SELECT seq, event_id, kind, version, aggregate_id, at, hlc, clock_state,
                  by, origin, salt, body, body_hash, chain FROM events"""
    )
    db.execute("DROP TABLE events")
    db.execute("ALTER TABLE lighter_events RENAME TO events")
    db.execute("CREATE INDEX events_of_aggregate ON events(aggregate_id, seq)")


@migrations()
def log_without_an_index_by_thing(db: Database) -> None:
    """It was written with every fact, a fifth of all that an order's life writes, and no screen ever asked it."""
    db.execute("DROP INDEX events_of_aggregate")


@migrations()
def timers_in_the_order_of_their_setting(db: Database) -> None:
    """Those of one order lie side by side, and new ones at the end: by kind, each was a page of its own.

    Which row is whose, the writer remembers (Unit.set_timer); each kind and ref has one.
    """
    db.execute(
        """CREATE TABLE set_timers (
             id INTEGER PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, due_at TEXT NOT NULL
           ) STRICT"""
    )
    db.execute("INSERT INTO set_timers SELECT NULL, kind, ref, due_at FROM timers ORDER BY due_at")
    db.execute("DROP TABLE timers")
    db.execute("ALTER TABLE set_timers RENAME TO timers")


def migrate(connection: sqlite3.Connection, all_migrations: Iterable[Migrations]) -> None:
    """Bring the database to the newest shape, feature by feature, in the given order."""
    database = Database(connection)
    for each in all_migrations:
        each.apply(database)


def known(all_migrations: Iterable[Migrations]) -> set[str]:
    """Every migration that this program has, as "set.name"; a database with others is newer than we are."""
    empty = Database(memory=True)
    found = {f"{each.name}.{one.name}" for each in all_migrations for one in each.pending(empty)}
    empty.close()
    return found
