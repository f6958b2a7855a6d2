"""Checks of the store itself: set up, its file, its jobs, HQ, the night, backups."""

from __future__ import annotations

from datetime import timedelta

from edge.health.rules.findings import Finding, broken, fine, off, warning
from edge.health.rules.seen import JobSeen, Seen

# The first version without the WAL-reset bug (sqlite.org, 3.51.3 of March 2026).
MENDED_SQLITE = (3, 51, 3)
WAL_LARGE_BYTES = 64_000_000
STUCK_SECONDS = 10.0
LATE = timedelta(hours=1)
# What was missed is done at the start, one after the other.
STARTING_SECONDS = 300.0
BACKUP_OLD = timedelta(hours=36)
DRILL_OLD = timedelta(days=10)
LONG_DOWN_SECONDS = 3600.0


def service(seen: Seen) -> Finding:
    """Whether the service runs and can write."""
    if not seen.store.running:
        return warning(
            "service",
            "The service is not running.",
            "systemctl start store-edge, or store-edge serve",
        )
    busy = seen.store.database.writer_busy_seconds
    if busy is None or busy > STUCK_SECONDS:
        return broken(
            "service", "The service runs, but its writer does not: nothing can be saved.",
            "systemctl restart store-edge, and look at the disk.",
        )  # fmt: skip
    return fine("service", "The service runs and can write.")


def set_up(seen: Seen) -> Finding:
    """Whether the store knows who it is and somebody can sign in."""
    store = seen.store
    if not store.name:
        return broken(
            "store",
            f"No store is set up in {seen.box.home}. If yours lies elsewhere: --home, or STORE_EDGE_HOME.",
            "store-edge init, or store-edge enrol CODE",
        )
    if not store.managers:
        return warning(
            "store",
            f"{store.name}: no manager can sign in.",
            "store-edge staff add NAME --role manager",
        )
    if not store.products:
        return warning(
            "store", f"{store.name}: no products.", "store-edge products import FILE.csv"
        )
    return fine("store", f"{store.name}, {store.public_host}, {store.products} products.")


def pins(seen: Seen) -> Finding:
    """Whether the store knows where it is."""
    if not seen.store.name:
        return off("pins", "No store, no pin.")
    if not seen.store.has_pin:
        return off(
            "pins", "No pin: arrivals are known by tap, bay and scan only, not by distance.",
            "store-edge init --change --pin NORTH,EAST (a store of a chain: at HQ)",
        )  # fmt: skip
    return fine("pins", f"The store's pin is known; bays: {seen.store.bays}.")


def sqlite(seen: Seen) -> Finding:
    """Which SQLite this is, and what that means."""
    told = seen.store.database.sqlite
    if tuple(int(part) for part in told.split(".")) >= MENDED_SQLITE:
        return fine("sqlite", f"SQLite {told}.")
    return fine(
        "sqlite", f"SQLite {told} can damage a file with two writers at once (mended in 3.51.3). "
        "This store has one writer, which also makes every checkpoint; open its file with nothing else.",
    )  # fmt: skip


def database(seen: Seen) -> Finding:
    """Whether the store's file is whole."""
    told = seen.store.database
    if told.problem or told.check not in {"ok", ""}:
        return broken(
            "database", f"The store's file is damaged: {told.problem or told.check}.",
            "Stop the service, then: store-edge restore. Keep the damaged file.",
        )  # fmt: skip
    if told.newer_migration:
        return broken(
            "database", f"The store's file was written by a newer version ({told.newer_migration}).",
            "Install that version again.",
        )  # fmt: skip
    if told.wal_bytes > WAL_LARGE_BYTES:
        return warning(
            "database", f"Its write-ahead log has {told.wal_bytes / 1e6:.0f} MB and does not shrink.",
            "Some program reads the file without end: end it, then restart the service.",
        )  # fmt: skip
    return fine(
        "database",
        f"Whole; {told.bytes / 1e6:.1f} MB and {told.wal_bytes / 1e6:.1f} MB write-ahead log.",
    )


def jobs(seen: Seen) -> Finding:
    """Whether what is due by the clock is done."""
    if not seen.store.running:
        return off(
            "jobs",
            "Nothing runs while the service is stopped; what is missed is done at the next start.",
        )
    if seen.store.up_seconds < STARTING_SECONDS:
        return fine("jobs", f"Just started; what was missed is being done. {_jobs(seen)}.")
    if late := [job.name for job in seen.store.jobs if _is_late(job, seen)]:
        return broken(
            "jobs",
            f"Not done in time: {', '.join(late)}.",
            "The log says why; restart the service.",
        )
    if seen.store.overdue_timers:
        return broken(
            "jobs", f"{seen.store.overdue_timers} timers are overdue: the scheduler sleeps.", "Restart the service.",
        )  # fmt: skip
    return fine("jobs", f"{_jobs(seen)}.")


def _is_late(job: JobSeen, seen: Seen) -> bool:
    done = job.done_slot_at is not None and job.done_slot_at >= job.slot_at
    return not done and seen.store.clock.wall - job.slot_at > LATE and bool(seen.store.name)


def _jobs(seen: Seen) -> str:
    told = sorted(seen.store.jobs, key=lambda job: job.next_at)
    return "; ".join(_job(job) for job in told) or "None"


def _job(job: JobSeen) -> str:
    last = f"last {job.done_at:%m-%d %H:%M}" if job.done_at else "not yet"
    return f"{job.name} next {job.next_at:%m-%d %H:%M} UTC, {last}"


def hq(seen: Seen) -> Finding:
    """How the store stands with HQ."""
    told = seen.store.sync
    if not told.enrolled_as:
        return off(
            "hq", "No HQ: no orders from web shops, no passes on the road, no nightly comparison.",
            "store-edge solo, or store-edge enrol CODE --hq URL",
        )  # fmt: skip
    waits = f"{told.backlog} events wait to be sent"
    if not told.state:
        return off(
            "hq",
            f"Enrolled as {told.enrolled_as} at {told.hq_url}; it syncs while the service runs.",
        )
    if told.state in {
        "forked",
        "refused",
        "epoch_closed",
        "gap_at_hq",
        "hq_is_newer",
        "event_too_large",
    }:
        return broken(
            "hq",
            f"{told.sentence} {waits}.",
            "Ring HQ; until then orders and handovers go on here.",
        )
    if not told.is_up:
        since = f" for {told.seconds / 60:.0f} min" if told.seconds is not None else ""
        level = warning if (told.seconds or LONG_DOWN_SECONDS) >= LONG_DOWN_SECONDS else off
        return level(
            "hq", f"HQ cannot be reached{since}; {waits}.", "Look at the router; nothing is lost."
        )
    return fine("hq", f"{told.sentence or 'HQ answers.'} {waits}.")


def waiting(seen: Seen) -> Finding:
    """Whether something could not be applied or followed up."""
    told = seen.store.sync
    parts = [
        (told.unapplied, "records from HQ could not be applied"),
        (told.quarantined, "of our events wait at HQ"),
        (told.failed, "reactions failed"),
    ]
    if said := ", ".join(f"{count} {what}" for count, what in parts if count):
        return warning("waiting", f"{said}.", "Update both ends; /manage shows each of them.")
    return fine("waiting", "Nothing waits that could not be dealt with.")


def night(seen: Seen) -> Finding:
    """Whether store and HQ hold the same facts."""
    if not seen.store.sync.enrolled_as:
        return off("night", "No HQ to compare with.")
    last = seen.store.night
    if last is None:
        return off("night", "Store and HQ have not been compared yet; they are tonight.")
    if not last.is_equal:
        return warning(
            "night",
            f"{last.business_date}: store and HQ differ.",
            "/manage names each row that differs.",
        )
    return fine("night", f"{last.business_date}: store and HQ hold the same facts.")


def backup(seen: Seen) -> Finding:
    """Whether there is a recent backup."""
    told, wall = seen.box.backup, seen.store.clock.wall
    if told.made_at is None:
        return warning(
            "backup", f"No backup yet; the first is made at {told.wanted_at}.", "store-edge backup"
        )
    said = f"{told.newest}, {told.count} kept in {told.folder}"
    if wall - told.made_at > BACKUP_OLD and seen.store.running:
        return warning(
            "backup", f"The newest is old: {said}.", "store-edge backup, and look at the log."
        )
    if told.on_same_disk:
        return fine(
            "backup",
            f"{said}, on the store's own disk: copy them elsewhere, or set backup_folder.",
        )
    return fine("backup", f"{said}, on another disk.")


def drill(seen: Seen) -> Finding:
    """Whether a backup was ever tried."""
    last = seen.store.drill
    if last is None:
        return off(
            "drill",
            "No backup was tried yet; the newest one is tried each night.",
            "store-edge backup drill",
        )
    if last.problem:
        return broken(
            "drill",
            last.problem,
            "Make a new backup and try it: store-edge backup, store-edge backup drill",
        )
    if seen.store.clock.wall - last.at > DRILL_OLD:
        return warning(
            "drill", f"The last one was on {last.at:%Y-%m-%d}.", "store-edge backup drill"
        )
    return fine("drill", f"{last.backup} was restored and proved on {last.at:%Y-%m-%d %H:%M} UTC.")


def restored(seen: Seen) -> Finding:
    """Whether this store came out of a backup."""
    if not (name := seen.store.restored_from):
        return fine("history", "This store was never restored.")
    if seen.store.sync.state == "forked":
        return broken(
            "history", f"Restored from {name}, and HQ knows what happened after it. Sync has stopped.",
            "Ring HQ: the two histories are never mixed by themselves. Orders and handovers go on.",
        )  # fmt: skip
    return fine("history", f"Restored from {name}; HQ knows no other history so far.")
