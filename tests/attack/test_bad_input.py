"""What no generator thinks of: each is a clear 4xx in the one error shape, and nothing has changed."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from edge.arrivals.memory import RangeMemory
from tests.attack.edge_world import EdgeWorld, neutral, refusal

BIG = (2**53, 2**63, 2**64 - 1, 10**30, -1, -(2**63), 1e308)
EDGES_OF_TIME = (
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "1999-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z",
)
STRANGE = (
    "",
    "\0",
    "a\0b",
    "2026-99-99T99:99",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59-14:00",
    "{0}",
    "{text.__class__}",
    "%(x)s",
    "\"'*(){}",
    "NEAR(",
    "SE.HL.",
    "SE.OTHER.ABCDEFGH",
    "../../etc/passwd",
    "ß" * 8,
    "İ" * 8,
    "あ" * 20,
    "\u202e\u2066abc",
    "x" * 10_000,
)


def everything(world: EdgeWorld) -> int:
    """How far the log is: what changes something is in it."""
    return world.edge.log.durable_seq


def post(world: EdgeWorld, path: str, body: Any, who: str = "manager", **more: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return world.send(who, "POST", path, raw, **more)


@pytest.mark.parametrize("value", BIG)
def test_a_number_beyond_reason_is_refused(shared_world: EdgeWorld, value: float) -> None:
    """Revision, line number, quantity, price: none reaches the database to overflow there."""
    before = everything(shared_world)
    line = neutral(9)["lines"][0]
    answers = [
        post(shared_world, "/api/v1/orders", neutral(9, revision=value)),
        post(shared_world, "/api/v1/orders", neutral(9, lines=[{**line, "line_no": value}])),
        post(shared_world, "/api/v1/orders", neutral(9, lines=[{**line, "qty": value}])),
        post(shared_world, "/api/v1/orders", neutral(9, lines=[{**line, "unit_price_minor": value}])),
    ]  # fmt: skip
    assert [each.status_code for each in answers] == [422] * 4, [each.text for each in answers]
    picks = f"/api/v1/orders/{shared_world.ana['order_id']}/picks"
    assert post(shared_world, picks, {"line_no": value, "qty": 1}).status_code in (404, 409, 422)
    assert everything(shared_world) == before


@pytest.mark.parametrize("at", EDGES_OF_TIME)
@pytest.mark.parametrize("field", ["promise_at", "hold_until", "placed_at"])
def test_an_instant_at_the_edge_of_time_is_refused(
    shared_world: EdgeWorld, field: str, at: str
) -> None:
    """One such order would break the board for everybody."""
    if field == "hold_until":
        at = at.replace("2200", "2300")
    changes = {field: at} if field != "promise_at" else {field: at, "hold_until": at}
    answer = post(shared_world, "/api/v1/orders", neutral(10, **changes))
    assert (answer.status_code, refusal(answer)) == (422, "wrong_field")
    assert shared_world.ask("device", "GET", "/api/v1/board").status_code == 200


def test_the_last_instant_of_our_time_breaks_nothing(world: EdgeWorld) -> None:
    """The other side of the limit: taken, and every screen still stands."""
    late = "2199-12-31T23:59:59Z"
    answer = post(world, "/api/v1/orders", neutral(10, promise_at=late, hold_until=late))
    assert answer.status_code == 201
    token = answer.json["pass_token"]
    for who, path in (
        ("device", "/api/v1/board"),
        ("device", "/api/v1/figures"),
        ("manager", "/api/v1/orders"),
        ("front_door", f"/p/{token}"),
        ("front_door", f"/p/{token}/state"),
    ):
        assert world.ask(who, "GET", path).status_code == 200, path


@pytest.mark.parametrize("text", STRANGE)
def test_strange_text_fails_nowhere(shared_world: EdgeWorld, text: str) -> None:
    """In every body and every path: a 2xx, 3xx or 4xx, never a failure of ours."""
    ana, offer = shared_world.ana, shared_world.offer.offer_id
    order, token = ana["order_id"], shared_world.ben["pass_token"]
    q = quote(text)
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/api/v1/board/scans", {"text": text, "open_order": order}),
        ("/api/v1/board/scans", {"text": text, "order_id": text}),
        ("/api/v1/check-in", {"scan": text}),
        ("/api/v1/check-in", {"number": text, "initial": text}),
        (f"/api/v1/orders/{order}/handover", {"code": text}),
        (f"/api/v1/orders/{order}/staging", {"bin": text}),
        ("/api/v1/devices", {"code": text, "name": text}),
        (f"/api/v1/offers/{offer}/redemptions", {"surface": "desk", "qr": text or "x"}),
        (f"/p/{token}/consent", {"answer": "yes", "served_id": text}),
        (f"/api/v1/orders/{q}/staging", {"bin": "1"}),
        (f"/api/v1/extras/{q}", {"state": "done"}),
        (f"/api/v1/redemptions/{q}/honour", {}),
        (f"/api/v1/help/{q}/answer", {}),
        (f"/p/{token}/offers/{q}", {"answer": "add"}),
    ]
    for path, body in bodies:
        answer = post(shared_world, path, body)
        assert 400 <= answer.status_code < 500, (path, body, answer.text)
        assert refusal(answer)
    for path in _paths(q, token):
        answer = shared_world.ask("manager", "GET", path)
        assert answer.status_code < 500, (path, answer.text)
        answer.close()


def _paths(q: str, token: str) -> list[str]:
    return [
        *(f"/{way}/{q}" for way in ("q", "Q", "p", "manage/offers")),
        *(f"/api/v1/{what}/{q}" for what in ("orders", "products", "redemptions", "help")),
        *(f"/api/v1/board/orders/{q}{more}" for more in ("", "?lang=ja")),
        *(f"/manage/codes/{q}.{kind}" for kind in ("svg", "png")),
        *(f"/api/v1/{what}?q={q}" for what in ("products", "kiosk/products")),
        f"/p/{token}?lang={q}",
        f"/api/v1/orders?state={q}",
        f"/api/v1/figures?day={q}",
        f"/q/{q}/redeem?lang=ja",
        f"/kiosk?keys={q}",
        f"/signin?next={q}",
        f"/pair?next={q}",
        f"/assets/{q}.css",
        f"/manage/offers?made={q}",
    ]


def test_a_made_up_day_is_refused_by_name(shared_world: EdgeWorld) -> None:
    """Figures of no day, of a month 13, of a year that no store has."""
    for day in ("yesterday", "2026-13-01", "0001-01-01", "9999-12-31"):
        answer = shared_world.ask("device", "GET", f"/api/v1/figures?day={day}")
        assert (answer.status_code, refusal(answer)) == (422, "wrong_field")
    assert shared_world.ask("device", "GET", "/api/v1/figures?day=2026-11-22").status_code == 200


@pytest.mark.parametrize("host", ["[", "[::1", "evil.example", "a:b:c", "localhost@evil", ""])
def test_a_host_that_is_none_of_ours_is_refused(shared_world: EdgeWorld, host: str) -> None:
    """As Host, as Origin, and as the Origin of a changing request."""
    answer = shared_world.ask("device", "GET", "/healthz", headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert refusal(answer)
    for origin in (f"http://{host}", host or "null"):
        answer = post(shared_world, "/api/v1/help", {"topic": "other"}, headers={"Origin": origin})
        assert (answer.status_code, refusal(answer)) == (403, "foreign_origin")


@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP"]
)
def test_a_forwarded_header_moves_nothing(shared_world: EdgeWorld, name: str) -> None:
    """No proxy is trusted: neither host nor way nor address come from a header."""
    lie = {name: "harbour-lane.localhost", "Host": "evil.example"}
    assert shared_world.ask("device", "GET", "/healthz", headers=lie).status_code == 421
    lie = {name: "for=127.0.0.1;host=localhost;proto=https"}
    over_the_road = shared_world.ask("front_door", "GET", "/api/v1/board", headers=lie)
    assert over_the_road.status_code == 404


OWNTRACKS = {"_type": "location", "lat": 52, "lon": 5, "tst": 1}


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 50_000,
        b"[" * 30_000 + b"]" * 30_000,
        b'{"_type":' * 5_000,
        b"\xff\xfe",
        b'{"_type":"location","lat":NaN,"lon":1,"tst":1}',
        b'{"_type":"location","lat":1e999,"lon":1,"tst":1}',
        *(
            json.dumps({**OWNTRACKS, **change}).encode()
            for change in (
                {"tst": 10**400},
                {"tst": "9" * 400},
                {"lat": "north"},
                {"lat": 91},
                {"lon": -181},
                {"lat": True},
                {"lat": None},
                {"_type": 7},
            )
        ),
    ],
)
def test_a_native_client_that_talks_rubbish_tells_us_nothing(
    shared_world: EdgeWorld, raw: bytes
) -> None:
    """Deep or broken JSON is refused; what makes no sense is let go of, so that no app sends it for ever."""
    password = base64.b64encode(f"u:{shared_world.ana['pass_token']}".encode()).decode()
    answer = shared_world.ask(
        "front_door",
        "POST",
        "/loc/owntracks",
        data=raw,
        headers={"Authorization": f"Basic {password}"},
    )
    if answer.status_code == 200:
        msgspec.json.decode(raw)
        assert answer.json == []
    else:
        assert 400 <= answer.status_code < 500, answer.text
        assert refusal(answer)
    at, order_id = shared_world.clock.monotonic(), shared_world.ana["order_id"]
    assert shared_world.edge.part(RangeMemory).get(order_id, monotonic=at) is None


@pytest.mark.parametrize("said", ["Basic ²", "Basic", "Basic Og==", "Digest x", "Basic \x00", "²"])
def test_credentials_that_are_none_are_no_entry(shared_world: EdgeWorld, said: str) -> None:
    """Letters beyond ASCII too."""
    answer = shared_world.ask(
        "front_door", "POST", "/loc/owntracks", data=b"[]", headers={"Authorization": said}
    )
    assert answer.status_code in (401, 404)
    answer = shared_world.ask(
        "front_door", "POST", "/loc/overland", data=b"{}", headers={"Authorization": said}
    )
    assert answer.status_code in (401, 404)
    answer = shared_world.ask("nobody", "GET", "/api/v1/board", headers={"Authorization": said})
    assert (answer.status_code, refusal(answer)) == (401, "sign_in_needed")


def test_an_unannounced_body_is_cut_at_its_limit(shared_world: EdgeWorld) -> None:
    """Chunked, so without a length: forms and JSON alike."""
    huge = b"key=" + b"x" * 300_000
    for path, kind in (
        (f"/q/{shared_world.code}/redeem", "application/x-www-form-urlencoded"),
        ("/manage/offers", "application/x-www-form-urlencoded"),
        ("/api/v1/check-in", "application/json"),
        ("/loc/owntracks", "application/json"),
        ("/loc/osmand", "application/x-www-form-urlencoded"),
    ):
        answer = shared_world.ask(
            "manager",
            "POST",
            path,
            input_stream=BytesIO(huge),
            headers={"Content-Type": kind},
            environ={
                "wsgi.input_terminated": True,
                "HTTP_TRANSFER_ENCODING": "chunked",
                "CONTENT_LENGTH": "",
            },
        )
        assert answer.status_code == 413, (path, answer.status_code, answer.text)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW", "OPTIONS"])
def test_a_wrong_method_is_refused_on_every_kind_of_route(
    shared_world: EdgeWorld, method: str
) -> None:
    """API, pass, printed code, native client."""
    before = everything(shared_world)
    for path in (
        "/api/v1/orders",
        f"/p/{shared_world.ana['pass_token']}/state",
        f"/q/{shared_world.code}",
        "/loc/owntracks",
        "/loc/overland",
    ):
        answer = shared_world.ask("manager", method, path)
        assert answer.status_code in ((405,) if method != "OPTIONS" else (200, 405))
    assert everything(shared_world) == before


def test_the_api_describes_itself(shared_world: EdgeWorld) -> None:
    """The document can be made at all."""
    answer = shared_world.ask("nobody", "GET", "/openapi.json")
    assert answer.status_code == 200
    assert answer.json["openapi"] == "3.1.0"
