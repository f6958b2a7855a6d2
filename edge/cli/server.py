"""The store's web server: one gunicorn worker with threads, in this very process, beside its own watch.

One worker, because screens, writer and scheduler live in it; threads, because one slow read must stall nobody.
A second process that only watches costs 28 MB of a small machine, and the init system watches anyway.
"""

from __future__ import annotations

import copy
import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.sock import create_sockets
from gunicorn.systemd import sd_notify
from gunicorn.workers import gthread

from edge.base.gauges import Gauges
from edge.base.later import load_later
from edge.cli import tls
from edge.settings import Settings

STOP_SECONDS = 2
KEEP_ALIVE_SECONDS = 75
STUCK_SECONDS = 15.0


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Serves the store in `home` until told to stop."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self._home = home
        self._settings = settings
        self._store: Any = None
        super().__init__()

    def load_config(self) -> None:
        """See BaseApplication."""
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
            # Its warnings name the addresses of those who asked.
            "loglevel": "error",
        }
        _choose(self.cfg, chosen)

    def load(self) -> Any:
        """See BaseApplication."""
        # sqlite-utils loads numpy where it finds it (a developer's machine): 10 MB that no store needs.
        sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
        # Whom to talk to is known only once the store is up; until then these cost an eighth of a second.
        load_later("requests", "urllib3", "websocket", "simple_websocket")
        from edge.app import Store
        from edge.cli.commands import COMMANDS

        self._store = Store(self._home, COMMANDS)
        self._store.start()
        return self._store.app

    def run(self) -> None:
        """Serve until told to stop; what was accepted is finished."""
        log = Logger(self.cfg)
        secured = self._secured_config()
        listeners = _listen(self.cfg, log)
        over_tls = _listen(secured, log) if secured else []
        for listener in (*listeners, *over_tls):
            click.echo(f"store-edge: {listener}/board  (folder {self._home})")
        worker = _Alone(
            1, os.getppid(), [*listeners, *over_tls], self, STOP_SECONDS, self.cfg, log
        )
        worker.secured = {each.fileno(): secured for each in over_tls}
        worker.ready = lambda: self._begun(worker, log)
        try:
            worker.init_process()
        finally:
            sd_notify("STOPPING=1", log)
            if self._store is not None:
                self._store.stop()

    def _secured_config(self) -> Any:
        certificate = self._settings.path("certificate_file")
        if certificate is None:
            return None
        key = self._settings.path("key_file")
        secured = copy.deepcopy(self.cfg)
        bind = f"{self._settings.https_bind}:{self._settings.https_port}"
        loaded = tls.load(certificate, key)
        _choose(secured, {"bind": bind, **tls.gunicorn_settings(loaded, certificate)})
        return secured

    def _begun(self, worker: Any, log: Any) -> None:
        """Tell the init system that we serve, and go on telling it that we live."""
        self._store.edge.part(Gauges).give("http_requests", lambda: worker.nr)
        sd_notify("READY=1", log)
        if seconds := int(os.environ.get("WATCHDOG_USEC", "0")) / 2_000_000:
            watch = threading.Thread(target=self._watch, args=(seconds, log), daemon=True)
            watch.start()

    def _watch(self, seconds: float, log: Any) -> None:
        """Say that we live as long as the writer does: one that hangs is what a restart mends."""
        edge = self._store.edge
        while (busy := edge.writer_busy_seconds) is not None and busy < STUCK_SECONDS:
            sd_notify("WATCHDOG=1", log)
            edge.clock.sleep(seconds)


class _Alone(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """A worker without an arbiter above it, which speaks TLS on some of its listeners and not on others."""

    secured: dict[int, Any]
    ready: Any

    def is_parent_alive(self) -> bool:
        """Whoever started us may end; that is no reason to stop."""
        return True

    def run(self) -> None:
        """See ThreadWorker."""
        self.ready()
        super().run()

    def accept(self, listener: Any) -> None:
        """See ThreadWorker; each listener has its own way to speak."""
        try:
            client, address = listener.accept()
        except OSError:
            # Who knocked is gone again, or nobody is left to open for: the next look will say.
            return
        self.nr_conns += 1
        client.setblocking(True)
        spoken = self.secured.get(listener.fileno(), self.cfg)
        self.enqueue_req(gthread.TConn(spoken, client, address, listener.getsockname()))


def _choose(config: Any, chosen: dict[str, Any]) -> None:
    for name, value in chosen.items():
        if name in config.settings:
            config.set(name, value)


def _listen(config: Any, log: Any) -> list[Any]:
    """The listeners of a configuration; ClickException when the address or port cannot be had."""
    host, port = config.address[0]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        raise click.ClickException(
            f"Port {port} may be used by root and by the systemd unit only (store-edge init --systemd writes it). "
            "Or choose another one: https_port = 8443 in store-edge.toml."
        ) from None
    except OSError as problem:
        raise click.ClickException(
            f"{host}:{port} cannot be listened on: {problem.strerror}. Another program may use the port; "
            "choose another with the settings port or https_port."
        ) from None
    found: list[Any] = create_sockets(config, log)
    return found
