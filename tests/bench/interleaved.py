"""Floors and product in turns: a busy disk or a slow hour moves both."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.asking import Client
from tests.bench.processes import ROOT, free_port, running

ROUNDS = 20
EACH = 20


@contextmanager
def noop() -> Iterator[Client]:
    """A client of the server that does nothing."""
    port = free_port()
    with running(["tests/bench/floors/noop.py", str(port)], port):
        client = Client(port)
        yield client
        client.close()


def fdatasync(folder: Path) -> list[float]:
    """Milliseconds of making one page durable, on the disk of this folder."""
    words = [sys.executable, "tests/bench/floors/fdatasync.py", str(folder), str(EACH)]
    took: list[float] = json.loads(subprocess.check_output(words, cwd=ROOT))
    return took
