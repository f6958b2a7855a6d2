"""Redemptions: who may have one is decided by the statement that writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.offers.rules import Redemption
from edge.offers.rules.refusals import UnknownCode
from edge.offers.store.offers import turn_page


def redeem(unit: Unit, redemption: Redemption, *, once_key: str) -> bool:
    """Take one of what is left: this one statement decides. False when nothing is, or the key has had its one."""
    taken = unit.execute(
        """INSERT INTO redemptions
             (redemption_id, offer_id, surface, spoken_code, price_minor, currency, redeemed_at,
              shopper_key, order_id, once_key)
           SELECT ?, o.offer_id, ?, ?, ?, ?, ?, ?, ?, ? FROM offers o
           WHERE o.offer_id = ?
             AND (o.limit_count IS NULL
                  OR (SELECT count(*) FROM redemptions r
                      WHERE r.offer_id = o.offer_id AND r.released_at IS NULL) < o.limit_count)
           ON CONFLICT (offer_id, once_key) DO NOTHING""",
        (
            redemption.redemption_id,
            redemption.surface,
            redemption.spoken_code,
            redemption.price_minor,
            redemption.currency,
            times.text(redemption.redeemed_at),
            redemption.shopper_key,
            redemption.order_id,
            once_key,
            redemption.offer_id,
        ),
    )
    turn_page(unit)
    return taken.rowcount == 1


def add_told_back(unit: Unit, told: Mapping[str, Any]) -> None:
    """Remember a redemption that HQ knows of and we had forgotten, or what became of it since."""
    released_at = told.get("released_at") or None
    unit.execute(
        """INSERT INTO redemptions
             (redemption_id, offer_id, surface, spoken_code, price_minor, currency, redeemed_at,
              shopper_key, order_id, honoured_at, released_at, once_key)
           VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?)
           ON CONFLICT (redemption_id) DO UPDATE SET
             honoured_at = COALESCE(honoured_at, excluded.honoured_at),
             released_at = COALESCE(released_at, excluded.released_at)""",
        (
            told["redemption_id"],
            told["offer_id"],
            told.get("surface", ""),
            f"lost-{told['redemption_id']}",
            told.get("price_minor", 0),
            told.get("currency", ""),
            told["redeemed_at"],
            told.get("order_id", ""),
            told.get("honoured_at") or None,
            released_at,
            told["redemption_id"],
        ),
    )
    turn_page(unit)


def redeemed_by(rows: Rows, shopper_key: str) -> frozenset[str]:
    """The offers that this shopper has redeemed here; nobody in particular has redeemed nothing."""
    if not shopper_key:
        return frozenset()
    found = rows.rows(
        "SELECT offer_id FROM redemptions WHERE shopper_key = ? AND released_at IS NULL",
        (shopper_key,),
    )
    return frozenset(row["offer_id"] for row in found)


def redemption_of(rows: Rows, offer_id: str, shopper_key: str) -> Redemption | None:
    """The newest redemption of an offer by a shopper, if there is one."""
    row = rows.row(
        """SELECT * FROM redemptions WHERE offer_id = ? AND shopper_key = ? AND shopper_key != ''
             AND released_at IS NULL ORDER BY redeemed_at DESC LIMIT 1""",
        (offer_id, shopper_key),
    )
    return _redemption(row) if row else None


def redemptions_with_order(rows: Rows, order_id: str) -> list[Redemption]:
    """What was added to an order, oldest first."""
    found = rows.rows(
        """SELECT * FROM redemptions WHERE order_id = ? AND order_id != '' AND released_at IS NULL
           ORDER BY redeemed_at""",
        (order_id,),
    )
    return [_redemption(row) for row in found]


def redemption_by_code(rows: Rows, spoken_code: str) -> Redemption:
    """What a spoken code stands for; UnknownCode when nobody was given it, or it was given back."""
    row = rows.row(
        "SELECT * FROM redemptions WHERE spoken_code = ? AND released_at IS NULL", (spoken_code,)
    )
    if row is None:
        raise UnknownCode
    return _redemption(row)


def is_spoken_code_free(rows: Rows, spoken_code: str) -> bool:
    """Whether nobody was given this code."""
    return rows.row("SELECT 1 FROM redemptions WHERE spoken_code = ?", (spoken_code,)) is None


def honour(unit: Unit, redemption_id: str) -> bool:
    """Note that the desk gave it out; False when it had done so before."""
    given = unit.execute(
        "UPDATE redemptions SET honoured_at = ? WHERE redemption_id = ? AND honoured_at IS NULL",
        (times.text(unit.now), redemption_id),
    )
    return given.rowcount == 1


def release(unit: Unit, redemption_id: str) -> bool:
    """Give one back: to what is left, and to the person who may have one. False once it was given out."""
    given_back = unit.execute(
        """UPDATE redemptions SET released_at = ?, once_key = redemption_id
           WHERE redemption_id = ? AND honoured_at IS NULL AND released_at IS NULL""",
        (times.text(unit.now), redemption_id),
    )
    turn_page(unit)
    return given_back.rowcount == 1


def redemptions_count(rows: Rows, since: datetime, until: datetime) -> int:
    """How many were redeemed from then until before then."""
    row = rows.row(
        "SELECT count(*) AS n FROM redemptions WHERE redeemed_at >= ? AND redeemed_at < ?"
        " AND released_at IS NULL",
        (times.text(since), times.text(until)),
    )
    return int(row["n"]) if row else 0


def _redemption(row: sqlite3.Row) -> Redemption:
    return Redemption(
        redemption_id=row["redemption_id"],
        offer_id=row["offer_id"],
        surface=row["surface"],
        spoken_code=row["spoken_code"],
        price_minor=row["price_minor"],
        currency=row["currency"],
        redeemed_at=times.parse(row["redeemed_at"]),
        shopper_key=row["shopper_key"],
        order_id=row["order_id"],
        honoured_at=times.parse(row["honoured_at"]) if row["honoured_at"] else None,
    )
