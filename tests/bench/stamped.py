"""The product's command line, whose commits note their instant. `python -m tests.bench.stamped FILE WORDS`.

The instant is perf_counter's, which is one clock for all processes of a machine. Each line: newest seq, instant.
"""

import os
import sys
import time

from edge.base.log import LogHead
from edge.cli import main


def stamp_commits(path: str) -> None:
    """Note every commit, before anybody hears of it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    committed = LogHead.committed

    def noting(self: LogHead) -> None:
        at = time.perf_counter()
        committed(self)
        os.write(handle, f"{self.durable_seq} {at}\n".encode())

    LogHead.committed = noting  # type: ignore[method-assign]


if __name__ == "__main__":
    stamp_commits(sys.argv.pop(1))
    main(prog_name="store-edge")
