"""HQ's backups: made and proved, told to the stores as `safe_through`, and put back as another generation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.hq.app.create import open_hq
from sync.hq.base import backups, facts, feed, sqlite
from sync.hq.base.backups import Backup, NoBackup
from sync.hq.base.hq import Hq
from sync.hq.base.lock import FolderLock
from sync.hq.base.rows import Unit
from sync.hq.offers import store as offers
from sync.hq.products import store as products
from sync.hq.profiles import store as profiles
from sync.hq.settings import Settings
from sync.hq.stores.rules import Epoch
from sync.hq.stores.store import log, registry

_ELSEWHERE = "HQ's database is on a PostgreSQL server; back it up with that server's tools (pg_basebackup, WAL archive)"


def back_up(hq: Hq, words: Any) -> dict[str, Any]:
    """Make a backup and prove it; only then may stores forget what it holds."""
    if hq.settings.database_url:
        raise NoBackup(problem=_ELSEWHERE)
    into = Path(str(words.get("into") or hq.home / backups.FOLDER))
    made = backups.make(hq.home, into, now=hq.clock.wall())
    backups.verify(made)
    with sqlite.copy(made.database) as reader:
        marks = log.proved(reader)
    confirm(hq, marks)
    return {"folder": str(made.folder), "events": sum(each.seq for each in marks)}


def confirm(hq: Hq, marks: list[Epoch]) -> None:
    """These events are in a backup that was proved."""
    hq.write(lambda unit: log.keep_safe(unit, marks))


def restore(settings: Settings, chosen: Backup, *, clock: Clock, ids: Ids) -> Path:
    """Put a backup in the place of HQ's files, and begin another generation; where the former files are."""
    if settings.database_url:
        raise NoBackup(problem=_ELSEWHERE)
    home = Path(settings.home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FolderLock(home)
    try:
        backups.verify(chosen)
        aside = backups.put_back(home, chosen, now=clock.wall())
        hq = open_hq(settings, clock=clock, ids=ids)
        try:
            hq.write(begin_again)
        finally:
            hq.database.close()
    finally:
        lock.release()
    return aside


def begin_again(unit: Unit) -> None:
    """HQ went back: stores read its feed anew, and what it owns is newer than what it said before and forgot."""
    by = facts.begin_generation(unit)
    feed.lift(unit, by)
    products.lift(unit, by)
    offers.lift(unit, by)
    registry.lift(unit, by)
    profiles.lift(unit, by)
    log.keep_safe(unit, log.proved(unit))
