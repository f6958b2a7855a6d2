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


@migrations()
def course_in_the_order_itself(db: Database) -> None:
    """What changes together lies on one page; rows lie in the order of their coming, lines under their order's row.

    Course and reasons were rows elsewhere, and every index and line named its order by 36 letters. `course` says of
    each state [when, by whom]; `said` of each move [reason, by whom]. The last number of a day is that of its
    newest order.
    """
    db.execute(
        """CREATE TABLE whole_orders (
             id INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, number TEXT NOT NULL, store_day TEXT NOT NULL,
             source TEXT NOT NULL, source_id TEXT NOT NULL, shown_number TEXT NOT NULL,
             customer_key TEXT NOT NULL, token_hash TEXT NOT NULL, code_tag TEXT NOT NULL,
             placed_at TEXT NOT NULL, promise_at TEXT NOT NULL, hold_until TEXT NOT NULL,
             currency TEXT NOT NULL, lang TEXT NOT NULL, revision INTEGER NOT NULL,
             state TEXT NOT NULL, is_open INTEGER NOT NULL, finish TEXT NOT NULL,
             bin TEXT NOT NULL, bags INTEGER NOT NULL, picking_by TEXT NOT NULL, bringing_by TEXT NOT NULL,
             picking_until TEXT NOT NULL DEFAULT '', cold_bin TEXT NOT NULL DEFAULT '',
             code_spent INTEGER NOT NULL DEFAULT 0, pass_closed_at TEXT NOT NULL DEFAULT '',
             course TEXT NOT NULL DEFAULT '{}', said TEXT NOT NULL DEFAULT '{}'
           ) STRICT"""
    )
    db.execute(
        """CREATE TABLE lines_of_orders (
             order_row INTEGER NOT NULL, line_no INTEGER NOT NULL, sku TEXT NOT NULL,
             name TEXT NOT NULL, qty INTEGER NOT NULL, unit_price_minor INTEGER NOT NULL,
             zone TEXT NOT NULL, aisle_order INTEGER NOT NULL, made_to_order INTEGER NOT NULL,
             prep_seconds INTEGER NOT NULL, age_check INTEGER NOT NULL,
             substitute_allowed INTEGER NOT NULL, picked_qty INTEGER, counted INTEGER NOT NULL DEFAULT 0,
             substitute TEXT, PRIMARY KEY (order_row, line_no)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(_TAKE_ORDERS)
    db.execute(_TAKE_LINES)
    for table in ("order_lines", "milestones", "order_reasons", "order_numbers", "orders"):
        db.execute(f"DROP TABLE {table}")
    db.execute("ALTER TABLE whole_orders RENAME TO orders")
    db.execute("ALTER TABLE lines_of_orders RENAME TO order_lines")
    db.execute("CREATE UNIQUE INDEX open_numbers ON orders(number) WHERE is_open = 1")
    db.execute("CREATE INDEX orders_by_code ON orders(code_tag)")
    db.execute("CREATE INDEX orders_by_token ON orders(token_hash)")
    db.execute("CREATE INDEX orders_by_day ON orders(store_day)")


@migrations()
def orders_known_by_hq_alone(db: Database) -> None:
    """After a restore: orders that came in later and are not here any more, as far as HQ told of them."""
    db.execute(
        """CREATE TABLE orders_told_back (
             order_id TEXT PRIMARY KEY, number TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


_TAKE_ORDERS = """
INSERT INTO whole_orders
SELECT NULL, order_id, number, store_day, source, source_id, shown_number, customer_key, token_hash, code_tag,
       placed_at, promise_at, hold_until, currency, lang, revision, state, is_open, finish,
       bin, bags, picking_by, bringing_by, picking_until, cold_bin, code_spent, pass_closed_at,
       (SELECT json_group_object(state, json_array(at, by))
        FROM (SELECT * FROM milestones m WHERE m.order_id = o.order_id ORDER BY at)),
       (SELECT json_group_object(move, json_array(reason, by)) FROM order_reasons r WHERE r.order_id = o.order_id)
FROM orders o
ORDER BY COALESCE((SELECT MIN(at) FROM milestones m WHERE m.order_id = o.order_id), placed_at), order_id
"""
_TAKE_LINES = """
INSERT INTO lines_of_orders
SELECT o.id, line_no, sku, name, qty, unit_price_minor, zone, aisle_order, made_to_order, prep_seconds, age_check,
       substitute_allowed, picked_qty, counted, substitute
FROM order_lines JOIN whole_orders o USING (order_id) ORDER BY o.id, line_no
"""
