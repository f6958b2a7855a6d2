"""HQ as a process of its own: `python -m tests.bench.hq_server PORT HOME URL`."""

import sys
from typing import Any

from gunicorn.app.base import BaseApplication

from sync.doors.clock import SystemClock
from sync.doors.ids import SystemIds
from sync.hq.app import create_app
from sync.hq.settings import Settings


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """One gthread worker, as HQ runs over SQLite."""

    def load_config(self) -> None:
        """As the product runs it."""
        chosen = {"bind": f"127.0.0.1:{sys.argv[1]}", "worker_class": "gthread", "threads": 24, "keepalive": 75,
                  "loglevel": "warning", "control_socket_disable": True}  # fmt: skip
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in the worker."""
        settings = Settings(home=sys.argv[2], public_url=sys.argv[3])
        return create_app(settings, clock=SystemClock(), ids=SystemIds())


if __name__ == "__main__":
    Server().run()
