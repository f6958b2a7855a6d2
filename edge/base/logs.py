"""Where the log goes: standard error for the init system, or a file that is rotated by size and age."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from logging.handlers import RotatingFileHandler
from pathlib import Path

from edge.settings import Settings
from sync.doors.clock import Clock

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
MOST_FILES = 20
_QUIET = ("apscheduler", "fontTools", "fpdf")


def set_up(settings: Settings) -> None:
    """Log as the settings say; nothing in the log may name a person, a token or a place."""
    file = settings.path("log_file")
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if file is not None:
        handler = _rotated(file, settings)
    logging.basicConfig(level=settings.log_level, format=FORMAT, handlers=[handler])
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def forget_old(settings: Settings, clock: Clock) -> int:
    """Delete rotated log files that are older than the settings allow; returns how many went."""
    file = settings.path("log_file")
    if file is None:
        return 0
    oldest = (clock.wall() - timedelta(days=settings.log_days)).timestamp()
    old = [each for each in file.parent.glob(f"{file.name}.*") if each.stat().st_mtime < oldest]
    for each in old:
        each.unlink(missing_ok=True)
    return len(old)


def _rotated(file: Path, settings: Settings) -> RotatingFileHandler:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = _Private(
        file, maxBytes=settings.log_megabytes * 1_000_000, backupCount=MOST_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter(FORMAT))
    return handler


class _Private(RotatingFileHandler):
    """Each new file belongs to the service's own user alone."""

    def _open(self):  # type: ignore[no-untyped-def]  # as in the standard library
        stream = super()._open()
        Path(self.baseFilename).chmod(0o600)
        return stream
