"""Who did what at HQ, and when: written in the transaction of the deed, never changed afterwards.

What is kept names people of HQ and things; nothing of customers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from sync.hq.base import times
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create, run

migrations = Migrations("audit")


class Doer(Protocol):
    """Who is signed in, or whoever runs a command."""

    @property
    def id(self) -> str:
        """By what they are known."""

    @property
    def name(self) -> str:
        """What they are called."""


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did. `what` is a word that pages translate, `about` names the thing."""

    at: datetime
    by_name: str
    what: str
    about: str
    detail: str


@migrations
def deeds(connection: Connection) -> None:
    """Ids are time-ordered, so the newest are found by their key."""
    create(
        connection,
        "deeds",
        "deed_id TEXT PRIMARY KEY, at TEXT NOT NULL, by_id TEXT NOT NULL, by_name TEXT NOT NULL,"
        " what TEXT NOT NULL, about TEXT NOT NULL, detail TEXT NOT NULL",
    )
    run(connection, "CREATE INDEX deeds_by_time ON deeds (at)")


def note(unit: Unit, by: Doer, what: str, about: str = "", *, detail: str = "") -> None:
    """Write one down; words that are too long are cut."""
    row = {
        "deed_id": unit.ids.uuid7(unit.now),
        "at": times.text(unit.now),
        "by_id": by.id,
        "by_name": by.name,
        "what": what,
        "about": about[:120],
        "detail": detail[:200],
    }
    unit.put("deeds", [row], key=("deed_id",))


def newest(reader: Reader, *, most: int, skip: int = 0) -> Sequence[Deed]:
    """The newest, of everybody."""
    rows = reader.rows(
        "SELECT * FROM deeds ORDER BY at DESC, deed_id DESC LIMIT :most OFFSET :skip",
        most=most,
        skip=skip,
    )
    return [
        Deed(
            at=times.parse(row["at"]),
            by_name=row["by_name"],
            what=row["what"],
            about=row["about"],
            detail=row["detail"],
        )
        for row in rows
    ]
