"""What a store does for itself each night: a backup, a drill of it, old logs away, its own certificate anew."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from edge.base import backup, logs
from edge.base.edge import Edge
from edge.settings import Settings
from sync.doors import control

# A backup of this very hour proves little; and a store that has just been started has other things to do.
FRESH = timedelta(hours=1)
DRILL_SECONDS = 1800


def backup_folder(settings: Settings) -> Path:
    """Where this store's backups lie."""
    return settings.path("backup_folder", backup.FOLDER) or Path()


def make_backup(edge: Edge) -> str:
    """The day's backup, unless nothing happened since the last one; older ones go."""
    folder = backup_folder(edge.settings)
    kept = backup.every(folder) if folder.exists() else []
    if kept and (kept[-1].manifest.seq, kept[-1].manifest.epoch) == (
        edge.log.durable_seq,
        edge.epoch,
    ):
        return f"nothing happened since {kept[-1].name}"
    made = backup.make(edge.home, folder, now=edge.clock.wall(), version=version("store-edge"))
    gone = backup.prune(folder, keep=edge.settings.backups_kept)
    return f"{made.name}: {made.manifest.seq} events, {made.size()} bytes; {len(gone)} old ones deleted"


def drill(edge: Edge) -> str:
    """Restore and prove the newest backup, in a process of its own: it is work, and screens wait for nobody."""
    kept = backup.every(backup_folder(edge.settings))
    if control.is_rehearsal() or not kept:
        return "no backup to try"
    if abs(edge.clock.wall() - kept[-1].manifest.made_at) < FRESH:
        return "the newest backup is too fresh to be tried"
    done = subprocess.run(
        ["nice", sys.executable, "-m", "edge", "backup", "drill", "--home", str(edge.home)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DRILL_SECONDS,
        check=False,
    )
    return (done.stdout if done.returncode == 0 else done.stderr).strip()[-200:]


def forget_logs(edge: Edge) -> str:
    """Rotated log files go after their days."""
    return f"{logs.forget_old(edge.settings, edge.clock)} log files deleted"


def renew_certificate(edge: Edge) -> str:
    """A certificate of the store's own authority is signed anew a month before its end."""
    if not (edge.home / "tls" / "ca-key.pem").exists():
        return "no authority of its own"
    from edge.base import certificates  # what it needs is large, and most stores never do

    renewed = certificates.renew_trial(edge.home, now=edge.clock.wall())
    return "renewed" if renewed else "nothing to renew"
