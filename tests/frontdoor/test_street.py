"""Several front doors: a phone reaches its store through any of them, and stores move on when one is gone."""

from __future__ import annotations

import gzip
import logging

import msgspec
import pytest
import requests

from sync.agent import line as line_module
from sync.agent.line import Line, Way
from sync.doors.clock import SystemClock
from sync.doors.ids import SystemIds
from sync.protocol import relay, spread
from sync.protocol.relay import RelayRequest, RelayResponse
from tests.frontdoor.running import HOST, House, echo, running_street
from tests.frontdoor.test_app import call_in


@pytest.fixture
def street():
    """Three front doors that know of each other."""
    with running_street(3) as doors:
        yield doors


def own_first(street: list[House]) -> list[House]:
    """The doors in the order in which the store at HOST tries them."""
    order = spread.in_order(HOST, [door.url for door in street])
    return sorted(street, key=lambda door: order.index(door.url))


def ways(street: list[House]) -> list[Way]:
    """Tickets as HQ makes them: each for its own door."""
    return [
        Way(door.url, door.ticket(door=spread.door_name(door.url))) for door in own_first(street)
    ]


def store_on(street: list[House]) -> Line:
    """A store that calls in where its tickets lead it."""
    line = Line(
        lambda: ways(street), handle=echo, poked=lambda: None, clock=SystemClock(),
        ids=SystemIds(), longest_pause_seconds=0.2,
    )  # fmt: skip
    street[0].lines.append(line)
    line.start()
    assert line.wait_until_up(5)
    return line


def until(holds, seconds: float = 8) -> None:
    clock = SystemClock()
    end = clock.monotonic() + seconds
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.01)


def has_it(street: list[House]) -> list[House]:
    return [door for door in street if door.door.lines.at(HOST)]


def test_a_phone_reaches_its_store_through_any_door(street):
    """The store calls in at its own door; all three answer with its words, headers and status."""

    def answer(request: RelayRequest) -> RelayResponse:
        headers = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Seen", request.client)]
        return RelayResponse(status=201, headers=headers, body=request.body + b"!")

    own, *_ = own_first(street)
    own.open_line(answer)
    for door in street:
        said = door.ask("POST", "/p/x?lang=ja", data=b"here")
        assert (said.status_code, said.content) == (201, b"here!")
        assert said.raw.headers.getlist("set-cookie") == ["a=1", "b=2"]
        assert said.headers["x-seen"] == "127.0.0.1"


def test_tags_and_bodiless_answers_cross_whole(street):
    """304 with its tag, HEAD without a body, and a packed body as it was packed."""

    def answer(request: RelayRequest) -> RelayResponse:
        if dict(request.headers).get("if-none-match") == 'W/"v1"':
            return RelayResponse(status=304, headers=[("ETag", 'W/"v1"')])
        headers = [("ETag", 'W/"v1"'), ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        body = b"" if request.method == "HEAD" else gzip.compress(b"hello" * 300)
        return RelayResponse(status=200, headers=headers, body=body)

    own, other, _ = own_first(street)
    own.open_line(answer)
    whole = other.ask("GET", "/p/x")
    assert (whole.text, whole.headers["vary"]) == ("hello" * 300, "Accept-Encoding")
    same = other.ask("GET", "/p/x", headers={"If-None-Match": whole.headers["etag"]})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", 'W/"v1"')
    head = other.ask("HEAD", "/p/x")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", 'W/"v1"')


def test_neither_door_writes_down_who_came(street, caplog, capfd):
    """A token in path, query, cookie and body crosses from one door to the other, and is in no log of either."""
    caplog.set_level(logging.DEBUG)
    token = "S3CRETT0KENS3CRETT0KENS3"
    own, other, _ = own_first(street)
    own.open_line(echo)
    said = other.ask(
        "POST", f"/p/{token}/ranges?t={token}", data=token, headers={"Cookie": f"a={token}"}
    )
    assert said.text == token
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("urllib3")]
    assert any(line.startswith("POST /p/*/ranges 200 ") for line in ours)
    assert any(line.startswith("POST /internal/across 200 ") for line in ours)
    assert token not in "\n".join(ours) + "".join(capfd.readouterr())


def test_a_ticket_opens_the_door_it_names_and_no_other(street):
    """One that was overheard is worth nothing next door, where nobody could know that it was used."""
    ticket = street[0].ticket(door=spread.door_name(street[0].url))
    assert call_in(street[1], ticket) == "ticket_elsewhere"
    assert call_in(street[0], ticket) == ""


def test_a_store_is_found_where_it_is_and_not_where_it_should_be(street):
    """It calls in at the last door of its order, as it does when the others were away; phones do not notice."""
    *others, last = own_first(street)
    last.open_line(echo)
    for door in (*others, last):
        assert door.ask("POST", "/p/x", data=b"found").content == b"found"


def test_nobody_knows_is_said_by_all_doors_and_no_line_by_any(street):
    """421 while no door has heard of the name; 503 in words once one has, at every door."""
    assert {door.ask("GET", "/p/x").status_code for door in street} == {421}
    street[0].open_line(echo).stop()
    until(lambda: not has_it(street))
    assert {door.ask("GET", "/p/x").status_code for door in street} == {503}


def test_when_a_door_dies_its_stores_and_their_phones_go_on_at_the_next(street):
    """Within the time of one reconnect, and without HQ saying anything new."""
    line = store_on(street)
    own, following, third = own_first(street)
    assert has_it(street) == [own]
    own.close()
    until(lambda: has_it([following, third]) == [following])
    assert third.ask("POST", "/p/x", data=b"on").content == b"on"
    assert following.ask("POST", "/p/x", data=b"and on").content == b"and on"
    assert line.status().is_up


def test_a_store_goes_home_without_a_gap(street, monkeypatch):
    """Its own door is back: the new connection stands before the old one ends, and no request is lost."""
    monkeypatch.setattr(line_module, "HOME_SECONDS", (0.3, 0.4))
    own, following, _ = own_first(street)
    away = ways(street)[1:]
    found = iter([[Way("http://127.0.0.1:1", ""), *away]])
    line = Line(
        lambda: next(found, None) or ways(street), handle=echo, poked=lambda: None,
        clock=SystemClock(), ids=SystemIds(), longest_pause_seconds=0.2,
    )  # fmt: skip
    street[0].lines.append(line)
    line.start()
    assert line.wait_until_up(5)
    assert has_it(street) == [following]

    def moved() -> bool:
        assert following.ask("POST", "/p/x", data=b"x").content == b"x"
        return has_it(street) == [own]

    until(moved)
    assert line.status().is_up


def test_what_one_door_refuses_is_said_by_the_one_that_was_asked(street):
    """A store's nonsense, as a 502 in the caller's language."""
    own, other, _ = own_first(street)
    own.open_line(lambda _request: RelayResponse(status=99))
    said = other.ask("GET", "/p/x", headers={"Accept-Language": "ja"})
    assert (said.status_code, said.json()["error"]["code"]) == (502, "bad_answer")
    assert said.json()["error"]["message"] == "店舗からの応答を読み取れませんでした。"


def test_only_a_front_door_may_ask_across(street):
    """Without the key 403, with rubbish 400; a phone cannot speak for another address."""
    url = street[0].url + relay.ACROSS_PATH
    body = msgspec.msgpack.encode(RelayRequest(id="r", method="GET", path="/p/x", host=HOST))
    assert requests.post(url, body, timeout=5).status_code == 403
    key = {relay.ACROSS_HEADER: relay.across_key(b"a secret that HQ and front door share")}
    assert requests.post(url, b"rubbish", headers=key, timeout=5).status_code == 400
    assert requests.post(url, body, headers=key, timeout=5).status_code == 421
    assert requests.get(url, headers=key, timeout=5).status_code == 405
