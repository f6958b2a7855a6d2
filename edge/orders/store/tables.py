"""The tables of this feature, and how they came to be."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("orders")


@migrations()
def orders_and_lines(db: Database) -> None:
    """Orders, their lines, when they reached which state by whom, and the last number given out."""
    db.execute(
        """CREATE TABLE orders (
             order_id TEXT PRIMARY KEY, number TEXT NOT NULL, store_day TEXT NOT NULL,
             source TEXT NOT NULL, source_id TEXT NOT NULL, shown_number TEXT NOT NULL,
             customer_key TEXT NOT NULL, token_hash TEXT NOT NULL, code_tag TEXT NOT NULL,
             placed_at TEXT NOT NULL, promise_at TEXT NOT NULL, hold_until TEXT NOT NULL,
             currency TEXT NOT NULL, lang TEXT NOT NULL, revision INTEGER NOT NULL,
             state TEXT NOT NULL, is_open INTEGER NOT NULL, finish TEXT NOT NULL,
             bin TEXT NOT NULL, bags INTEGER NOT NULL,
             picking_by TEXT NOT NULL, bringing_by TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE UNIQUE INDEX open_numbers ON orders(number) WHERE is_open = 1")
    db.execute("CREATE INDEX orders_by_code ON orders(code_tag)")
    db.execute("CREATE INDEX orders_by_token ON orders(token_hash)")
    db.execute("CREATE INDEX orders_by_day ON orders(store_day)")
    db.execute(
        """CREATE TABLE order_lines (
             order_id TEXT NOT NULL REFERENCES orders, line_no INTEGER NOT NULL, sku TEXT NOT NULL,
             name TEXT NOT NULL, qty INTEGER NOT NULL, unit_price_minor INTEGER NOT NULL,
             zone TEXT NOT NULL, aisle_order INTEGER NOT NULL, made_to_order INTEGER NOT NULL,
             prep_seconds INTEGER NOT NULL, age_check INTEGER NOT NULL,
             substitute_allowed INTEGER NOT NULL, picked_qty INTEGER, PRIMARY KEY (order_id, line_no)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE milestones (
             order_id TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
             PRIMARY KEY (order_id, state)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE order_reasons (
             order_id TEXT NOT NULL, move TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,
             PRIMARY KEY (order_id, move)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        "CREATE TABLE order_numbers (store_day TEXT PRIMARY KEY, last TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def ratings(db: Database) -> None:
    """What customers said of their pickup, once each."""
    db.execute(
        """CREATE TABLE order_ratings (
             order_id TEXT PRIMARY KEY, score INTEGER NOT NULL, at TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def picking_line_by_line(db: Database) -> None:
    """Scans so far and what went in instead (JSON, or null), the end of a claim, a second bin, a spent code."""
    db.execute("ALTER TABLE order_lines ADD COLUMN counted INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE order_lines ADD COLUMN substitute TEXT")
    db.execute("ALTER TABLE orders ADD COLUMN picking_until TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE orders ADD COLUMN cold_bin TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE orders ADD COLUMN code_spent INTEGER NOT NULL DEFAULT 0")


@migrations()
def closed_passes(db: Database) -> None:
    """When a pass was seen to close; those of orders that are over get the timer that new ones have."""
    db.execute("ALTER TABLE orders ADD COLUMN pass_closed_at TEXT NOT NULL DEFAULT ''")
    db.execute(
        """INSERT OR IGNORE INTO timers (kind, ref, due_at)
           SELECT 'pass_closes', order_id, MAX(at) FROM milestones
           WHERE state IN ('handed_over', 'cancelled', 'no_show') GROUP BY order_id"""
    )
