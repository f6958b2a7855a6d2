"""The tables of consents, and how they came to be."""

from sqlite_utils import Database, Migrations

migrations = Migrations("consents")


@migrations()
def consents(db: Database) -> None:
    """Grants and withdrawals only ever grow; `consent_standing` is what follows from them."""
    db.execute(
        """CREATE TABLE consent_notices (
             text_hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, version INTEGER NOT NULL,
             lang TEXT NOT NULL, body TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE consent_grants (
             grant_id TEXT PRIMARY KEY, customer_key TEXT NOT NULL, purpose TEXT NOT NULL,
             order_id TEXT NOT NULL, granted_at TEXT NOT NULL, expires_at TEXT,
             notice_version TEXT NOT NULL, seen TEXT NOT NULL, notice_hash TEXT NOT NULL,
             lang TEXT NOT NULL, value_offer TEXT NOT NULL, served_id TEXT NOT NULL, how TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX grants_of_person ON consent_grants(customer_key, purpose)")
    db.execute("CREATE INDEX grants_of_order ON consent_grants(order_id)")
    db.execute(
        """CREATE TABLE consent_withdrawals (
             n INTEGER PRIMARY KEY AUTOINCREMENT, withdrawal_id TEXT NOT NULL UNIQUE,
             customer_key TEXT NOT NULL, purpose TEXT NOT NULL, how TEXT NOT NULL, at TEXT NOT NULL
           ) STRICT"""
    )
    db.execute("CREATE INDEX withdrawals_of_person ON consent_withdrawals(customer_key, purpose)")
    db.execute(
        """CREATE TABLE consent_refusals (
             order_id TEXT NOT NULL, purpose TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (order_id, purpose)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE consent_ended (
             order_id TEXT NOT NULL, purpose TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (order_id, purpose)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE consent_standing (
             order_id TEXT NOT NULL, purpose TEXT NOT NULL, customer_key TEXT NOT NULL,
             grant_id TEXT NOT NULL, expires_at TEXT NOT NULL, PRIMARY KEY (order_id, purpose, grant_id)
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX standing_of_person ON consent_standing(customer_key, purpose)")


@migrations()
def what_lapsed_stays_lapsed(db: Database) -> None:
    """Grants whose end was seen to pass: a clock that is set back does not bring them back."""
    db.execute(
        "CREATE TABLE consent_lapsed (grant_id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def grants_by_card(db: Database) -> None:
    """Each yes asks whether this very card was answered before."""
    db.execute("CREATE INDEX grants_of_served ON consent_grants(served_id)")


@migrations()
def one_no_for_several_purposes(db: Database) -> None:
    """A person who asks to be forgotten takes every purpose back under one id: each of them is kept."""
    db.execute(
        """CREATE TABLE withdrawals_by_purpose (
             n INTEGER PRIMARY KEY AUTOINCREMENT, withdrawal_id TEXT NOT NULL,
             customer_key TEXT NOT NULL, purpose TEXT NOT NULL, how TEXT NOT NULL, at TEXT NOT NULL,
             UNIQUE (customer_key, purpose, withdrawal_id)
           ) STRICT"""
    )
    db.execute(
        """INSERT INTO withdrawals_by_purpose
           SELECT n, withdrawal_id, customer_key, purpose, how, at FROM consent_withdrawals"""
    )
    db.execute("DROP TABLE consent_withdrawals")
    db.execute("ALTER TABLE withdrawals_by_purpose RENAME TO consent_withdrawals")
