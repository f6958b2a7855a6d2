"""What the store's file says of its own health. Read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from edge.base import times
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.health.rules import DatabaseSeen, NightSeen

SQLITE = sqlite3.sqlite_version


def database(
    rows: Rows, file: Path, *, known: Collection[str], busy: float | None
) -> DatabaseSeen:
    """Sizes, SQLite's own quick_check, and whether a newer version wrote here. `busy` is the writer's."""
    check = rows.row("PRAGMA quick_check(1)")
    seen = {row["name"] for row in rows.rows(_MIGRATIONS)}
    wal = file.with_name(f"{file.name}-wal")
    return DatabaseSeen(
        sqlite=SQLITE,
        bytes=file.stat().st_size,
        wal_bytes=wal.stat().st_size if wal.exists() else 0,
        check=str(check[0]) if check else "nothing",
        newer_migration=min(seen - set(known), default=""),
        writer_busy_seconds=busy,
    )


def newest_event_at(rows: Rows) -> datetime | None:
    """When the last fact happened, by the clock of that time."""
    row = rows.row("SELECT at FROM events ORDER BY seq DESC LIMIT 1")
    return times.parse(row["at"]) if row else None


def overdue(rows: Rows, before: datetime) -> int:
    """How many timers should have rung before this."""
    row = rows.row("SELECT COUNT(*) AS n FROM timers WHERE due_at < ?", (times.text(before),))
    return int(row["n"]) if row else 0


def waiting(rows: Rows) -> tuple[int, int]:
    """Records from HQ that could not be applied, and reactions that failed."""
    row = rows.row(
        """SELECT (SELECT COUNT(*) FROM sync_unapplied) AS unapplied,
                  (SELECT COUNT(*) FROM failed_reactions) AS failed"""
    )
    return (row["unapplied"], row["failed"]) if row else (0, 0)


def night(rows: Rows) -> NightSeen | None:
    """The last comparison with HQ."""
    row = rows.row(
        "SELECT business_date, is_equal FROM nightly_reports ORDER BY business_date DESC LIMIT 1"
    )
    return NightSeen(row["business_date"], bool(row["is_equal"])) if row else None


_MIGRATIONS = "SELECT migration_set || '.' || name AS name FROM _sqlite_migrations"


def is_readable(edge: Edge) -> bool:
    """Whether the file answers at all."""
    try:
        with edge.read() as reader:
            return reader.row("SELECT MAX(seq) AS seq FROM events") is not None
    except sqlite3.Error:
        return False


def file_bytes(file: Path) -> tuple[int, int]:
    """Bytes of the database and of its write-ahead log."""
    wal = file.with_name(f"{file.name}-wal")
    return file.stat().st_size, wal.stat().st_size if wal.exists() else 0


def jobs_done(rows: Rows) -> dict[str, datetime]:
    """When each daily job was last done."""
    return {
        row["job"]: times.parse(row["at"]) for row in rows.rows("SELECT job, at FROM last_done")
    }
