"""Every check of the doctor has a fault planted that trips it, and says what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from edge.health.rules import (
    CHECKS,
    BackupSeen,
    BoxSeen,
    CertificateFileSeen,
    ClockSeen,
    DatabaseSeen,
    DrillSeen,
    Finding,
    JobSeen,
    Level,
    NightSeen,
    PrinterSeen,
    Seen,
    StoreSeen,
    SyncState,
    exit_code,
    judge,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
JOB = JobSeen(
    name="nightly",
    slot_at=NOW - timedelta(hours=5),
    next_at=NOW + timedelta(hours=19),
    done_slot_at=NOW - timedelta(hours=5),
    done_at=NOW - timedelta(hours=5),
)
SYNC = SyncState(
    enrolled_as="harbour-lane",
    hq_url="https://hq.example",
    state="up_to_date",
    is_up=True,
    seconds=1,
)
STORE = StoreSeen(
    running=True,
    up_seconds=3600.0,
    clock=ClockSeen(wall=NOW, state="synced", set_by_network=True),
    database=DatabaseSeen(sqlite="3.51.3", check="ok"),
    name="Harbour Lane",
    public_host="harbour-lane.example",
    has_pin=True,
    bays=2,
    managers=1,
    products=66,
    jobs=(JOB,),
    sync=SYNC,
    night=NightSeen("2026-11-22", is_equal=True),
    drill=DrillSeen(at=NOW - DAY, backup="0001"),
)
CERTIFICATE = CertificateFileSeen(
    file="tls/certificate.pem",
    names=("harbour-lane.example",),
    not_before=NOW - DAY,
    not_after=NOW + 90 * DAY,
    fits_key=True,
    covers_host=True,
)
BACKUP = BackupSeen(folder="backups", count=7, newest="0007", made_at=NOW - timedelta(hours=5))
BOX = BoxSeen(
    home="store",
    disk_free=20_000_000_000,
    disk_total=32_000_000_000,
    memory_free=2_000_000_000,
    memory_total=4_000_000_000,
    celsius=50.0,
    throttled=0,
    python="3.11.2",
    version="1",
    unlike_lock=(),
    backup=BACKUP,
    certificate=CERTIFICATE,
    printer=PrinterSeen("10.0.0.9:9100"),
)


def store(**changes) -> Seen:
    return Seen(store=replace(STORE, **changes), box=BOX)


def clock(**changes) -> Seen:
    return store(clock=replace(STORE.clock, **changes))


def file(**changes) -> Seen:
    return store(database=replace(STORE.database, **changes))


def sync(**changes) -> Seen:
    return store(sync=replace(SYNC, **changes))


def box(**changes) -> Seen:
    return Seen(store=STORE, box=replace(BOX, **changes))


def certificate(**changes) -> Seen:
    return box(certificate=replace(CERTIFICATE, **changes))


LATE_JOB = replace(JOB, done_slot_at=JOB.slot_at - DAY)
FAULTS = [
    ("service", Level.WARNING, store(running=False), "not running"),
    ("service", Level.BROKEN, file(writer_busy_seconds=None), "nothing can be saved"),
    ("service", Level.BROKEN, file(writer_busy_seconds=30.0), "nothing can be saved"),
    ("store", Level.BROKEN, store(name=""), "set up in store. If yours lies elsewhere"),
    ("store", Level.WARNING, store(managers=0), "no manager"),
    ("store", Level.WARNING, store(products=0), "no products"),
    ("pins", Level.OFF, store(has_pin=False), "No pin"),
    ("pins", Level.OFF, store(name="", has_pin=False), "No store"),
    ("settings", Level.BROKEN, box(settings_problem="Setting x is not known"), "Setting x"),
    ("settings", Level.WARNING, box(cookies_secure=False), "cookies_secure"),
    ("clock", Level.BROKEN, clock(wall=datetime(1970, 1, 1, tzinfo=UTC)), "nobody has set it"),
    ("clock", Level.WARNING, clock(newest_event_at=NOW + DAY), "later than that"),
    ("clock", Level.WARNING, clock(jumps=2, last_jump_seconds=-3600.0), "jumped 2 times"),
    ("clock", Level.WARNING, clock(state="unsynced"), "HQ says something else"),
    ("clock", Level.WARNING, clock(set_by_network=False), "not set by the network"),
    ("database", Level.BROKEN, file(check="row 3 missing from index"), "row 3 missing"),
    ("database", Level.BROKEN, file(problem="file is not a database"), "not a database"),
    ("database", Level.BROKEN, file(newer_migration="orders.later"), "newer version"),
    ("database", Level.WARNING, file(wal_bytes=100_000_000), "does not shrink"),
    ("sqlite", Level.FINE, file(sqlite="3.40.1"), "one writer"),
    ("disk", Level.BROKEN, box(disk_free=50_000_000), "refused"),
    ("disk", Level.WARNING, box(disk_free=500_000_000), "0.5 of 32.0 GB"),
    ("files", Level.BROKEN, box(open_to_others=("pepper",)), "may read pepper"),
    ("certificate", Level.OFF, box(certificate=None), "No HTTPS"),
    ("certificate", Level.WARNING, certificate(not_after=NOW + 9 * DAY), "ends in 9 days"),
    ("certificate", Level.BROKEN, certificate(not_after=NOW - DAY), "it ended"),
    ("certificate", Level.BROKEN, certificate(not_before=NOW + DAY), "it begins"),
    ("certificate", Level.BROKEN, certificate(fits_key=False), "does not belong to its key"),
    ("certificate", Level.BROKEN, certificate(covers_host=False), "not for harbour-lane.example"),
    ("certificate", Level.BROKEN, certificate(problem="No such file"), "No such file"),
    ("jobs", Level.OFF, store(running=False), "stopped"),
    ("jobs", Level.BROKEN, store(jobs=(LATE_JOB,)), "nightly"),
    ("jobs", Level.BROKEN, store(overdue_timers=3), "3 timers"),
    ("hq", Level.OFF, sync(enrolled_as=""), "No HQ"),
    ("hq", Level.OFF, sync(state=""), "while the service runs"),
    ("hq", Level.BROKEN, sync(state="forked", backlog=4), "4 events wait"),
    ("hq", Level.OFF, sync(is_up=False, seconds=60.0), "for 1 min"),
    ("hq", Level.WARNING, sync(is_up=False, seconds=7200.0), "for 120 min"),
    ("night", Level.OFF, sync(enrolled_as=""), "No HQ"),
    ("night", Level.OFF, store(night=None), "not been compared"),
    ("night", Level.WARNING, store(night=NightSeen("2026-11-22", is_equal=False)), "differ"),
    ("waiting", Level.WARNING, sync(unapplied=1, quarantined=2, failed=3), "2 of our events"),
    ("backup", Level.WARNING, box(backup=replace(BACKUP, made_at=None)), "No backup yet"),
    ("backup", Level.WARNING, box(backup=replace(BACKUP, made_at=NOW - 3 * DAY)), "is old"),
    ("backup", Level.FINE, box(backup=replace(BACKUP, on_same_disk=False)), "another disk"),
    ("drill", Level.OFF, store(drill=None), "No backup was tried"),
    ("drill", Level.BROKEN, store(drill=DrillSeen(at=NOW, backup="7", problem="Damaged.")), "Damaged"),
    ("drill", Level.WARNING, store(drill=DrillSeen(at=NOW - 20 * DAY, backup="7")), "2026-11-03"),
    ("history", Level.FINE, store(restored_from="0007"), "no other history"),
    ("history", Level.BROKEN, store(restored_from="7", sync=replace(SYNC, state="forked")), "stopped"),
    ("leftovers", Level.WARNING, box(set_aside=("before-restore-1",)), "before-restore-1"),
    ("printer", Level.OFF, box(printer=None), "No printer"),
    ("printer", Level.WARNING, box(printer=PrinterSeen("10.0.0.9:9100", "No route")), "No route"),
    ("memory", Level.WARNING, box(memory_free=10_000_000), "10 of 4000 MB"),
    ("power", Level.WARNING, box(throttled=0x50000), "too weak"),
    ("heat", Level.WARNING, box(celsius=78.0), "78"),
    ("heat", Level.BROKEN, box(celsius=85.0), "85"),
    ("heat", Level.FINE, box(celsius=None), "does not say"),
    ("versions", Level.WARNING, box(unlike_lock=("flask 2 (locked: 3)",)), "flask 2"),
    ("versions", Level.FINE, box(unlike_lock=None), "No lock file"),
]  # fmt: skip


def found(seen: Seen, check: str) -> Finding:
    return next(each for each in judge(seen) if each.check == check)


def test_a_store_that_is_well_has_nothing_to_do():
    """Not one finding that is not fine."""
    well = judge(Seen(store=STORE, box=BOX))
    assert [each for each in well if each.level is not Level.FINE or each.todo] == []
    assert exit_code(well) == 0


@pytest.mark.parametrize(("check", "level", "seen", "said"), FAULTS)
def test_a_planted_fault_is_found_and_named(check, level, seen, said):
    """At its level, in words; what is not well says what to do."""
    finding = found(seen, check)
    assert finding.level is level
    assert said in finding.said
    if level in {Level.WARNING, Level.BROKEN}:
        assert finding.todo
        assert exit_code(judge(seen)) >= (2 if level is Level.BROKEN else 1)


def test_every_check_has_a_planted_fault():
    """A check that nothing trips is a comment."""
    names = {each.check for each in judge(Seen(store=STORE, box=BOX))}
    assert names <= {check for check, *_ in FAULTS}
    assert len(names) == len(CHECKS)


def test_a_store_that_has_just_started_is_given_its_time():
    """What was missed is being done right now."""
    seen = store(jobs=(LATE_JOB,), overdue_timers=3, up_seconds=10.0)
    assert found(seen, "jobs").level is Level.FINE


def test_a_job_that_is_due_since_a_moment_only_is_not_late():
    """It may just be running."""
    fresh = replace(JOB, slot_at=NOW - timedelta(minutes=5), done_slot_at=JOB.slot_at - DAY)
    assert found(store(jobs=(fresh,)), "jobs").level is Level.FINE
