"""What customers saw, and what they said to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit


def save_decision(
    unit: Unit, order_id: str, shown: list[dict[str, Any]], declined: dict[str, int]
) -> None:
    """Keep what was shown beside an order and why, and how often each gate declined."""
    unit.execute(
        "INSERT OR REPLACE INTO offer_decisions VALUES (?, ?, ?, ?)",
        (
            order_id,
            times.text(unit.now),
            msgspec.json.encode(shown).decode(),
            msgspec.json.encode(declined).decode(),
        ),
    )


def decisions(rows: Rows, order_id: str) -> list[dict[str, Any]]:
    """What was decided for an order, oldest first."""
    found = rows.rows(
        "SELECT * FROM offer_decisions WHERE order_id = ? ORDER BY decided_at", (order_id,)
    )
    return [
        {
            "decided_at": row["decided_at"],
            "shown": msgspec.json.decode(row["shown"]),
            "declined": msgspec.json.decode(row["declined"]),
        }
        for row in found
    ]


def offers_seen(rows: Rows, order_id: str) -> frozenset[str]:
    """The offers that stood beside an order when it was last decided; nothing at first."""
    row = rows.row(
        "SELECT shown FROM offer_decisions WHERE order_id = ? ORDER BY decided_at DESC LIMIT 1",
        (order_id,),
    )
    shown = msgspec.json.decode(row["shown"]) if row else []
    return frozenset(each["offer_id"] for each in shown)


def times_shown(rows: Rows, since: datetime) -> dict[str, int]:
    """Offer id -> beside how many orders it stood since then."""
    found = rows.rows(
        """SELECT json_extract(s.value, '$.offer_id') AS offer_id, count(DISTINCT d.order_id) AS n
           FROM offer_decisions d, json_each(d.shown) s WHERE d.decided_at >= ? GROUP BY 1""",
        (times.text(since),),
    )
    return {row["offer_id"]: row["n"] for row in found}


def times_added(rows: Rows, since: datetime) -> dict[str, int]:
    """Offer id -> to how many orders it was added since then."""
    found = rows.rows(
        """SELECT offer_id, count(DISTINCT order_id) AS n FROM redemptions
           WHERE order_id != '' AND redeemed_at >= ? AND released_at IS NULL GROUP BY 1""",
        (times.text(since),),
    )
    return {row["offer_id"]: row["n"] for row in found}


def put_off(unit: Unit, order_id: str, offer_id: str) -> bool:
    """Remember a "not now"; False when it was said before."""
    said = unit.execute(
        "INSERT OR IGNORE INTO offers_put_off VALUES (?, ?, ?)",
        (order_id, offer_id, times.text(unit.now)),
    )
    return said.rowcount == 1


def put_off_for(rows: Rows, order_id: str) -> frozenset[str]:
    """The offers that got a "not now" beside this order."""
    found = rows.rows("SELECT offer_id FROM offers_put_off WHERE order_id = ?", (order_id,))
    return frozenset(row["offer_id"] for row in found)


def stop_kind(unit: Unit, customer_key: str, kind: str) -> bool:
    """Remember that a customer wants no more of a kind; False when they had said so."""
    said = unit.execute(
        "INSERT OR IGNORE INTO stopped_kinds VALUES (?, ?, ?)",
        (customer_key, kind, times.text(unit.now)),
    )
    return said.rowcount == 1


def stopped_kinds(rows: Rows, customer_key: str) -> frozenset[str]:
    """The kinds that a customer stopped."""
    found = rows.rows("SELECT kind FROM stopped_kinds WHERE customer_key = ?", (customer_key,))
    return frozenset(row["kind"] for row in found)
