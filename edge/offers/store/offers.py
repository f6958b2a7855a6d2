"""Offers, and the version of the book they stand in."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.offers.rules import Offer, Wish, candidate
from edge.offers.rules.refusals import OfferUnknown
from sync.core.gates.facts import Candidate

_OFFERS = """SELECT o.*, (SELECT count(*) FROM redemptions r
                           WHERE r.offer_id = o.offer_id AND r.released_at IS NULL) AS used
             FROM offers o"""


def load(rows: Rows, offer_id: str) -> Offer:
    """One offer; OfferUnknown when there is none."""
    offer = find(rows, offer_id)
    if offer is None:
        raise OfferUnknown
    return offer


def find(rows: Rows, offer_id: str) -> Offer | None:
    """One offer, or None."""
    row = rows.row(f"{_OFFERS} WHERE o.offer_id = ?", (offer_id,))
    return _offer(row) if row else None


def load_all(rows: Rows, *, limit: int = 200) -> list[Offer]:
    """Every offer, the one that ends last first."""
    found = rows.rows(f"{_OFFERS} ORDER BY o.ends_at DESC, o.offer_id LIMIT ?", (limit,))
    return [_offer(row) for row in found]


def not_over(rows: Rows, now: datetime) -> list[Offer]:
    """Active offers whose end is still to come, the one that ends first first."""
    found = rows.rows(
        f"{_OFFERS} WHERE o.active = 1 AND o.ended_at IS NULL AND o.ends_at > ? ORDER BY o.ends_at, o.offer_id",
        (times.text(now),),
    )
    return [_offer(row) for row in found]


def on_offer(rows: Rows, now: datetime) -> list[Offer]:
    """What can be had now, the one that ends first first."""
    return [offer for offer in not_over(rows, now) if offer.is_on(now)]


def save(unit: Unit, offer: Offer) -> None:
    """Write an offer, new or changed."""
    wish = offer.wish
    unit.execute(
        """INSERT INTO offers (offer_id, owner, revision, active, ends_at, limit_count, doc, ended_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (offer_id) DO UPDATE SET owner = excluded.owner, revision = excluded.revision,
             active = excluded.active, ends_at = excluded.ends_at, limit_count = excluded.limit_count,
             doc = excluded.doc, ended_at = excluded.ended_at""",
        (
            offer.offer_id,
            offer.owner,
            offer.revision,
            int(wish.active),
            times.text(wish.ends_at),
            wish.limit,
            msgspec.json.encode(wish).decode(),
            times.text(offer.ended_at) if offer.ended_at else None,
        ),
    )
    turn_page(unit)


def book_version(rows: Rows) -> int:
    """A number that moves whenever an offer or what is left of it does."""
    row = rows.row("SELECT version FROM offer_book")
    return int(row["version"]) if row else 0


def candidates(rows: Rows, now: datetime) -> tuple[Candidate, ...]:
    """What the gates look at, for every offer that is not over."""
    return tuple(candidate(offer) for offer in not_over(rows, now))


def turn_page(unit: Unit) -> None:
    """Tell the readers that an offer, or what is left of it, is another now."""
    unit.execute("UPDATE offer_book SET version = version + 1")


def _offer(row: sqlite3.Row) -> Offer:
    return Offer(
        offer_id=row["offer_id"],
        owner=row["owner"],
        revision=row["revision"],
        wish=msgspec.json.decode(row["doc"], type=Wish),
        used=row["used"],
        ended_at=times.parse(row["ended_at"]) if row["ended_at"] else None,
    )
