"""How this store is, for HQ's page about stores: nothing of customers, nothing that is not shown there."""

from __future__ import annotations

import shutil
import sqlite3
from importlib.metadata import version

from edge.base import timers
from edge.base.edge import Edge
from sync.agent.line import Line, LineStatus
from sync.protocol.wire import StoreHealth

BACKUP_JOB = "backup"


def look(edge: Edge) -> StoreHealth:
    """As things are now."""
    with edge.read() as reader:
        backup = timers.last_done(reader, BACKUP_JOB)
    line = _line(edge)
    disk = shutil.disk_usage(edge.home)
    return StoreHealth(
        at=edge.clock.now().isoformat(),
        last_seq=edge.log.events_of_epoch,
        version=version("store-edge"),
        sqlite=sqlite3.sqlite_version,
        clock=edge.log.clock_state,
        line_up=line.is_up if line and line.has_front_door else None,
        line_seconds=round(line.for_seconds, 1) if line else 0.0,
        disk_free=round(disk.free / disk.total, 3),
        backup_at=backup.at.isoformat() if backup else "",
        backup_said=backup.note[:120] if backup else "",
    )


def _line(edge: Edge) -> LineStatus | None:
    """The line to the front door; None while the store is only being opened."""
    try:
        return edge.part(Line).status()
    except KeyError:
        return None
