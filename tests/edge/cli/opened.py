"""A store as an installer has it: set up by the command line, with a trial certificate, serving as a process."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from click.testing import CliRunner, Result

from edge.cli import main

HARBOUR = (
    *("--store-id", "harbour-lane", "--code", "HL", "--name", "Harbour Lane"),
    *("--public-host", "harbour-lane.localhost"),
)
SETTINGS = """
port = 0
https_port = 0
https_bind = "127.0.0.1"
certificate_file = "tls/certificate.pem"
key_file = "tls/key.pem"
log_file = "log/store.log"
"""


def store_edge(home: Path, *words: str, given: str = "") -> Result:
    """Run `store-edge` on a folder, in this process."""
    return CliRunner().invoke(main, [*words, "--home", str(home)], input=given)


def set_up(home: Path, *words: str) -> Path:
    """A store in `home`, which says who it is."""
    made = store_edge(home, "init", *HARBOUR, *words)
    assert made.exit_code == 0, made.output
    return home


@dataclass
class Opened:
    """A running store process and where it answers."""

    home: Path
    url: str
    https: str
    process: subprocess.Popen[str]
    init_system: socket.socket

    @property
    def ca(self) -> str:
        """The authority that a phone is told to trust."""
        return str(self.home / "tls" / "ca.pem")


@contextmanager
def serving(home: Path) -> Iterator[Opened]:
    """`store-edge serve` on this folder until the end of the block."""
    (home / "store-edge.toml").write_text(SETTINGS)
    init_system = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    init_system.bind(str(home / "notify.sock"))
    init_system.settimeout(30)
    told = {
        "PYTHONUNBUFFERED": "1",
        "STORE_EDGE_COOKIES_SECURE": "false",
        "NOTIFY_SOCKET": str(home / "notify.sock"),
        "WATCHDOG_USEC": "5000000",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "edge", "serve", "--home", str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **told},
    )
    try:
        said = [process.stdout.readline() for _ in range(2)]
        urls = [re.search(r"(https?://127\.0\.0\.1:\d+)/", line)[1] for line in said]
        # The port listens a moment before the store behind it is open.
        assert requests.get(f"{urls[0]}/healthz", timeout=60).ok
        yield Opened(home, urls[0], urls[1], process, init_system)
    finally:
        init_system.close()
        process.terminate()
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
