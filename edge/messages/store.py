"""What is remembered of notices: all SQL of this feature. No addresses: the store speaks through its screens."""

import sqlite3
from datetime import datetime

from sqlite_utils import Database, Migrations

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.messages.rules import Notice, NoticeClass, NoticeKind

migrations = Migrations("messages")


@migrations()
def notices(db: Database) -> None:
    """Outgoing notices; one of a kind for each order."""
    db.execute(
        """CREATE TABLE order_notices (
             order_id TEXT NOT NULL, kind TEXT NOT NULL, notice_class TEXT NOT NULL,
             made_at TEXT NOT NULL, good_until TEXT NOT NULL, sent_at TEXT,
             PRIMARY KEY (order_id, kind)
           ) STRICT, WITHOUT ROWID"""
    )


def add(unit: Unit, notice: Notice) -> bool:
    """Remember a notice; False when the order has one of this kind."""
    added = unit.execute(
        "INSERT OR IGNORE INTO order_notices VALUES (?, ?, ?, ?, ?, NULL)",
        (
            notice.order_id,
            notice.kind.value,
            notice.notice_class.value,
            times.text(notice.made_at),
            times.text(notice.good_until),
        ),
    )
    return added.rowcount == 1


def good_ones(rows: Rows, order_id: str, at: datetime) -> list[Notice]:
    """What the customer of an order is to be told now, newest first."""
    found = rows.rows(
        "SELECT * FROM order_notices WHERE order_id = ? AND good_until > ? ORDER BY made_at DESC",
        (order_id, times.text(at)),
    )
    return [_notice(row) for row in found]


def untold(rows: Rows, order_id: str, at: datetime) -> list[Notice]:
    """What the customer of an order has still to be told, newest first."""
    return [each for each in good_ones(rows, order_id, at) if each.sent_at is None]


def mark_sent(unit: Unit, order_id: str, kind: NoticeKind) -> None:
    """Note that a notice went out: once."""
    unit.execute(
        "UPDATE order_notices SET sent_at = ? WHERE order_id = ? AND kind = ? AND sent_at IS NULL",
        (times.text(unit.now), order_id, kind.value),
    )


def forget(unit: Unit, order_id: str, kind: NoticeKind) -> None:
    """Forget a notice whose time is over."""
    unit.execute(
        "DELETE FROM order_notices WHERE order_id = ? AND kind = ?", (order_id, kind.value)
    )


def _notice(row: sqlite3.Row) -> Notice:
    return Notice(
        order_id=row["order_id"],
        kind=NoticeKind(row["kind"]),
        notice_class=NoticeClass(row["notice_class"]),
        made_at=times.parse(row["made_at"]),
        good_until=times.parse(row["good_until"]),
        sent_at=times.parse(row["sent_at"]) if row["sent_at"] else None,
    )
