from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from sync.agent.line import Line, NoFrontDoor, NoTicket, Way, wsgi_handler
from sync.doors.clock import SystemClock
from sync.doors.ids import SeededIds, SystemIds
from sync.protocol import relay
from sync.protocol.relay import RelayRequest, RelayResponse
from tests.frontdoor.running import House, echo, running_house
from tests.netproxy import uplink_to


@pytest.fixture
def house() -> Iterator[House]:
    """A real front door on a free loopback port."""
    with running_house() as running:
        yield running


def asked(path: str, method: str = "GET", **more: object) -> RelayRequest:
    """A request as the front door passes it on."""
    return RelayRequest(id="r1", method=method, path=path, host="harbour.example:8443", **more)


# -- the connection --


def test_the_line_comes_back_after_a_cut_and_says_how_it_stands(house):
    """Down while the uplink is cut, up by itself once it is mended."""
    with uplink_to(house.port) as uplink:
        line = house.open_line(echo, url=f"http://127.0.0.1:{uplink.port}")
        assert line.status().is_up
        uplink.cut()
        _until(lambda: not line.status().is_up)
        assert line.status().last_problem
        assert house.ask("GET", "/p/x").status_code == 503
        uplink.mend()
        assert line.wait_until_up(5)
        assert house.ask("POST", "/p/x", data=b"again").content == b"again"


def test_no_ticket_is_asked_for_again(house):
    """HQ being away is no reason to give up."""
    answers = iter([NoTicket("HQ is away"), ConnectionError("no route"), house.ticket()])

    def find_ways() -> list[Way]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return [Way(house.url, answer)]

    line = Line(find_ways, handle=echo, poked=lambda: None, clock=SystemClock(), ids=SystemIds(),
                longest_pause_seconds=0.1)  # fmt: skip
    house.lines.append(line)
    line.start()
    assert line.wait_until_up(5)


def test_without_a_front_door_there_is_no_line_that_could_be_down(house):
    """Asked for again all the same: one may be set up later."""
    answers = iter([NoFrontDoor("HQ has no front door"), None])
    was_asked_again = threading.Event()

    def find_ways() -> list[Way]:
        if answer := next(answers, None):
            raise answer
        was_asked_again.wait(5)
        return [Way(house.url, house.ticket())]

    line = Line(find_ways, handle=echo, poked=lambda: None, clock=SystemClock(), ids=SystemIds(),
                longest_pause_seconds=0.1)  # fmt: skip
    house.lines.append(line)
    assert line.status().has_front_door
    line.start()
    _until(lambda: not line.status().has_front_door)
    assert not line.status().is_up
    was_asked_again.set()
    assert line.wait_until_up(5)
    assert line.status().has_front_door


def test_a_line_that_was_stopped_stays_down(house):
    """stop() hangs up, and nothing calls in again."""
    line = house.open_line(echo)
    line.stop()
    assert not line._keeper.is_alive()
    assert not line.status().is_up


def test_pauses_are_jittered_and_grow_to_thirty_seconds():
    """0.5 to 5 s at first, up to 30 s later, never one fixed value."""
    line = Line(lambda: [Way("http://127.0.0.1:1", "")], handle=echo, poked=lambda: None, clock=SystemClock(),
                ids=SeededIds(3))  # fmt: skip
    first, late = ([line._pause(failures) for _ in range(200)] for failures in (0, 50))
    assert 0.5 <= min(first) < 1
    assert 4 < max(first) <= 5
    assert 0.5 <= min(late) < 3
    assert 25 < max(late) <= 30


# -- requests that are late or many --


def test_what_waits_past_its_deadline_is_never_begun(house):
    """Eight handlers are stuck; the ninth request is dropped, not done after nobody waits."""
    go_on, handled = threading.Event(), []

    def slow(request: RelayRequest) -> RelayResponse:
        handled.append(request.path)
        go_on.wait(5)
        return RelayResponse(status=200)

    line = Line(lambda: [Way("http://127.0.0.1:1", "")], handle=slow, poked=lambda: None, clock=SystemClock(),
                ids=SystemIds())  # fmt: skip
    threads = [
        threading.Thread(target=line._requested, args=(_message(f"/p/{n}", 3000),))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    _until(lambda: len(handled) == 8)
    assert line._requested(_message("/p/late", 50)) is None
    go_on.set()
    for thread in threads:
        thread.join()
    assert line._requested(_message("/p/after", 3000)).status == 200
    assert "/p/late" not in handled
    line.stop()


def test_a_message_that_is_no_request_is_refused():
    """The front door's word is checked like everybody's."""
    line = Line(lambda: [Way("http://127.0.0.1:1", "")], handle=echo, poked=lambda: None, clock=SystemClock(),
                ids=SystemIds())  # fmt: skip
    assert line._requested({"path": 7}).status == 400
    line.stop()


def _message(path: str, deadline_ms: int) -> dict[str, object]:
    return {"id": "r", "method": "GET", "path": path, "deadline_ms": deadline_ms}


def _until(holds, seconds: float = 5) -> None:
    clock = SystemClock()
    end = clock.monotonic() + seconds
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.005)


# -- the store's own application --


def mirror(environ, start_response):
    """A WSGI app that tells what it was asked."""
    start_response(
        "201 Created", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Connection", "close")]
    )
    told = {key: value for key, value in environ.items() if isinstance(value, str)}
    return [json.dumps({**told, "body": environ["wsgi.input"].read().decode()}).encode()]


def test_the_application_sees_who_asked_and_by_which_way():
    """Address, public host and scheme as the front door saw them, marked as come through it."""
    headers = [
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("content-type", "text/plain"),
        ("x_way", "lan"),
    ]
    request = asked(
        "/p/A%20B", "POST", query="n=1", body=b"hi", client="203.0.113.9", headers=headers
    )
    answer = wsgi_handler(mirror)(request)
    told = json.loads(answer.body)
    assert answer.status == 201
    assert answer.headers == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    assert (told["store_edge.via"], told["REMOTE_ADDR"], told["PATH_INFO"]) == (
        "front_door",
        "203.0.113.9",
        "/p/A B",
    )
    assert (told["HTTP_HOST"], told["wsgi.url_scheme"]) == ("harbour.example:8443", "https")
    assert (told["HTTP_COOKIE"], told["CONTENT_TYPE"], told["body"]) == (
        "a=1; b=2",
        "text/plain",
        "hi",
    )
    assert "HTTP_X_WAY" not in told


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/board", 404),
        ("GET", "/p/%2e%2e/api/v1/orders", 404),
        ("GET", "/p/../board", 404),
        ("PUT", "/p/x", 405),
    ],
)
def test_the_store_checks_for_itself_what_is_public(method, path, status):
    """A front door that was taken over still reaches no staff page."""
    assert wsgi_handler(mirror)(asked(path, method)).status == status


def test_an_answer_too_large_for_the_line_is_cut_at_the_store():
    """502 in words; the generator is closed, not read to its end."""
    closed = threading.Event()

    class Endless:
        def __iter__(self):
            while True:
                yield b"x" * 65536

        def close(self):
            closed.set()

    def app(_environ, start_response):
        start_response("200 OK", [])
        return Endless()

    answer = wsgi_handler(app)(asked("/p/x"))
    assert answer.status == 502
    assert json.loads(answer.body)["error"]["code"] == "too_large"
    assert closed.is_set()


def test_the_largest_answer_fits_through_a_real_line(house):
    """256 KB of body with its headers stay under the frame limit."""

    def app(_environ, start_response):
        start_response("200 OK", [("x-pad", "y" * 4000)])
        return [b"x" * relay.ANSWER_BODY_LIMIT]

    house.open_line(wsgi_handler(app))
    assert len(house.ask("GET", "/p/x").content) == relay.ANSWER_BODY_LIMIT
