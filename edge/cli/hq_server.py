"""HQ under gunicorn: one worker with threads over SQLite, any number over PostgreSQL.

No preload: writer and connections belong to the process that uses them.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from sync.core.errors import Refusal
from sync.doors import control
from sync.doors.ids import SystemIds
from sync.hq.base.lock import FolderLock
from sync.hq.settings import Settings

STOP_SECONDS = 2
KEEP_ALIVE_SECONDS = 75
ALLOCATIONS_PER_COLLECTION = 20_000
# What gunicorn takes for "the application cannot be loaded": it stops instead of trying again for ever.
CANNOT_LOAD = 4


class OneWorkerOnly(Refusal):
    """SQLite has one writer, in one process."""

    code = "one_worker_only"
    status = 400
    sentence = "Over SQLite HQ runs with one worker. For {workers} workers name a PostgreSQL in database_url."


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._service: Any = None
        self._start = SystemIds().token()
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"{self._settings.bind}:{self._settings.port}",
            "workers": self._settings.workers,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "graceful_timeout": STOP_SECONDS,
            "keepalive": KEEP_ALIVE_SECONDS,
            "control_socket_disable": True,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "when_ready": lambda server: _say_where(server.LISTENERS),
            "worker_exit": lambda _server, _worker: self._stop(),
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        # Loaded in the worker only: the arbiter needs none of it and lives as long.
        from sync.hq.app.service import Service

        try:
            service = Service(
                self._settings, clock=control.clock_for(), ids=SystemIds(), start=self._start,
                is_locked=True,
            )  # fmt: skip
        except Refusal as refusal:
            print(f"hq: {refusal.message()}", file=sys.stderr, flush=True)
            sys.exit(CANNOT_LOAD)
        self._service = service
        if service.setup_code:
            said = f"first start: {self._settings.public_url}/setup with code {service.setup_code}"
            print(said, file=sys.stderr, flush=True)
        # What start-up made lives as long as the process. Looked at again and again by the collector,
        # it made a batch of 2,000 events take nearly twice as long.
        gc.freeze()
        gc.set_threshold(ALLOCATIONS_PER_COLLECTION)
        return service.app

    def _stop(self) -> None:
        if self._service is not None:
            self._service.stop()


def _say_where(listeners: Any) -> None:
    print("hq:", *(str(each) for each in listeners), file=sys.stderr, flush=True)


def serve_forever(settings: Settings) -> None:
    """Serve until told to stop."""
    if settings.workers > 1 and not settings.database_url:
        raise OneWorkerOnly(workers=settings.workers)
    home = Path(settings.home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Held by this process and, through the fork, by its workers: one HQ a folder.
    lock = FolderLock(home)
    _Server(settings).run()
    lock.release()
