"""`store-edge serve`: the store service, as one gunicorn worker with threads.

One worker, because screens, writer and scheduler live in it; threads, because one slow read must stall nobody.
The worker runs in this very process: a second one that only watches costs 28 MB of a small machine, and the
init system watches anyway (`Restart=always`).
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.sock import create_sockets
from gunicorn.workers.gthread import ThreadWorker

from edge import settings as settings_module
from edge.cli.service import home_option
from edge.settings import Settings
from sync.core.errors import Refusal

STOP_SECONDS = 2
KEEP_ALIVE_SECONDS = 75


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, home: Path, settings: Settings) -> None:
        self._home = home
        self._settings = settings
        self._store: Any = None
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"{self._settings.bind}:{self._settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "graceful_timeout": STOP_SECONDS,
            "keepalive": KEEP_ALIVE_SECONDS,
            "control_socket_disable": True,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        # sqlite-utils loads numpy where it finds it (a developer's machine): 10 MB that no store needs.
        sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
        from edge.app import Store
        from edge.cli.commands import COMMANDS

        self._store = Store(self._home, COMMANDS)
        self._store.start()
        return self._store.app

    def run(self) -> None:
        """Serve until told to stop; what was accepted is finished."""
        log = Logger(self.cfg)
        sockets = create_sockets(self.cfg, log)
        try:
            _Alone(1, os.getppid(), sockets, self, STOP_SECONDS, self.cfg, log).init_process()
        finally:
            if self._store is not None:
                self._store.stop()


class _Alone(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """A worker without an arbiter above it."""

    def is_parent_alive(self) -> bool:
        """Whoever started us may end; that is no reason to stop."""
        return True


@click.command()
@home_option
def command(home: Path) -> None:
    """Run the store service until it is stopped."""
    try:
        settings = settings_module.load(home)
        _must_be_free(home)
    except Refusal as refusal:
        raise click.ClickException(refusal.message()) from None
    logging.basicConfig(
        level=settings.log_level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    click.echo(f"store-edge: http://{settings.bind}:{settings.port}/board  (folder {home})")
    _Server(home, settings).run()


def _must_be_free(home: Path) -> None:
    """Say at once, not from a dying worker, that another store-edge has the folder."""
    from edge.base.lock import FolderLock

    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    FolderLock(home).release()
