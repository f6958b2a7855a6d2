"""A process that has loaded everything and becomes a service by forking: a start without the second of imports.

What is forked is what would have been started: it opens the folder, checks the tables, listens, and can be killed.
How long a start takes is measured on starts without this.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

_CODE = """
import faulthandler, json, os, signal, sys
import edge.app, edge.cli.commands, edge.cli.server, edge.cli.hq_server, edge.cli.hq, edge.cli.serve
import requests, sync.hq.app.service
from edge.cli import main
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("warm", flush=True)
for line in sys.stdin:
    told = json.loads(line)
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        log = os.open(told["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.update(told["environment"])
        faulthandler.enable()
        sys.argv = ["store-edge", *told["words"]]
        main()
        os._exit(0)
    print(pid, flush=True)
"""


class Forked:
    """A service that was forked; it answers to the same calls as a process that was started."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it lives."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return -1
        return None

    def terminate(self) -> None:
        """End it politely."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self, timeout: float = 15) -> None:
        """Wait for its end."""
        end = time.monotonic() + timeout
        while self.poll() is None:
            assert time.monotonic() < end, "it did not end"
            time.sleep(0.002)


class Warm:
    """Forks services on request; one for both sides."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._said() == "warm"

    def start(self, words: list[str], environment: Mapping[str, str], log: Path) -> Forked:
        """A service with these words and variables."""
        asked = {"words": words, "environment": dict(environment), "log": str(log)}
        with self._guard:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            return Forked(int(self._said()))

    def close(self) -> None:
        """No more services; those that run are ended by whoever started them."""
        self._process.communicate()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
