"""How HQ's tables come to be: numbered steps per feature, each applied once, in a transaction.

A step says plain SQL with the types TEXT, INTEGER, REAL and BLOB; `create` makes them fit the dialect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Engine, text

from sync.hq.base.lanes import MIGRATING, POSTGRESQL

Step = Callable[[Connection], None]

# Texts are compared byte by byte, as SQLite does it: an order of text must not depend on a server's language.
_POSTGRESQL = {
    "INTEGER": "BIGINT",
    "BLOB": "BYTEA",
    "REAL": "DOUBLE PRECISION",
    "TEXT": 'TEXT COLLATE "C"',
}
_STEPS = (
    "CREATE TABLE IF NOT EXISTS hq_steps (feature TEXT NOT NULL, number INTEGER NOT NULL,"
    " name TEXT NOT NULL, PRIMARY KEY (feature, number))"
)


class Migrations:
    """The steps of one feature, in order; a step that was released is never changed, only followed."""

    def __init__(self, feature: str) -> None:
        self.feature = feature
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> Step:
        """Register the next step."""
        self.steps.append(step)
        return step


def create(connection: Connection, table: str, columns: str, *, is_clustered: bool = True) -> None:
    """Create a table; on SQLite its types are enforced, and rows lie in the order of their key.

    Not clustered, they lie in the order of their coming: quicker for large rows whose keys come at random.
    """
    if connection.dialect.name == "sqlite":
        keyed = (
            " STRICT, WITHOUT ROWID" if is_clustered and "PRIMARY KEY" in columns else " STRICT"
        )
        connection.execute(text(f"CREATE TABLE {table} ({columns}){keyed}"))
        return
    columns = re.sub(r"\b[A-Z]+\b", lambda word: _POSTGRESQL.get(word[0], word[0]), columns)
    connection.execute(text(f"CREATE TABLE {table} ({columns})"))


def run(connection: Connection, sql: str) -> None:
    """Run one statement of a step that both dialects understand, such as CREATE INDEX."""
    connection.execute(text(sql))


def migrate(engine: Engine, every: Sequence[Migrations]) -> None:
    """Bring the database to the newest shape, feature by feature, in the given order.

    Several workers may start at once: whoever comes second finds it done.
    """
    with engine.begin() as connection:
        _one_at_a_time(connection)
        connection.execute(text(_STEPS))
        rows = connection.execute(text("SELECT feature, number FROM hq_steps"))
        done = {(row.feature, row.number) for row in rows}
    for feature in every:
        for number, step in enumerate(feature.steps, start=1):
            if (feature.feature, number) not in done:
                _apply(engine, feature.feature, number=number, step=step)


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATING})


def _apply(engine: Engine, feature: str, *, number: int, step: Step) -> None:
    with engine.begin() as connection:
        _one_at_a_time(connection)
        done = connection.execute(
            text("SELECT 1 FROM hq_steps WHERE feature = :feature AND number = :number"),
            {"feature": feature, "number": number},
        ).first()
        if done:
            return
        step(connection)
        connection.execute(
            text("INSERT INTO hq_steps (feature, number, name) VALUES (:feature, :number, :name)"),
            {"feature": feature, "number": number, "name": step.__name__},
        )


migrations = Migrations("base")


@migrations
def facts_and_answers(connection: Connection) -> None:
    """Who this HQ is, and the first answer to every idempotency key."""
    create(connection, "facts", "name TEXT PRIMARY KEY, value TEXT NOT NULL")
    create(
        connection,
        "answers",
        "scope TEXT NOT NULL, key TEXT NOT NULL, asked_hash TEXT NOT NULL, answer BLOB NOT NULL,"
        " at TEXT NOT NULL, PRIMARY KEY (scope, key)",
    )


@migrations
def feed(connection: Connection) -> None:
    """What goes down: per store the newest value of each record, in the order of its commit."""
    create(connection, "feed_heads", "store_id TEXT PRIMARY KEY, position INTEGER NOT NULL")
    create(
        connection,
        "feed",
        "store_id TEXT NOT NULL, record_type TEXT NOT NULL, record_id TEXT NOT NULL,"
        " position INTEGER NOT NULL, revision INTEGER NOT NULL, op TEXT NOT NULL, body TEXT NOT NULL,"
        " at TEXT NOT NULL, PRIMARY KEY (store_id, record_type, record_id)",
    )
    run(connection, "CREATE UNIQUE INDEX feed_in_order ON feed (store_id, position)")
