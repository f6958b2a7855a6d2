"""Sockets, over a real connection: strangers are refused before they cost a thread, and the cap counts the silent."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import websocket
from werkzeug.serving import make_server

from edge.app import SCREENS
from edge.live import Live
from tests.attack.edge_world import EdgeWorld


@pytest.fixture
def live(world: EdgeWorld) -> Iterator[Live]:
    made = Live(world.edge, SCREENS)
    yield made
    made.stop()


@pytest.fixture
def port(world: EdgeWorld, live: Live) -> Iterator[int]:
    live.install(world.app)
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def upgrade(
    port: int, *, origin: str | None, device: str = "", host: str = ""
) -> websocket.WebSocket:
    """Open a socket as a script or a browser would."""
    return websocket.create_connection(
        f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket",
        origin=origin,
        suppress_origin=origin is None,
        host=host or None,
        header=[f"Authorization: Bearer {device}"] if device else [],
        timeout=5,
    )


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, ""),
        ("null", ""),
        ("http://evil.example", ""),
        ("http://evil.example", "evil.example"),
        ("http://[", ""),
    ],
)
def test_a_foreign_page_gets_no_socket_even_on_a_paired_device(
    world: EdgeWorld, port: int, origin: str | None, host: str
) -> None:
    """No Origin, none that is ours, a rebound host."""
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        upgrade(port, origin=origin, host=host, device=world.device)
    assert refused.value.status_code == 403


def test_an_unpaired_device_gets_no_socket(world: EdgeWorld, port: int) -> None:
    """Refused before the upgrade; the paired one is the control."""
    own = f"http://127.0.0.1:{port}"
    for token in ("", "x" * 26, world.ana["pass_token"]):
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            upgrade(port, origin=own, device=token)
        assert refused.value.status_code == 403
    opened = upgrade(port, origin=own, device=world.device)
    assert opened.recv().startswith("0")
    opened.close()


def test_silent_sockets_count_towards_the_cap(
    world: EdgeWorld, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three that never say what they want fill a store that takes three."""
    monkeypatch.setattr(Live, "most", 3)
    own = f"http://127.0.0.1:{port}"
    held = [upgrade(port, origin=own, device=world.device) for _ in range(3)]
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        upgrade(port, origin=own, device=world.device)
    assert refused.value.status_code == 503
    for each in held:
        each.close()


def live_socket(port: int, device: str, after: int) -> websocket.WebSocket:
    """A board that has asked what it missed."""
    opened = upgrade(port, origin=f"http://127.0.0.1:{port}", device=device)
    opened.recv()
    opened.send("40/live,")
    opened.recv()
    ask = {"screen": "board", "after": after, "lang": "en"}
    opened.send("42/live,1" + json.dumps(["catch_up", ask]))
    opened.recv()
    return opened


def taken(world: EdgeWorld, n: int) -> str:
    """The id of a new order; the writer took it within two seconds."""
    began = time.monotonic()
    order_id = str(world.order(n, "Guest G.")["order_id"])
    assert time.monotonic() - began < 2
    return order_id


def test_screens_that_read_nothing_stall_neither_the_others_nor_the_writer(
    world: EdgeWorld, live: Live, port: int
) -> None:
    """Three boards stop reading while events go on until their buffers are full; a fourth hears each one in time."""
    live.start()
    seq = world.edge.log.durable_seq
    deaf = [live_socket(port, world.device, seq) for _ in range(3)]
    for each in deaf:
        each.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    hearing = live_socket(port, world.device, seq)
    for n in range(10, 22):
        heard(hearing, taken(world, n))
    for _ in range(400):
        live.socketio.emit("event", {"seq": 0, "cards": {}, "pad": "x" * 8000},
                           namespace="/live", to="board:en")  # fmt: skip
    heard(hearing, taken(world, 50))
    for each in (*deaf, hearing):
        each.shutdown()


def heard(board: websocket.WebSocket, text: str) -> None:
    """Read until this was said; a time-out of five seconds ends the test."""
    while text not in (said := str(board.recv())):
        if said == "2":
            board.send("3")
