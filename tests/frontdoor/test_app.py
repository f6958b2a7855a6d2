from __future__ import annotations

import concurrent.futures
import gzip
import hashlib
import logging
import random
import socket
import threading

import pytest
import requests
import socketio

from sync.doors.clock import SystemClock
from sync.frontdoor.app import template
from sync.protocol import relay
from sync.protocol.frames import OneFramePacket
from sync.protocol.relay import RelayRequest, RelayResponse, mint_ticket
from tests.frontdoor.running import HOST, SECRET, House, echo, running_house
from tests.netproxy import uplink_to

TOKEN = "7ZK3QWERTY0123456789ABCDEF"


def call_in(house: House, ticket: object) -> str:
    """Try one raw connection with this ticket: "" when let in, else the refusal's words."""
    client = socketio.Client(reconnection=False, serializer=OneFramePacket, handle_sigint=False,
                             websocket_extra_options={"suppress_origin": True})  # fmt: skip
    said: list[str] = []
    client.on("connect_error", lambda why: said.append(why["message"]))
    try:
        client.connect(house.url, auth={"ticket": ticket}, transports=["websocket"],
                       socketio_path="/line", wait_timeout=5)  # fmt: skip
    except socketio.exceptions.ConnectionError:
        return said[0]
    client.disconnect()
    return ""


# -- the line's ticket --


def test_a_ticket_made_by_hq_opens_the_line_once(house):
    """The same ticket a second time is refused as a replay."""
    ticket = house.ticket()
    assert call_in(house, ticket) == ""
    assert call_in(house, ticket) == "ticket_replayed"


@pytest.mark.parametrize("damage", ["", "x", "a.b", "é.ü", None, 7, ["x"]])
def test_what_is_no_ticket_does_not_open_the_line(house, damage):
    """Rubbish is a forged ticket."""
    assert call_in(house, damage) == "ticket_forged"


def test_a_ticket_made_with_another_secret_does_not_open_the_line(house):
    """Only HQ's secret counts."""
    forged = mint_ticket(
        b"guess", store_id="harbour-lane", public_host=HOST, now=SystemClock().wall(), nonce="n"
    )
    assert call_in(house, forged) == "ticket_forged"


def test_a_page_in_a_browser_cannot_open_the_line(house):
    """A WebSocket with an Origin is refused before its ticket is looked at."""
    client = socketio.Client(reconnection=False, serializer=OneFramePacket, handle_sigint=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(house.url, auth={"ticket": house.ticket()}, transports=["websocket"],
                       socketio_path="/line", wait_timeout=2)  # fmt: skip


# -- what passes --


def test_a_request_reaches_the_store_that_owns_the_name(house):
    """Two stores, two names, no mixing; the port in Host does not matter."""
    house.open_line(lambda _request: RelayResponse(status=200, body=b"harbour"))
    house.open_line(
        lambda _request: RelayResponse(status=200, body=b"mill"),
        store_id="mill",
        host="mill.example",
    )
    assert house.ask("GET", "/p/x").content == b"harbour"
    assert house.ask("GET", "/p/x", host="MILL.example:8443").content == b"mill"


def test_everything_of_a_request_that_travels_arrives(house):
    """Method, encoded path, query, body, cookies and caller; nothing that belongs to one hop."""
    seen: list[RelayRequest] = []
    house.open_line(lambda request: seen.append(request) or RelayResponse(status=204))
    headers = {"Cookie": "a=1; b=2", "X-Forwarded-For": "6.6.6.6", "If-None-Match": '"v1"'}
    assert (
        house.ask("POST", "/q/A%20B?n=%2F", data=b"\x00\xff", headers=headers).status_code == 204
    )
    (got,) = seen
    named = dict(got.headers)
    assert (got.method, got.path, got.query, got.body) == (
        "POST",
        "/q/A%20B",
        "n=%2F",
        b"\x00\xff",
    )
    assert (got.client, got.host, got.scheme) == ("127.0.0.1", HOST, "http")
    assert (named["cookie"], named["if-none-match"]) == ("a=1; b=2", '"v1"')
    assert not {"host", "connection", "content-length", "x-forwarded-for"} & set(named)


@pytest.mark.parametrize(
    ("trusted", "client", "scheme"),
    [
        ("127.0.0.1", "203.0.113.9", "https"),
        ("192.0.2.1", "127.0.0.1", "http"),
        ("", "127.0.0.1", "http"),
    ],
)
def test_only_the_proxy_that_is_named_may_say_who_asks_and_how(trusted, client, scheme):
    """Its word on address and scheme travels to the store, anybody else's does not; the name is what was asked."""
    seen: list[RelayRequest] = []
    with running_house(trusted_proxy=trusted) as house:
        house.open_line(lambda request: seen.append(request) or RelayResponse(status=204))
        said = {
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "evil.example",
        }
        house.ask("GET", "/p/x", headers=said)
    (got,) = seen
    assert (got.client, got.scheme, got.host) == (client, scheme, HOST)


def test_repeated_headers_and_bodiless_answers_come_back_whole(house):
    """Several Set-Cookie, 304 with ETag, gzip with Vary, HEAD."""

    def answer(request: RelayRequest) -> RelayResponse:
        if request.path == "/p/same":
            return RelayResponse(status=304, headers=[("ETag", '"v1"')])
        headers = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Encoding", "gzip"),
                   ("Vary", "Accept-Encoding"), ("Transfer-Encoding", "chunked")]  # fmt: skip
        body = gzip.compress(b"hello") if request.method == "GET" else b""
        return RelayResponse(status=200, headers=headers, body=body)

    house.open_line(answer)
    whole = house.ask("GET", "/p/x")
    assert whole.text == "hello"
    assert whole.raw.headers.getlist("set-cookie") == ["a=1", "b=2"]
    assert "transfer-encoding" not in whole.headers
    same = house.ask("GET", "/p/same")
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", '"v1"')
    assert house.ask("HEAD", "/p/x").headers["vary"] == "Accept-Encoding"


def test_bodies_never_swap_between_requests(house):
    """600 posts, 12 at once, each answer checked against its own body's hash."""

    def hashed(request: RelayRequest) -> RelayResponse:
        digest = hashlib.sha256(request.body).hexdigest()
        return RelayResponse(status=200, headers=[("x-digest", digest)], body=request.body[::-1])

    house.open_line(hashed)
    chance = random.Random(2)
    bodies = [chance.randbytes(chance.randrange(1, 4000)) for _ in range(600)]

    def post(body: bytes) -> bool:
        answer = house.ask("POST", "/p/x", data=body)
        right = hashlib.sha256(body).hexdigest() == answer.headers.get("x-digest")
        return right and answer.content == body[::-1]

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        assert all(pool.map(post, bodies))


# -- what does not pass --


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/v1/orders",
        "/board",
        "/p",
        "/p/../board",
        "/p/%2e%2e/board",
        "/p//x",
        "/socket.io/",
        "/p/%5c/x",
    ],
)
def test_staff_pages_are_not_there_from_the_road(house, path):
    """Not even the question reaches the store."""
    asked: list[RelayRequest] = []
    house.open_line(lambda request: asked.append(request) or RelayResponse(status=200))
    answer = requests.Session().send(_exact(house, "GET", path))
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert not asked


def _exact(house: House, method: str, path: str) -> requests.PreparedRequest:
    request = requests.Request(method, house.url, headers={"Host": HOST}).prepare()
    request.url = house.url + path
    return request


def test_other_methods_are_refused(house):
    """DELETE and its like never come in from the road."""
    house.open_line(echo)
    assert house.ask("DELETE", "/p/x").json()["error"]["code"] == "method_not_allowed"


def test_a_name_that_no_store_uses_is_refused_in_words(house):
    """421: asked at the wrong place."""
    house.open_line(echo)
    answer = house.ask("GET", "/p/x", host="elsewhere.example")
    assert answer.status_code == 421
    assert answer.json()["error"]["message"] == "No store is connected under this name."


def test_a_body_over_the_limit_stops_before_the_store(house):
    """64 KB pass, one byte more does not, whether or not its length was declared."""
    seen: list[int] = []
    house.open_line(lambda request: seen.append(len(request.body)) or RelayResponse(status=200))
    assert house.ask("POST", "/p/x", data=b"x" * relay.REQUEST_BODY_LIMIT).status_code == 200
    assert house.ask("POST", "/p/x", data=b"x" * (relay.REQUEST_BODY_LIMIT + 1)).status_code == 413
    undeclared = (b"x" * 8192 for _ in range(9))
    assert house.ask("POST", "/p/x", data=undeclared).json()["error"]["code"] == "too_large"
    assert seen == [relay.REQUEST_BODY_LIMIT]


def test_an_answer_over_the_limit_is_refused_and_the_line_lives(house):
    """A store that does not cut its answers gets a 502; up to the limit all is well."""
    sizes = {"/p/most": relay.ANSWER_BODY_LIMIT, "/p/more": relay.ANSWER_BODY_LIMIT + 1}
    line = house.open_line(
        lambda request: RelayResponse(status=200, body=b"x" * sizes[request.path])
    )
    assert len(house.ask("GET", "/p/most").content) == relay.ANSWER_BODY_LIMIT
    assert house.ask("GET", "/p/more").json()["error"]["code"] == "bad_answer"
    assert line.status().is_up


def _until(holds, seconds: float = 5) -> None:
    clock = SystemClock()
    end = clock.monotonic() + seconds
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.005)


# -- lines that fail --


def test_a_frozen_line_costs_one_long_wait_and_short_ones_after_it(house):
    """504 says that it may have been done; once a frame comes the line is trusted again."""
    clock = SystemClock()
    with uplink_to(house.port) as uplink:
        house.open_line(echo, url=f"http://127.0.0.1:{uplink.port}")
        assert house.ask("GET", "/p/x").status_code == 200
        uplink.freeze()
        began = clock.monotonic()
        first = house.ask("POST", "/p/x")
        middle = clock.monotonic()
        second = house.ask("POST", "/p/x")
        end = clock.monotonic()
        uplink.mend()
        _until(lambda: not house.door.lines.of("harbour-lane").is_suspect)
        assert house.ask("GET", "/p/x").status_code == 200
    assert first.status_code == second.status_code == 504
    assert first.json()["error"]["details"]["may_have_been_done"] is True
    assert middle - began > 4.5
    assert end - middle < 4


def test_requests_on_a_line_that_dies_end_at_once(house):
    """Nobody waits five seconds for a connection that is known to be gone."""
    clock, began = SystemClock(), threading.Event()
    with uplink_to(house.port) as uplink, concurrent.futures.ThreadPoolExecutor(1) as pool:

        def stuck(_request: RelayRequest) -> RelayResponse:
            began.set()
            threading.Event().wait(1)
            return RelayResponse(status=200)

        house.open_line(stuck, url=f"http://127.0.0.1:{uplink.port}")
        asked = pool.submit(house.ask, "GET", "/p/x")
        assert began.wait(3)
        cut_at = clock.monotonic()
        uplink.cut()
        assert asked.result().status_code == 504
        assert clock.monotonic() - cut_at < 4


def test_a_store_without_a_line_is_described_in_words(house):
    """JSON for machines; for people a page that says what still works, in their language."""
    house.open_line(echo).stop()
    _until(lambda: house.door.lines.of("harbour-lane") is None)
    machine = house.ask("GET", "/p/x/state")
    assert (machine.status_code, machine.headers["retry-after"]) == (503, "5")
    assert machine.json()["error"]["code"] == "store_unreachable"
    english = house.ask("GET", "/p/x", headers={"Accept": "text/html"})
    assert english.status_code == 503
    assert "hold your phone to the scanner" in english.text
    assert "number on the sign" in english.text
    japanese = house.ask(
        "GET", "/p/x", headers={"Accept": "text/html", "Accept-Language": "fr, ja;q=0.8, en;q=0.5"}
    )
    japanese.encoding = "utf-8"
    assert '<html lang="ja">' in japanese.text
    assert "受け取りパス" in japanese.text


def test_a_newer_line_takes_over_and_the_old_ones_end_does_not_matter(house):
    """The newest line answers, also after the older one has gone."""
    old = house.open_line(lambda _request: RelayResponse(status=200, body=b"old"))
    house.open_line(lambda _request: RelayResponse(status=200, body=b"new"))
    assert house.ask("GET", "/p/x").content == b"new"
    (sid,) = (held.get_sid() for held in old._connections)
    old.stop()
    _until(lambda: sid not in house.door.lines._by_sid)
    assert house.ask("GET", "/p/x").content == b"new"


def test_a_store_that_speaks_nonsense_gets_a_502_and_keeps_its_line(house):
    """An answer that is no answer is refused by shape."""
    line = house.open_line(lambda _request: {"status": "fine"})
    assert house.ask("GET", "/p/x").json()["error"]["code"] == "bad_answer"
    assert line.status().is_up


# -- HQ's side --


def test_hq_pokes_a_store_with_the_derived_key_only(house):
    """202 and the store hears it; without the key 403 and silence."""
    poked = threading.Event()
    house.open_line(echo, poked=poked.set)
    url, key = house.url + relay.POKE_PATH, relay.poke_key(SECRET)
    for wrong in ({}, {relay.POKE_HEADER: "x"}, {relay.POKE_HEADER: SECRET.decode()}):
        assert (
            requests.post(
                url, json={"store_id": "harbour-lane"}, headers=wrong, timeout=5
            ).status_code
            == 403
        )
    assert not poked.is_set()
    answer = requests.post(
        url, json={"store_id": "harbour-lane"}, headers={relay.POKE_HEADER: key}, timeout=5
    )
    assert (answer.status_code, answer.json()) == (202, {"poked": True})
    assert poked.wait(2)
    absent = requests.post(
        url, json={"store_id": "mill"}, headers={relay.POKE_HEADER: key}, timeout=5
    )
    assert absent.json() == {"poked": False}
    for body in (b"", b"[]", b'{"store_id": 1}', b'{"store_id": "x", "more": 1}'):
        assert (
            requests.post(url, data=body, headers={relay.POKE_HEADER: key}, timeout=5).status_code
            == 400
        )


def test_it_says_that_it_is_healthy(house):
    """/healthz, at any name, and nothing about stores."""
    assert house.ask("GET", "/healthz", host="anything").json() == {"ok": True}


# -- what is written down --


def test_no_token_and_no_address_is_ever_logged(house, caplog, capfd):
    """Route template, status and time; every logger and both streams are searched."""
    caplog.set_level(logging.DEBUG)
    house.open_line(echo)
    for path in (f"/p/{TOKEN}", f"/p/{TOKEN}/state?t={TOKEN}", f"/{TOKEN}", f"/p/x/{TOKEN}/y"):
        house.ask("GET", path, headers={"Cookie": TOKEN, "Accept": "text/html"})
    house.ask("POST", f"/p/{TOKEN}/ranges", data=TOKEN)
    with socket.create_connection(("127.0.0.1", house.port)) as raw:
        raw.sendall(f"NONSENSE /p/{TOKEN} HTTP/9\r\n\r\n".encode())
        raw.recv(1000)
    ours = [
        r.getMessage() for r in caplog.records if not r.name.startswith(("urllib3", "asyncio"))
    ]
    assert any(line.startswith("GET /p/*/state 200 ") for line in ours)
    written = "\n".join(ours) + "".join(capfd.readouterr())
    assert TOKEN not in written
    assert "127.0.0.1" not in "\n".join(line for line in ours if line.startswith(("GET", "POST")))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/p/SECRET", "/p/*"),
        ("/p/SECRET/on-my-way", "/p/*/on-my-way"),
        ("/p/assets/pass.js", "/p/assets/*"),
        ("/q/CODE/redeem", "/q/*/redeem"),
        ("/SECRET/x", "/*"),
        ("/healthz", "/healthz"),
    ],
)
def test_a_path_is_logged_by_its_template(path, shown):
    """Only words of ours are shown."""
    assert template(path) == shown
