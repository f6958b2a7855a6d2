"""The rehearsal's uplink, for tests that cut, freeze or slow a line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from edge.rehearsal.uplink import Uplink


@contextmanager
def uplink_to(port: int, host: str = "127.0.0.1") -> Iterator[Uplink]:
    """A running uplink to a local port: `.port`, `.cut()`, `.freeze()`, `.slow(seconds)`, `.mend()`."""
    uplink = Uplink(host, port)
    uplink.start()
    try:
        yield uplink
    finally:
        uplink.stop()
