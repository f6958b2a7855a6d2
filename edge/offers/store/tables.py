"""The tables of this feature, and how they came to be."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("offers")


@migrations()
def offers_and_redemptions(db: Database) -> None:
    """`once_key` is the shopper where an offer is good once per customer, else the redemption itself."""
    db.execute(
        """CREATE TABLE offers (
             offer_id TEXT PRIMARY KEY, owner TEXT NOT NULL, revision INTEGER NOT NULL, active INTEGER NOT NULL,
             ends_at TEXT NOT NULL, limit_count INTEGER, doc TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE redemptions (
             redemption_id TEXT PRIMARY KEY, offer_id TEXT NOT NULL REFERENCES offers(offer_id),
             surface TEXT NOT NULL, spoken_code TEXT NOT NULL UNIQUE, price_minor INTEGER NOT NULL,
             currency TEXT NOT NULL, redeemed_at TEXT NOT NULL, shopper_key TEXT NOT NULL, order_id TEXT NOT NULL,
             honoured_at TEXT, once_key TEXT NOT NULL, UNIQUE (offer_id, once_key)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX redemptions_of_shopper ON redemptions(shopper_key)")
    # Readers keep the book of offers in memory for as long as this number stands still.
    db.execute(
        "CREATE TABLE offer_book (one INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT"
    )
    db.execute("INSERT INTO offer_book VALUES (1, 0)")


@migrations()
def what_customers_saw_and_said(db: Database) -> None:
    """Decisions with their reasons; "not now" for one order; kinds that a customer stopped."""
    db.execute(
        """CREATE TABLE offer_decisions (
             order_id TEXT NOT NULL, decided_at TEXT NOT NULL, shown TEXT NOT NULL, declined TEXT NOT NULL,
             PRIMARY KEY (order_id, decided_at)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE offers_put_off (
             order_id TEXT NOT NULL, offer_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (order_id, offer_id)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE stopped_kinds (
             customer_key TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (customer_key, kind)
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def what_ended_stays_ended(db: Database) -> None:
    """When an offer's end was seen to pass; those that stand get the timer that new ones have."""
    db.execute("ALTER TABLE offers ADD COLUMN ended_at TEXT")
    db.execute(
        """INSERT OR IGNORE INTO timers (kind, ref, due_at)
           SELECT 'offer_ends', offer_id, ends_at FROM offers WHERE active = 1"""
    )


@migrations()
def printed_codes(db: Database) -> None:
    """Bare ids on paper; what they stand for can change, the paper cannot."""
    db.execute(
        """CREATE TABLE qr_codes (
             code TEXT PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, UNIQUE (kind, ref)
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def extras(db: Database) -> None:
    """What customers added to their orders: tasks for the board."""
    db.execute(
        """CREATE TABLE extras (
             redemption_id TEXT PRIMARY KEY REFERENCES redemptions(redemption_id), order_id TEXT NOT NULL,
             offer_id TEXT NOT NULL, preparation_minutes INTEGER NOT NULL, added_at TEXT NOT NULL,
             state TEXT NOT NULL, by TEXT NOT NULL, start_by TEXT
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX extras_of_order ON extras(order_id)")
    db.execute("CREATE INDEX extras_open ON extras(state) WHERE state IN ('waiting', 'started')")


@migrations()
def given_back(db: Database) -> None:
    """A redemption whose order ended before anybody made or gave it goes back to what is left."""
    db.execute("ALTER TABLE redemptions ADD COLUMN released_at TEXT")


@migrations()
def redemptions_by_order(db: Database) -> None:
    """Every look at a pass asks what was redeemed with its order."""
    db.execute("CREATE INDEX redemptions_of_order ON redemptions(order_id) WHERE order_id != ''")
