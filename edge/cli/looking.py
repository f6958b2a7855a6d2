"""What a doctor sees: the store through the running service or by itself, and the machine from outside."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import edge as package
from edge import jobs, settings
from edge.base import (
    backup,
    database,
    drill,
    facts,
    machine,
    restore,
    schema,
    store_record,
    sync_store,
    timers,
    upkeep,
)
from edge.base.edge import DATABASE_NAME, PEPPER_NAME, Edge
from edge.base.peek import peek
from edge.base.store_record import StoreUnknown
from edge.base.uplink import Uplink
from edge.health import store as health
from edge.health.rules import (
    BackupSeen,
    BoxSeen,
    CertificateFileSeen,
    ClockSeen,
    DatabaseSeen,
    DrillSeen,
    JobSeen,
    PrinterSeen,
    StoreSeen,
    SyncState,
)
from edge.jobs import Job, Schedule
from edge.products import store as products
from edge.settings import Settings
from edge.staff import store as staff
from edge.staff.rules import Role
from sync.agent.steps import SENTENCES, State
from sync.doors.clock import Clock

OVERDUE = timedelta(minutes=2)
LOCK_FILE = Path(package.__file__).parents[1] / "config" / "locks" / "runtime.txt"
_PRIVATE = (
    "",
    DATABASE_NAME,
    PEPPER_NAME,
    "store-key.pem",
    "tls",
    "tls/key.pem",
    "tls/ca-key.pem",
)


def running_store(edge: Edge) -> StoreSeen:
    """The store as its running service knows it."""
    schedule, uplink = edge.part(Schedule), edge.part(Uplink)
    told = uplink.explained()
    sync = SyncState()
    if told is not None and told.is_enrolled:
        sync = SyncState(
            state=told.state,
            sentence=SENTENCES[State(told.state)],
            is_up=told.is_up,
            seconds=told.seconds,
            backlog=told.backlog,
            quarantined=told.quarantined,
        )
    seen = ClockSeen(
        wall=edge.clock.wall(),
        state=edge.log.clock_state,
        jumps=len(schedule.jumps),
        last_jump_seconds=schedule.jumps[-1] if schedule.jumps else 0.0,
    )
    with edge.read() as reader:
        return _store(
            reader,
            edge.settings,
            StoreSeen(
                running=True,
                up_seconds=schedule.up_seconds,
                clock=seen,
                database=DatabaseSeen(
                    sqlite=sqlite3.sqlite_version, writer_busy_seconds=edge.writer_busy_seconds
                ),
                sync=sync,
                memory=machine.own_memory(),
            ),
            schedule.jobs,
        )


def stopped_store(home: Path, chosen: Settings, clock: Clock) -> StoreSeen:
    """The store as its files know it; nothing in them is changed."""
    seen = StoreSeen(
        running=False,
        clock=ClockSeen(wall=clock.wall()),
        database=DatabaseSeen(sqlite=sqlite3.sqlite_version),
    )
    if not (home / DATABASE_NAME).exists():
        return seen
    try:
        with peek(home) as reader:
            return _store(reader, chosen, seen, jobs.daily(chosen, lambda _: ""))
    except sqlite3.Error as problem:
        return replace(
            seen, database=DatabaseSeen(sqlite=sqlite3.sqlite_version, problem=str(problem))
        )


def box(home: Path, store: StoreSeen) -> BoxSeen:
    """The machine and the files; settings that cannot be read are a finding, not an end."""
    problem = ""
    chosen = Settings(home=str(home))
    try:
        chosen = settings.load(home)
    except settings.WrongSetting as wrong:
        problem = wrong.message()
    there = home if home.exists() else home.absolute().parent
    usage, memory = shutil.disk_usage(there), machine.memory()
    key = chosen.key_file or "tls/key.pem"
    return BoxSeen(
        home=str(home),
        disk_free=usage.free,
        disk_total=usage.total,
        memory_free=memory.free,
        memory_total=memory.total,
        celsius=machine.celsius(),
        throttled=machine.throttled(),
        python=platform.python_version(),
        version=version("store-edge"),
        unlike_lock=machine.unlike_lock(LOCK_FILE),
        open_to_others=tuple(machine.open_to_others(home, {*_PRIVATE, key})),
        set_aside=tuple(sorted(each.name for each in home.glob("before-restore-*"))),
        cookies_secure=chosen.cookies_secure,
        backup=_backup(home, chosen),
        certificate=_certificate(chosen, store.public_host),
        printer=_printer(chosen),
        settings_problem=problem,
    )


def _store(
    rows: database.Rows, chosen: Settings, seen: StoreSeen, daily: Sequence[Job]
) -> StoreSeen:
    from edge.app import MIGRATIONS

    home = Path(chosen.home)
    now = seen.clock.wall
    who = _who(rows)
    told = drill.last(rows)
    unapplied, failed = health.waiting(rows)
    came_from = restore.restored(rows)
    return replace(
        seen,
        **who,
        clock=replace(
            seen.clock,
            newest_event_at=health.newest_event_at(rows),
            set_by_network=machine.clock_set_by_network(),
        ),
        database=health.database(
            rows,
            home / DATABASE_NAME,
            known=schema.known((schema.migrations, *MIGRATIONS)),
            busy=seen.database.writer_busy_seconds,
        ),
        jobs=_jobs(rows, daily, now),
        overdue_timers=health.overdue(rows, now - OVERDUE),
        sync=replace(
            seen.sync,
            enrolled_as=sync_store.enrolled_as(rows),
            hq_url=chosen.hq_url or facts.get(rows, "hq_url") or "",
            unapplied=unapplied,
            failed=failed,
        ),
        night=health.night(rows),
        drill=DrillSeen(at=told.at, backup=told.backup, problem=told.problem) if told else None,
        restored_from=came_from[0] if came_from else "",
    )


def _who(rows: database.Rows) -> dict[str, Any]:
    with suppress(StoreUnknown):
        record = store_record.load(rows)
        return {
            "name": record.name,
            "public_host": record.public_host,
            "has_pin": (record.north, record.east) != (0.0, 0.0),
            "bays": len(record.bays),
            "managers": sum(
                each.role is Role.MANAGER and each.is_active for each in staff.people(rows)
            ),
            "products": len(products.all_skus(rows)),
        }
    return {}


def _jobs(rows: database.Rows, daily: Sequence[Job], now: datetime) -> tuple[JobSeen, ...]:
    try:
        zone = store_record.load(rows).zone
    except StoreUnknown:
        return ()
    found = []
    for job in daily:
        last = timers.last_done(rows, job.name)
        found.append(
            JobSeen(
                name=job.name,
                slot_at=jobs.slot_before(now, job.at, zone),
                next_at=jobs.slot_before(now + timedelta(days=1), job.at, zone),
                done_slot_at=datetime.fromisoformat(last.slot) if last else None,
                done_at=last.at if last else None,
                note=last.note if last else "",
            )
        )
    return tuple(found)


def _backup(home: Path, chosen: Settings) -> BackupSeen:
    folder = upkeep.backup_folder(chosen)
    kept = backup.every(folder) if folder.exists() else []
    newest = kept[-1] if kept else None
    return BackupSeen(
        folder=str(folder),
        count=len(kept),
        newest=newest.name if newest else "",
        made_at=newest.manifest.made_at if newest else None,
        on_same_disk=not folder.exists() or folder.stat().st_dev == home.stat().st_dev,
        wanted_at=chosen.backup_at,
    )


def _certificate(chosen: Settings, host: str) -> CertificateFileSeen | None:
    file, key = chosen.path("certificate_file"), chosen.path("key_file")
    if file is None:
        return None
    from edge.base import certificates  # large, and the running service never looks at it

    try:
        seen = certificates.read(file, key)
    except (OSError, ValueError, TypeError) as problem:
        return CertificateFileSeen(file=str(file), problem=str(problem))
    return CertificateFileSeen(
        file=str(file),
        names=seen.names,
        not_before=seen.not_before,
        not_after=seen.not_after,
        fits_key=seen.fits_key,
        covers_host=certificates.covers(seen.names, host.rsplit(":", 1)[0]),
        is_trial="trial authority" in seen.issuer,
    )


def _printer(chosen: Settings) -> PrinterSeen | None:
    if not chosen.printer:
        return None
    return PrinterSeen(chosen.printer, machine.answers(chosen.printer))
