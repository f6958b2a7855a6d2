from __future__ import annotations

import socket
import threading

import pytest

from tests.netproxy import uplink_to


@pytest.fixture
def echo_port():
    """A server that sends back what it gets."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_echo, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def _echo(connection: socket.socket) -> None:
    with connection:
        while piece := connection.recv(4096):
            connection.sendall(piece)


def connected(port: int) -> socket.socket:
    """A client that gives up after two seconds."""
    return socket.create_connection(("127.0.0.1", port), timeout=2)


def said(client: socket.socket, word: bytes) -> bytes:
    """What comes back."""
    client.sendall(word)
    return client.recv(100)


def is_dead(client: socket.socket) -> bool:
    """Whether nothing comes back on a connection any more."""
    with client:
        try:
            return said(client, b"x") == b""
        except OSError:
            return True


def test_bytes_pass_and_are_counted(echo_port):
    """There and back."""
    with uplink_to(echo_port) as uplink, connected(uplink.port) as client:
        assert said(client, b"hello") == b"hello"
        assert uplink.bytes_passed == 10


def test_a_cut_ends_what_is_open_and_lets_nothing_in(echo_port):
    """Until it is mended."""
    with uplink_to(echo_port) as uplink:
        client = connected(uplink.port)
        assert said(client, b"a") == b"a"
        uplink.cut()
        assert is_dead(client)
        assert is_dead(connected(uplink.port))
        uplink.mend()
        with connected(uplink.port) as again:
            assert said(again, b"d") == b"d"


def test_a_frozen_line_holds_everything_back_and_tells_nobody(echo_port):
    """What was held arrives once it flows again."""
    with uplink_to(echo_port) as uplink, connected(uplink.port) as client:
        assert said(client, b"a") == b"a"
        uplink.freeze()
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            said(client, b"b")
        uplink.mend()
        client.settimeout(2)
        assert client.recv(100) == b"b"


def test_a_slow_line_is_slow(echo_port):
    """Both ways."""
    with uplink_to(echo_port) as uplink, connected(uplink.port) as client:
        assert said(client, b"a") == b"a"
        uplink.slow(0.2)
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            said(client, b"b")
