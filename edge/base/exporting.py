"""What may leave the store as a file: an allow-list of tables, which hold people's data, and what stays here.

A table that is not listed is not exported, and a test asks for a word about each one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from edge.base.database import Rows, Value
from sync.core import formulas
from sync.core.errors import Refusal

PAGE = 1000


class NotExported(Refusal):
    """A table that does not leave the store, or none at all."""

    code = "not_exported"
    status = 404
    sentence = "The table {name} is not exported. `store-edge export --list` shows those that are."


@dataclass(frozen=True)
class Table:
    """What a table is, whether it says something about a person, and which columns never leave."""

    what: str
    personal: bool = False
    without: tuple[str, ...] = ()


TABLES: dict[str, Table] = {
    "orders": Table(
        "orders with their states: when and by whom each was reached, which reasons staff gave",
        personal=True,
        without=("token_hash", "code_tag"),
    ),
    "order_lines": Table("what was ordered and picked, by the row of the order", personal=True),
    "order_notices": Table("what customers were told", personal=True),
    "order_ratings": Table("smiles after the handover", personal=True),
    "journeys": Table("on the way, near, here: without distances", personal=True),
    "eta_errors": Table("how wrong arrival times were"),
    "durations": Table("what the store has learned of how long its work takes: sums over many"),
    "orders_told_back": Table("what HQ told a restored store of orders that it had forgotten"),
    "arrival_levels": Table("what the store has learnt of its arrivals: sums over many"),
    "arrival_lessons": Table(
        "how wrong arrival times were by range and part of the day, and are now"
    ),
    "profiles": Table("the store's small copy of its customers", personal=True),
    "profile_reasons": Table("why a profile is kept, and until when", personal=True),
    "stopped_kinds": Table("kinds of offers that a customer stopped", personal=True),
    "consent_grants": Table("consents given", personal=True),
    "consent_withdrawals": Table("consents withdrawn", personal=True),
    "consent_refusals": Table("consents refused", personal=True),
    "consent_ended": Table("consents that ended", personal=True),
    "consent_lapsed": Table("consents that lapsed", personal=True),
    "consent_standing": Table("consents in force", personal=True),
    "consent_notices": Table("the texts that were shown"),
    "offers": Table("offers of this store and of HQ"),
    "offer_decisions": Table("which offers an order was shown", personal=True),
    "offers_put_off": Table("offers that somebody waved away", personal=True),
    "redemptions": Table("offers that were taken", personal=True, without=("once_key",)),
    "extras": Table("what was added to an order on the way", personal=True),
    "qr_codes": Table("what printed codes stand for"),
    "products": Table("the catalogue"),
    "help_calls": Table("calls for staff", personal=True),
    "staff": Table("who works here", personal=True, without=("pin_hash", "failures")),
    "devices": Table("paired screens", without=("token_hash", "failures")),
    "places": Table("pins of the store, its bays and the chain's stores nearby"),
    "store_record": Table("who this store is"),
    "events": Table("everything that happened", personal=True, without=("salt",)),
    "nightly_reports": Table("comparisons with HQ"),
    "last_done": Table("daily jobs"),
    "failed_reactions": Table("what could not be followed up"),
    "sync_unapplied": Table("records from HQ that could not be applied", personal=True),
}

# Secrets, or the machine's own bookkeeping, which says nothing to anybody else.
NEVER = {
    "answers", "sessions", "device_codes", "facts", "cursors", "timers", "slots_done", "sync_place", "offer_book",
    "sqlite_sequence", "_sqlite_migrations", "products_fts", "products_fts_config",
    "products_fts_data", "products_fts_docsize", "products_fts_idx",
}  # fmt: skip


def columns(rows: Rows, name: str) -> list[str]:
    """The columns of a table that leave the store; NotExported for a table that does not."""
    if name not in TABLES:
        raise NotExported(name=name)
    found = rows.rows("SELECT name FROM pragma_table_info(?)", (name,))
    if not found:
        raise NotExported(name=name)
    return [row["name"] for row in found if row["name"] not in TABLES[name].without]


def count(rows: Rows, name: str) -> int:
    """How many rows a listed table has."""
    columns(rows, name)
    row = rows.row(f"SELECT COUNT(*) AS n FROM {name}")  # noqa: S608 - a name of our own list
    return int(row["n"]) if row else 0


def export(rows: Rows, name: str) -> Iterator[list[list[Value]]]:
    """All rows of a listed table, page by page; bytes as hex."""
    shown = ", ".join(f'"{column}"' for column in columns(rows, name))
    start = 0
    while page := rows.rows(
        f"SELECT {shown} FROM {name} ORDER BY 1 LIMIT ? OFFSET ?",  # noqa: S608 - names of our own schema
        (PAGE, start),
    ):
        yield [[_plain(value) for value in row] for row in page]
        start += len(page)


def harmless(value: Value) -> Value:
    """A cell that no spreadsheet takes for a formula (CWE-1236)."""
    return formulas.harmless(value) if isinstance(value, str) else value


def _plain(value: Value) -> Value:
    return value.hex() if isinstance(value, bytes) else value
