"""What is remembered of consents: grow-only sets, the texts, and which grants stand. All SQL of this feature."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.consents.rules import Notice, Purpose
from edge.consents.rules.receipt import Kept, State
from edge.consents.store.tables import migrations as migrations
from sync.core.merge.consent import Consent, Grant

NEVER = "9999-12-31T00:00:00.000000+00:00"


def allows(rows: Rows, purpose: Purpose, *, order_id: str, now: datetime) -> bool:
    """Whether a grant for this order stands now: one indexed read; unknown is no."""
    found = rows.row(
        "SELECT 1 FROM consent_standing WHERE order_id = ? AND purpose = ? AND expires_at > ? LIMIT 1",
        (order_id, purpose.value, times.text(now)),
    )
    return found is not None


def allows_person(rows: Rows, purpose: Purpose, *, customer_key: str, now: datetime) -> bool:
    """Whether a grant of this person stands that is bound to no order."""
    found = rows.row(
        """SELECT 1 FROM consent_standing
           WHERE customer_key = ? AND purpose = ? AND order_id = '' AND expires_at > ? LIMIT 1""",
        (customer_key, purpose.value, times.text(now)),
    )
    return found is not None


def stands(
    rows: Rows, purpose: Purpose, *, order_id: str, customer_key: str, now: datetime
) -> bool:
    """Whether a grant stands now, for this order or for its person whatever the order."""
    return allows(rows, purpose, order_id=order_id, now=now) or allows_person(
        rows, purpose, customer_key=customer_key, now=now
    )


def known(rows: Rows, customer_key: str, purpose: str) -> Consent:
    """Both sets of one person and purpose."""
    grants = rows.rows(
        "SELECT * FROM consent_grants WHERE customer_key = ? AND purpose = ? ORDER BY grant_id",
        (customer_key, purpose),
    )
    return Consent(
        grants=tuple(map(_grant, grants)), withdrawals=withdrawals(rows, customer_key, purpose)
    )


def withdrawals(
    rows: Rows, customer_key: str, purpose: str, *, up_to: int | None = None
) -> tuple[str, ...]:
    """Ids of the withdrawals, all or those known by a number, in order of id."""
    found = rows.rows(
        """SELECT withdrawal_id FROM consent_withdrawals
           WHERE customer_key = ? AND purpose = ? AND n <= ? ORDER BY withdrawal_id""",
        (customer_key, purpose, 1 << 62 if up_to is None else up_to),
    )
    return tuple(row["withdrawal_id"] for row in found)


def newest_withdrawal(rows: Rows, customer_key: str, purpose: str) -> int:
    """The number of the newest withdrawal known; 0 for none."""
    row = rows.row(
        "SELECT MAX(n) AS n FROM consent_withdrawals WHERE customer_key = ? AND purpose = ?",
        (customer_key, purpose),
    )
    return int(row["n"] or 0) if row else 0


def add_grant(unit: Unit, kept: Kept, seen: Sequence[str]) -> None:
    """Remember a grant; known ones stay as they are."""
    unit.execute(
        "INSERT OR IGNORE INTO consent_grants VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            kept.grant_id,
            kept.customer_key,
            kept.purpose.value,
            kept.order_id,
            times.text(kept.granted_at),
            times.text(kept.expires_at) if kept.expires_at else None,
            kept.notice_version,
            msgspec.json.encode(list(seen)).decode(),
            kept.notice_hash,
            kept.lang,
            kept.value_offer,
            kept.served_id,
            kept.how,
        ),
    )


def add_foreign_grant(unit: Unit, grant: Grant, *, customer_key: str, purpose: str) -> None:
    """Remember a grant made elsewhere: the text itself is kept where it was shown."""
    unit.execute(
        "INSERT OR IGNORE INTO consent_grants VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '', 'hq')",
        (
            grant.grant_id,
            customer_key,
            purpose,
            grant.order_id,
            times.text(grant.granted_at),
            times.text(grant.expires_at) if grant.expires_at else None,
            grant.notice_version,
            msgspec.json.encode(list(grant.seen)).decode(),
        ),
    )


def add_withdrawal(
    unit: Unit, withdrawal_id: str, *, customer_key: str, purpose: str, how: str
) -> bool:
    """Remember a withdrawal; False if it was known."""
    done = unit.execute(
        """INSERT OR IGNORE INTO consent_withdrawals (withdrawal_id, customer_key, purpose, how, at)
           VALUES (?, ?, ?, ?, ?)""",
        (withdrawal_id, customer_key, purpose, how, times.text(unit.now)),
    )
    return done.rowcount > 0


def add_refusal(unit: Unit, order_id: str, purpose: Purpose) -> None:
    """Remember a "no", so that nobody asks twice."""
    unit.execute(
        "INSERT OR IGNORE INTO consent_refusals VALUES (?, ?, ?)",
        (order_id, purpose.value, times.text(unit.now)),
    )


def was_refused(rows: Rows, order_id: str, purpose: Purpose) -> bool:
    """Whether the card was answered with "no" for this order."""
    found = rows.row(
        "SELECT 1 FROM consent_refusals WHERE order_id = ? AND purpose = ?",
        (order_id, purpose.value),
    )
    return found is not None


def end_for_order(unit: Unit, order_id: str) -> list[Purpose]:
    """Let all that was granted for one order end; returns what ended."""
    standing = unit.rows(
        "SELECT DISTINCT purpose FROM consent_standing WHERE order_id = ?", (order_id,)
    )
    ended = [Purpose(row["purpose"]) for row in standing]
    for purpose in ended:
        unit.execute(
            "INSERT OR IGNORE INTO consent_ended VALUES (?, ?, ?)",
            (order_id, purpose.value, times.text(unit.now)),
        )
    unit.execute("DELETE FROM consent_standing WHERE order_id = ?", (order_id,))
    return ended


def drop_lapsed(unit: Unit, order_id: str) -> datetime | None:
    """Forget what no longer stands of an order; returns when the next of what stands will end."""
    now = times.text(unit.now)
    unit.execute(
        """INSERT OR IGNORE INTO consent_lapsed
           SELECT grant_id, ? FROM consent_standing WHERE order_id = ? AND expires_at <= ?""",
        (now, order_id, now),
    )
    unit.execute(
        "DELETE FROM consent_standing WHERE order_id = ? AND expires_at <= ?", (order_id, now)
    )
    row = unit.row(
        "SELECT MIN(expires_at) AS next FROM consent_standing WHERE order_id = ? AND expires_at < ?",
        (order_id, NEVER),
    )
    return times.parse(row["next"]) if row and row["next"] else None


def keep_notice(unit: Unit, notice: Notice) -> None:
    """Keep the whole text under its hash, as proof of what was shown."""
    unit.execute(
        "INSERT OR IGNORE INTO consent_notices VALUES (?, ?, ?, ?, ?)",
        (
            notice.text_hash,
            notice.purpose.value,
            notice.version,
            notice.lang,
            msgspec.json.encode(notice).decode(),
        ),
    )


def settle(unit: Unit, customer_key: str, purpose: str) -> None:
    """Work out anew which grants stand: those that have seen every withdrawal, of orders not over."""
    _note_lapsed(unit, customer_key, purpose)
    both = known(unit, customer_key, purpose)
    taken_back = set(both.withdrawals)
    unit.execute(
        "DELETE FROM consent_standing WHERE customer_key = ? AND purpose = ?",
        (customer_key, purpose),
    )
    for grant in both.grants:
        if taken_back <= set(grant.seen) and not _has_ended(unit, grant, purpose):
            expires_at = times.text(grant.expires_at) if grant.expires_at else NEVER
            unit.execute(
                "INSERT INTO consent_standing VALUES (?, ?, ?, ?, ?)",
                (grant.order_id, purpose, customer_key, grant.grant_id, expires_at),
            )


def grant_of_served(rows: Rows, served_id: str) -> str | None:
    """The grant that an answer to this text made, if it did."""
    row = rows.row("SELECT grant_id FROM consent_grants WHERE served_id = ?", (served_id,))
    return str(row["grant_id"]) if row else None


def kept_for_order(rows: Rows, order_id: str, *, now: datetime) -> list[Kept]:
    """Every grant for an order with what became of it, newest first: what a receipt is made of."""
    found = rows.rows(
        """SELECT g.*, s.grant_id IS NOT NULL AS stands,
                  (e.at IS NOT NULL OR l.at IS NOT NULL) AS is_over
           FROM consent_grants g
           LEFT JOIN consent_standing s USING (order_id, purpose, grant_id)
           LEFT JOIN consent_ended e USING (order_id, purpose)
           LEFT JOIN consent_lapsed l USING (grant_id)
           WHERE g.order_id = ? ORDER BY g.granted_at DESC""",
        (order_id,),
    )
    return [_kept(row, now) for row in found]


class Counted(NamedTuple):
    """How often a purpose was said yes to, no to, and taken back here; and how many yeses stand now."""

    granted: int
    refused: int
    withdrawn: int
    standing: int


def counted(rows: Rows, now: datetime) -> dict[str, Counted]:
    """Purpose -> its numbers, without anybody's name or key."""
    questions = (
        "SELECT purpose, count(*) AS n FROM consent_grants GROUP BY 1",
        "SELECT purpose, count(*) AS n FROM consent_refusals GROUP BY 1",
        "SELECT purpose, count(*) AS n FROM consent_withdrawals GROUP BY 1",
        "SELECT purpose, count(DISTINCT grant_id) AS n FROM consent_standing WHERE expires_at > ? GROUP BY 1",
    )
    answers = [
        {
            row["purpose"]: int(row["n"])
            for row in rows.rows(each, (times.text(now),) * each.count("?"))
        }
        for each in questions
    ]
    purposes = {purpose for answer in answers for purpose in answer}
    return {each: Counted(*(answer.get(each, 0) for answer in answers)) for each in purposes}


def pairs(rows: Rows) -> Iterator[tuple[str, str]]:
    """Every person and purpose that anything is known of."""
    found = rows.rows(
        """SELECT customer_key, purpose FROM consent_grants
           UNION SELECT customer_key, purpose FROM consent_withdrawals ORDER BY 1, 2"""
    )
    return ((row["customer_key"], row["purpose"]) for row in found)


def digest_rows(rows: Rows) -> Iterable[tuple[str, list[object]]]:
    """What the nightly compares: per person and purpose, the ids on both sides of the account."""
    for customer_key, purpose in pairs(rows):
        both = known(rows, customer_key, purpose)
        grant_ids = [each.grant_id for each in both.grants]
        yield f"{customer_key}:{purpose}", [grant_ids, list(both.withdrawals)]


def _note_lapsed(unit: Unit, customer_key: str, purpose: str) -> None:
    """Write down which grants have run out by now, should their timer not have rung yet."""
    now = times.text(unit.now)
    unit.execute(
        """INSERT OR IGNORE INTO consent_lapsed SELECT grant_id, ? FROM consent_grants
           WHERE customer_key = ? AND purpose = ? AND expires_at <= ?""",
        (now, customer_key, purpose, now),
    )


def _has_ended(rows: Rows, grant: Grant, purpose: str) -> bool:
    """Its order is over, or its time was seen to run out."""
    found = rows.row(
        """SELECT 1 FROM consent_ended WHERE order_id = ? AND purpose = ?
           UNION ALL SELECT 1 FROM consent_lapsed WHERE grant_id = ? LIMIT 1""",
        (grant.order_id, purpose, grant.grant_id),
    )
    return found is not None


def _grant(row: sqlite3.Row) -> Grant:
    return Grant(
        grant_id=row["grant_id"],
        granted_at=times.parse(row["granted_at"]),
        expires_at=times.parse(row["expires_at"]) if row["expires_at"] else None,
        notice_version=row["notice_version"],
        order_id=row["order_id"],
        seen=tuple(msgspec.json.decode(row["seen"])),
    )


def _kept(row: sqlite3.Row, now: datetime) -> Kept:
    grant = _grant(row)
    over = row["is_over"] or (grant.expires_at is not None and grant.expires_at <= now)
    gone = State.EXPIRED if over else State.WITHDRAWN
    return Kept(
        grant_id=grant.grant_id,
        customer_key=row["customer_key"],
        purpose=Purpose(row["purpose"]),
        order_id=grant.order_id,
        granted_at=grant.granted_at,
        expires_at=grant.expires_at,
        notice_hash=row["notice_hash"],
        notice_version=grant.notice_version,
        lang=row["lang"],
        value_offer=row["value_offer"],
        served_id=row["served_id"],
        how=row["how"],
        state=State.GIVEN if row["stands"] and not over else gone,
    )
