"""The web's rim: what is not understood, not allowed or not ours is refused in one shape, and changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import msgspec
import pytest
from flask import Response, url_for

from edge import http
from edge.app import create_app
from edge.base import facts
from edge.http import routes
from edge.http.caller import FRONT_DOOR, VIA_FLAG, Caller, Ports
from sync.core.errors import NotFound
from tests.world import client_of, open_edge


class NoteBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the test route reads."""

    words: str
    times: int = 1


class NoteShown(msgspec.Struct):
    """What the test route answers."""

    words: str
    count: int


@pytest.fixture
def edge(tmp_path):
    opened = open_edge(tmp_path / "store")
    yield opened
    opened.close()


@pytest.fixture
def app(edge, monkeypatch):  # noqa: C901 - five small routes of a test app
    monkeypatch.setattr(routes, "_DECLARED", {})
    app = create_app(edge)
    bp = http.blueprint("notes", "/api/v1")

    @http.route(
        bp,
        "POST",
        "/notes",
        who=http.STAFF,
        summary="Note",
        reads=NoteBody,
        answers=NoteShown,
        limit_bytes=2000,
    )
    def note(*, body: NoteBody, caller: Caller) -> NoteShown:
        def work(unit):
            count = int(facts.get(unit, "count") or 0) + 1
            facts.put(unit, "count", str(count))
            return NoteShown(body.words, count)

        return http.edge().write(work, key=caller.key)

    @http.route(bp, "GET", "/broken", who=http.PUBLIC, summary="Fails")
    def broken(*, caller: Caller) -> None:
        raise RuntimeError("secret inside")

    @http.route(bp, "GET", "/manager", who=http.MANAGER, summary="Managers only")
    def managers(*, caller: Caller) -> dict[str, str]:
        return {"id": caller.id}

    @http.route(bp, "GET", "/pass/<token>", who=http.PASS, summary="A pass")
    def mine(token: str, *, caller: Caller) -> dict[str, str]:
        return {"order": caller.order_id, "via": caller.via}

    app.register_blueprint(bp)
    ken = Caller(role=http.STAFF, id="ken", device_id="till-1")

    def identify(request):
        role = request.headers.get("X-Role")
        return replace(ken, role=role) if role else Caller()

    def owns(token):
        if token != "GOOD":
            raise NotFound
        return "order-1"

    app.extensions["store_edge"] = Ports(edge, identify, owns)
    return app


@pytest.fixture
def web(app):
    return client_of(app)


STAFF = {"X-Role": "staff", "Content-Type": "application/json"}


def post(web, body, headers=STAFF, **more):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return web.post("/api/v1/notes", data=raw, headers={**headers, **more})


def code(answer) -> str:
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message", "details"}
    assert answer.json["error"]["message"]
    return answer.json["error"]["code"]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"words": 7}, 422, "wrong_field"),
        ({"words": "a", "more": 1}, 422, "wrong_field"),
        ({}, 422, "wrong_field"),
        (b"{", 400, "not_json"),
        (b"\xff\xfe", 400, "not_json"),
        (b'{"words": "\xff"}', 400, "not_json"),
        (b"[" * 5 + b"]" * 5, 422, "wrong_field"),
        (b'{"words":' + b"[" * 25 + b"]" * 25 + b"}", 400, "not_json"),
        ({"words": "x" * 3000}, 413, "too_large"),
    ],
)
def test_a_bad_body_is_refused_by_name_and_changes_nothing(web, edge, body, status, kind):
    """Wrong type, unknown field, missing field, broken, not text, deeply nested, oversized."""
    answer = post(web, body)
    assert (answer.status_code, code(answer)) == (status, kind)
    with edge.read() as reader:
        assert facts.get(reader, "count") is None


def test_brackets_inside_a_text_are_no_depth(web):
    """Only structure counts."""
    assert post(web, {"words": '[[[["\\' * 20}).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_content_type_is_refused(web, kind):
    """A form on another site can send these three without asking."""
    answer = post(web, {"words": "a"}, {"X-Role": "staff", "Content-Type": kind})
    assert (answer.status_code, code(answer)) == (415, "wrong_content_type")


def test_a_wrong_method_is_refused_with_what_is_allowed(web):
    """405 and an Allow header."""
    answer = web.delete("/api/v1/notes", headers=STAFF)
    assert (answer.status_code, code(answer)) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({}, 401, "sign_in_needed"),
        ({"X-Role": "device"}, 401, "sign_in_needed"),
        ({"X-Role": "staff", "Origin": "https://evil.example"}, 403, "foreign_origin"),
        ({"X-Role": "staff", "Origin": "null"}, 403, "foreign_origin"),
        ({"X-Role": "staff", "Sec-Fetch-Site": "cross-site"}, 403, "foreign_origin"),
        ({"X-Role": "staff", "Host": "evil.example"}, 421, "unknown_host"),
    ],
)
def test_who_may_not_is_refused_by_name(web, headers, status, kind):
    """Nobody, a bare device, another site, no site, another host."""
    answer = post(web, {"words": "a"}, {"Content-Type": "application/json", **headers})
    assert (answer.status_code, code(answer)) == (status, kind)


def test_a_manager_may_do_what_staff_may_and_staff_not_what_a_manager_may(web):
    """Roles include one another in one direction."""
    assert post(web, {"words": "a"}, {**STAFF, "X-Role": "manager"}).status_code == 200
    assert code(web.get("/api/v1/manager", headers=STAFF)) == "forbidden"


def test_the_same_key_hears_the_first_answer(web):
    """One effect, one answer; another body under the same key is refused."""
    key = {"Idempotency-Key": "key-00001"}
    first, again = post(web, {"words": "a"}, **key), post(web, {"words": "a"}, **key)
    assert first.json == again.json == {"words": "a", "count": 1}
    other = post(web, {"words": "b"}, **key)
    assert (other.status_code, code(other)) == (409, "key_reused")


@pytest.mark.parametrize("key", ["short", "x" * 201, "tab\tinside it"])
def test_an_unusable_key_is_refused(web, key):
    """Better no key than one that collides."""
    assert code(post(web, {"words": "a"}, **{"Idempotency-Key": key})) == "wrong_key"


def test_staff_routes_do_not_exist_over_the_front_door(app):
    """What comes in over the internet reaches public things only, whatever cookies it brings."""
    answer = app.test_client().get(
        "/api/v1/manager", headers={"X-Role": "manager"}, environ_overrides={VIA_FLAG: FRONT_DOOR}
    )
    assert (answer.status_code, code(answer)) == (404, "not_found")


def test_unknown_and_foreign_tokens_answer_alike(web):
    """Nobody learns which passes exist."""
    assert web.get("/api/v1/pass/GOOD").json == {"order": "order-1", "via": "lan"}
    wrong, absent = web.get("/api/v1/pass/WRONG"), web.get("/api/v1/nowhere")
    assert (wrong.status_code, wrong.data) == (absent.status_code, absent.data)


def test_a_failure_gives_a_number_and_no_secret(web, caplog):
    """People get a number to tell; the log gets the rest."""
    answer = web.get("/api/v1/broken")
    assert answer.status_code == 500
    assert "secret inside" not in answer.get_data(as_text=True)
    assert answer.json["error"]["details"]["number"] in caplog.text


def test_every_answer_carries_the_guarding_headers(web):
    """Pages and JSON alike."""
    for path in ("/healthz", "/nowhere", "/api/v1/broken"):
        headers = web.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_a_route_that_does_not_say_who_may_ask_does_not_start():
    """Forgetting it is an error at once, not a hole later."""
    bp = http.blueprint("careless")
    with pytest.raises(ValueError, match="must say who"):
        http.route(bp, "GET", "/x", who="everybody", summary="?")(lambda: None)


def test_static_files_are_only_those_of_the_screens(web):
    """No way up, no catalogues, no templates."""
    for below in ("/assets", "/p/assets"):
        with web.get(f"{below}/shared/tokens.css") as answer:
            assert answer.status_code == 200
    for name in (
        "../pyproject.toml",
        "shared/page.html",
        "locale/ja/LC_MESSAGES/messages.po",
        "%2e%2e/x.css",
    ):
        assert web.get(f"/assets/{name}").status_code == 404


def test_a_body_that_ends_too_early_is_refused(app):
    """The length that was announced is the length that is read, never more and never less."""
    answer = app.test_client().post(
        "/api/v1/notes",
        input_stream=BytesIO(b'{"words": "a"}'),
        headers=STAFF,
        environ_overrides={"CONTENT_LENGTH": "20"},
    )
    assert (answer.status_code, code(answer)) == (400, "not_json")


def test_the_rest_of_a_longer_body_is_not_read(app):
    """What follows the announced length belongs to the next request."""
    body = BytesIO(b'{"words": "a"}{"words": "b"}')
    answer = app.test_client().post(
        "/api/v1/notes",
        input_stream=body,
        headers=STAFF,
        environ_overrides={"CONTENT_LENGTH": "14"},
    )
    assert (answer.json, body.read()) == ({"words": "a", "count": 1}, b'{"words": "b"}')


def test_a_page_may_set_its_own_guarding_headers(app):
    """What a view says of caching and content stands; what it does not say is added."""

    def own() -> Response:
        headers = {"Cache-Control": "max-age=60", "Content-Security-Policy": "sandbox"}
        return Response("", headers=headers)

    app.add_url_rule("/p/own", "own", own)
    headers = client_of(app).get("/p/own").headers
    assert headers.getlist("Cache-Control") == ["max-age=60"]
    assert headers.getlist("Content-Security-Policy") == ["sandbox"]
    assert headers["Permissions-Policy"].startswith("geolocation=(self)")


def test_a_language_is_chosen_by_address_cookie_or_browser(app):
    """In this order, and remembered once the address said it."""
    for path, headers, told in (
        ("/p/NOBODYS?lang=ja", {"Accept-Language": "en"}, "ja"),
        ("/p/NOBODYS", {"Cookie": "store_edge_lang=ja", "Accept-Language": "en"}, "ja"),
        ("/p/NOBODYS", {"Accept-Language": "ja-JP, en;q=0.5"}, "ja"),
        ("/p/NOBODYS", {}, "en"),
    ):
        answer = client_of(app).get(path, headers={"Accept": "text/html", **headers})
        assert f'lang="{told}"' in answer.text
        assert ("store_edge_lang=ja" in answer.headers.get("Set-Cookie", "")) == ("?" in path)


def test_an_address_can_still_be_built_from_its_route(app):
    """Rules learn it when it is asked for."""
    with app.test_request_context():
        assert url_for("notes.get_mine", token="A B") == "/api/v1/pass/A%20B"
        assert url_for("notes.get_mine", token="X", more=1) == "/api/v1/pass/X?more=1"
