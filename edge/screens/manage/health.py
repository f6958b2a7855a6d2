"""How the store's own machinery does, in one list: each row a word, a state, and where to look."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from edge.base import log as event_log
from edge.base import store_record, sync_store, timers
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.store_record import StoreRecord
from edge.base.sync_store import NightKept
from edge.base.uplink import SyncSeen, Uplink
from edge.locale import Words
from edge.screens.manage.frame import age, since
from edge.staff import store as staff
from edge.staff.memory import Presence
from edge.staff.rules import Device, Kind
from sync.core import hlc

OK, WARN, OFF = "ok", "warn", "off"
BACKLOG_IS_LONG = 500
NIGHT_IS_OLD_SECONDS = 36 * 3600.0
BACKUP_IS_OLD_SECONDS = 36 * 3600.0
LITTLE_DISK = 0.1
UNSEEN_SECONDS = 15 * 60.0


class Row(NamedTuple):
    """One line of the list; `href` leads to more, "" where there is no more."""

    icon: str
    name: str
    text: str
    state: str
    href: str = ""


class Difference(msgspec.Struct, frozen=True):
    """A row on which store and HQ did not agree."""

    table: str
    record_id: str
    what: str


class NightRead(msgspec.Struct, frozen=True, kw_only=True):
    """A night's report as this page reads it."""

    business_date: str
    seq: int
    position: int
    chain_equal: bool
    digests_equal: bool
    tables: dict[str, int]
    differences: list[Difference] = []
    at: datetime | None = None

    @property
    def is_equal(self) -> bool:
        """Store and HQ hold the same facts."""
        return self.chain_equal and self.digests_equal

    def differing(self, table: str) -> list[Difference]:
        """The differences in one table."""
        return [each for each in self.differences if each.table == table]


def read_night(kept: NightKept) -> NightRead:
    """A kept report, with the moment at which it was kept."""
    read = msgspec.json.decode(kept.report, type=NightRead)
    return msgspec.structs.replace(read, at=kept.at)


def newest_night(rows: Rows) -> NightRead | None:
    """The newest report there is."""
    kept = sync_store.nights(rows, limit=1)
    return read_night(kept[0]) if kept else None


def health(rows: Rows, edge: Edge, _: Words) -> list[Row]:
    """Every line, whatever its state; a problem is a line whose state is not "ok"."""
    explained = edge.part(Uplink).explained()
    now = edge.clock.now()
    lines: list[Row] = [*_line_rows(explained, _), *device_rows(rows, edge, _)]
    checks: Sequence[Callable[[Rows, Edge, Words, datetime], Row]] = (
        _clock,
        _storage,
        _backup,
        _stuck,
    )
    return [
        *lines,
        *(check(rows, edge, _, now) for check in checks),
        _night_row(rows, explained, _, now),
    ]


def _line_rows(seen: SyncSeen | None, _: Words) -> list[Row]:
    where = "/manage/sync"
    if seen is None or not seen.is_enrolled:
        return [Row("online", _("Way to HQ"), _("No HQ"), OFF, where)]
    heard = age(seen.seconds, _)
    up = Row(
        "online" if seen.is_up else "offline",
        _("Way to HQ"),
        _("Up, heard %(age)s", age=heard)
        if seen.is_up
        else _("Down, last heard %(age)s", age=heard),
        OK if seen.is_up else WARN,
        where,
    )
    waiting = (
        _.many("%(n)s event waits", "%(n)s events wait", seen.backlog)
        if seen.backlog
        else _("All sent")
    )
    is_good = not seen.problem and seen.backlog < BACKLOG_IS_LONG
    return [up, Row("sync", _("News for HQ"), waiting, OK if is_good else WARN, where)]


def device_rows(rows: Rows, edge: Edge, _: Words) -> list[Row]:
    """Each kind of device: how many of them showed life lately."""
    names = {
        Kind.BOARD: ("phone", _("Boards")),
        Kind.KIOSK: ("person", _("Kiosks")),
        Kind.DISPLAY: ("sun", _("Displays")),
        Kind.TILL: ("scan", _("Scanners, tills")),
        Kind.OTHER: ("phone", _("Other devices")),
    }
    found: list[Row] = []
    every = staff.devices(rows)
    for kind, (icon, name) in names.items():
        of_kind = [each for each in every if each.kind is kind]
        alive = [each for each in of_kind if (unseen(each, edge) or 0.0) < UNSEEN_SECONDS]
        if of_kind:
            text = _("%(n)s of %(all)s seen", n=len(alive), all=len(of_kind))
            state = OK if len(alive) == len(of_kind) else WARN
            found.append(Row(icon, name, text, state, "/manage/devices"))
    return found or [Row("phone", _("Devices"), _("None is paired"), WARN, "/manage/devices")]


def unseen(device: Device, edge: Edge) -> float | None:
    """Real seconds since a device last asked for something; None when it never did."""
    live = edge.part(Presence).device_seconds(device.device_id, edge.clock.monotonic())
    return live if live is not None else since(device.seen_at, edge.clock.wall())


def _clock(_rows: Rows, edge: Edge, _: Words, _now: datetime) -> Row:
    seen = edge.part(Uplink).explained()
    text, state = _("Not compared yet"), OFF
    if edge.log.clock_state == hlc.SYNCED:
        text, state = _("Agrees with HQ"), OK
    elif seen is not None and seen.seconds is not None:
        text, state = _("Far from HQ's clock"), WARN
    return Row("later", _("Clock"), text, state, "/manage/sync#clock")


def _storage(_rows: Rows, edge: Edge, _: Words, _now: datetime) -> Row:
    disk = shutil.disk_usage(edge.home)
    free = disk.free / disk.total
    text = _("%(n)s %% free", n=round(100 * free))
    return Row("card", _("Storage"), text, OK if free >= LITTLE_DISK else WARN)


def _backup(rows: Rows, _edge: Edge, _: Words, now: datetime) -> Row:
    done = timers.last_done(rows, "backup")
    if done is None:
        return Row("lock", _("Backup"), _("None yet"), OFF)
    seconds = since(done.at, now)
    state = OK if (seconds or 0.0) < BACKUP_IS_OLD_SECONDS else WARN
    return Row("lock", _("Backup"), age(seconds, _), state)


def _stuck(rows: Rows, _edge: Edge, _: Words, _now: datetime) -> Row:
    n = len(sync_store.unapplied(rows)) + len(event_log.failures(rows))
    if not n:
        return Row("check", _("Work that is stuck"), _("None"), OK, "/manage/sync#stuck")
    return Row("warn", _("Work that is stuck"), str(n), WARN, "/manage/sync#stuck")


def _night_row(rows: Rows, seen: SyncSeen | None, _: Words, now: datetime) -> Row:
    night = newest_night(rows)
    where = "/manage/sync#nights"
    if seen is None or not seen.is_enrolled:
        return Row("moon", _("Night"), _("No HQ"), OFF, where)
    if night is None:
        return Row("moon", _("Night"), _("None compared yet"), OFF, where)
    if not night.is_equal:
        return Row("moon", _("Night"), _("Store and HQ differ"), WARN, where)
    old = (since(night.at, now) or 0.0) > NIGHT_IS_OLD_SECONDS
    text = age(since(night.at, now), _)
    return Row("moon", _("Night"), text, WARN if old else OK, where)


def here(rows: Rows) -> StoreRecord:
    """The store's own record."""
    return store_record.load(rows)
