"""HQ and several front doors: who has a store is asked first, and one that is away holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sync.doors.clock import SystemClock
from sync.hq.app.poking import Poker

NOBODY = "http://127.0.0.1:1"


@contextmanager
def a_door(*, has_it: bool) -> Iterator[tuple[str, list[bytes]]]:
    """A front door that has every store, or none."""
    asked: list[bytes] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            body = b'{"poked":true}' if has_it else b'{"poked":false}'
            self.send_response(202)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_the_door_that_has_the_store_is_found_and_asked_first_from_then_on() -> None:
    """One door is away and one has it not: they are asked once."""
    with a_door(has_it=False) as (without, empty), a_door(has_it=True) as (has, asked):
        poker = Poker([NOBODY, without, has], SystemClock())
        for _ in range(3):
            poker.poke("harbour-lane")
            poker.finish()
    assert len(empty) == 1
    assert asked == [b'{"store_id": "harbour-lane"}'] * 3


def test_a_store_that_has_moved_is_found_again() -> None:
    """The door that had it says no: the others are asked."""
    with a_door(has_it=False) as (old, asked), a_door(has_it=True) as (new, found):
        poker = Poker([old, new], SystemClock())
        poker._had["harbour-lane"] = old
        poker.poke("harbour-lane")
        poker.finish()
    assert (len(asked), len(found)) == (1, 1)
