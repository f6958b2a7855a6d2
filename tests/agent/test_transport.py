"""Requests to HQ over real HTTP: whatever a network does is an outcome, never an exception."""

import socket
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from sync.agent import transport
from sync.agent.steps import Answer, Send, Silence
from sync.protocol.limits import pack
from sync.protocol.signature import verify
from tests.world import OPENING

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


class Peer:
    """A server that answers as told and keeps what it was asked."""

    def __init__(self):
        self.asked, self.answer = [], Response(b"{}")
        self._server = make_server("127.0.0.1", 0, self._app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    def _app(self, environ, start_response):
        request = Request(environ)
        self.asked.append((request.full_path, list(request.headers.items()), request.get_data()))
        return self.answer(environ, start_response)

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def peer():
    """Started, and stopped again."""
    peer = Peer()
    yield peer
    peer.close()


def send_to(url):
    """One request."""
    web = transport.HttpTransport(
        lambda: url, lambda: KEY, lambda: "harbour-lane", lambda: OPENING
    )
    outcome = web.send(Send("/sync/v1/pull", pack(b"{}"), "N", 7))
    web.close()
    return outcome


def test_a_request_arrives_as_it_was_signed(peer):
    """Path, packed body, nonce, sequence."""
    assert send_to(peer.url) == Answer(200, b"{}")
    [(path, headers, body)] = peer.asked
    signed = verify(
        base_url=peer.url,
        target=path.removesuffix("?"),
        headers=headers,
        body=body,
        key_of=lambda key_id: KEY.public_key(),
    )
    assert signed == ("harbour-lane", "N", 7)


def test_a_packed_answer_is_unpacked(peer):
    """HQ packs what is large."""
    peer.answer = Response(pack(b"x" * 5000), headers={"Content-Encoding": "gzip"})
    assert send_to(peer.url) == Answer(200, b"x" * 5000)


def test_an_answer_that_is_too_large_is_not_kept(peer, monkeypatch):
    """However small it was packed."""
    monkeypatch.setattr(transport, "MAX_UNPACKED", 1000)
    peer.answer = Response(pack(bytes(100_000)), headers={"Content-Encoding": "gzip"})
    assert send_to(peer.url) == Silence("HQ's answer is too large")


@pytest.mark.parametrize(
    ("text", "seconds"), [("7", 7.0), ("", None), ("soon", None), ("-1", None), ("²", None)]
)
def test_retry_after_is_read_when_it_is_seconds(peer, text, seconds):
    """Anything else is no wish."""
    peer.answer = Response(b"{}", status=503, headers={"Retry-After": text})
    assert send_to(peer.url) == Answer(503, b"{}", seconds)


def test_a_redirect_is_an_answer_like_any_other(peer):
    """A captive portal must not get our requests."""
    peer.answer = Response(b"", status=302, headers={"Location": peer.url + "/login"})
    assert send_to(peer.url).status == 302
    assert len(peer.asked) == 1


def test_nobody_there_is_silence():
    """Refused at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        outcome = send_to(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert outcome == Silence("ConnectionError")


def test_an_hq_that_does_not_answer_times_out(monkeypatch):
    """Known as such: the next batch is smaller."""
    monkeypatch.setattr(transport, "READ_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        outcome = send_to(f"http://127.0.0.1:{deaf.getsockname()[1]}")
    assert outcome == Silence("HQ did not answer in time", timed_out=True)


@pytest.mark.parametrize("url", ["", "hq", "http://", "ftp://hq.example", "http://[::1"])
def test_a_wrong_address_is_silence_too(url):
    """It stands in the settings, and `doctor` shows it."""
    assert isinstance(send_to(url), Silence)
