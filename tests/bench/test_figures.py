"""A figure says whether it holds, and its line is what `make bench` promises."""

import json
import socket
import threading

import pytest

from tests.bench import figure, shape
from tests.bench.counting import Counter


@pytest.mark.parametrize(("figures", "holds"), [
    (figure.within("x", 3.0, "ms", floor=1.0, times=3), True),
    (figure.within("x", 3.1, "ms", floor=1.0, times=3), False),
    (figure.at_most("x", 0.0, "bytes", floor=0.0, most=0), True),
    (figure.at_most("x", 91.0, "MB", floor=11.0, most=90), False),
    (figure.at_least("x", 15_000.0, "events/s", floor=26_000.0, least=15_000), True),
    (figure.at_least("x", 14_999.0, "events/s", floor=26_000.0, least=15_000), False),
])  # fmt: skip
def test_a_figure_holds_up_to_its_limit_and_not_beyond(figures, holds):
    """The limit itself is still good."""
    assert figures.ok is holds


def test_a_line_has_the_promised_fields():
    """One JSON object on one line."""
    line = figure.within("accept", 2.0, "ms", floor=1.0, times=3).line()
    assert list(json.loads(line)) == ["name", "value", "unit", "floor", "ratio", "hold", "ok"]
    assert "\n" not in line


def test_the_measured_events_are_the_same_every_time():
    """A figure of today can be compared with one of next month."""
    assert list(shape.bodies(50)) == list(shape.bodies(50))


def test_the_counter_counts_both_ways():
    """Three bytes there, five back."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        Counter(server.getsockname()[1]) as counter,
    ):

        def answer():
            with server.accept()[0] as peer:
                peer.recv(3)
                peer.sendall(b"world")

        threading.Thread(target=answer, daemon=True).start()
        with socket.create_connection(("127.0.0.1", counter.port), timeout=5) as near:
            near.sendall(b"abc")
            assert near.makefile("rb").read() == b"world"
        assert counter.bytes == 8
