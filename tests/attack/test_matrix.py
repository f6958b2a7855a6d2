"""Every route of the store and every role, from the app's own map: allowed or refused exactly as declared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from edge.http import DEVICE, MANAGER, PASS, PUBLIC, SCREEN, STAFF
from edge.http.routes import Declared, declared
from tests.attack.edge_world import Asker, EdgeWorld, refusal

# Routes that are no feature's: the document, files.
BESIDE = {"openapi", "asset", "phone_asset"}
ROLES = ("nobody", "front_door", "other_pass", "kiosk", "device", "picker", "manager")
# The first role in this order that may, and everything after it may too.
MAY = {
    PUBLIC: set(ROLES),
    PASS: set(ROLES),
    SCREEN: {"kiosk", "device", "picker", "manager"},
    DEVICE: {"device", "picker", "manager"},
    STAFF: {"picker", "manager"},
    MANAGER: {"manager"},
}
NO_ENTRY = {"sign_in_needed", "forbidden"}


def asker(world: EdgeWorld, role: str) -> Asker:
    if role == "other_pass":
        # A customer who tries what their own pass opens elsewhere.
        token = world.ben["pass_token"]
        return Asker("other_pass", {"Authorization": f"Bearer {token}"}, {})
    return world.role(role)


def undeclared(app: Flask) -> set[str]:
    """Endpoints that are reachable and do not say who may ask."""
    known = {each.endpoint for each in declared()} | BESIDE
    return {rule.endpoint for rule in app.url_map.iter_rules()} - known


def path_of(world: EdgeWorld, route: Declared) -> str:
    """The route with ids of things that are there."""
    values = {
        "order_id": world.ana["order_id"],
        "token": world.ana["pass_token"],
        "offer_id": world.offer.offer_id,
        "code": world.code,
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values.get(m[1], "unknown"), route.path)


def asked(world: EdgeWorld, route: Declared, role: str) -> TestResponse:
    """The answer to a request that comes as far as its body, which is never right: nothing changes."""
    who, path = asker(world, role), path_of(world, route)
    if route.method == "GET":
        return world.ask(who, "GET", path)
    if route.html:
        return world.ask(who, route.method, path, data={"no_such_field": "1"})
    raw, kind = b'{"no_such_field": 1}', {"Content-Type": "application/json"}
    return world.ask(who, route.method, path, data=raw, headers=kind)


def was_let_in(answer: TestResponse, role: str, route: Declared) -> bool:
    """Whether admission said yes, whatever became of the request behind it."""
    if answer.status_code >= 500:
        raise AssertionError(f"{role} {route.method} {route.path}: {answer.text}")
    if answer.status_code in (401, 403, 404) and answer.is_json:
        code = refusal(answer)
        if role == "front_door" and code == "not_found" and route.who not in (PUBLIC, PASS):
            return False
        return code not in NO_ENTRY or (route.who == PUBLIC and route.path.startswith("/loc/"))
    return True


def broken_promises(world: EdgeWorld, routes: Iterable[Declared]) -> list[str]:
    """Route and role where practice differs from what is declared."""
    wrong = []
    for route in routes:
        for role in ROLES:
            answer = asked(world, route, role)
            if was_let_in(answer, role, route) != (role in MAY[route.who]):
                wrong.append(f"{role}: {route.method} {route.path} -> {answer.status_code}")
            answer.close()
    return wrong


def live_routes(world: EdgeWorld) -> list[Declared]:
    """The declared routes that this app really has, with the methods it has them for."""
    reachable = {
        (rule.endpoint, method)
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    return [each for each in declared() if (each.endpoint, each.method) in reachable]


def test_every_reachable_route_says_who_may_ask(shared_world: EdgeWorld) -> None:
    """And every declared one is reachable, so the table is the whole truth."""
    assert undeclared(shared_world.app) == set()
    endpoints = {rule.endpoint for rule in shared_world.app.url_map.iter_rules()}
    assert {each.endpoint for each in live_routes(shared_world)} == endpoints - BESIDE
    methods = {
        rule.endpoint: (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for rule in shared_world.app.url_map.iter_rules()
    }
    for each in live_routes(shared_world):
        assert methods[each.endpoint] == {each.method}


def test_a_route_that_hides_is_found(world: EdgeWorld) -> None:
    """The sweep can fail: a route hung in by hand is named."""
    fresh = Flask("copy")
    fresh.add_url_rule("/api/v1/back-door", "back_door", lambda: "open")
    assert undeclared(fresh) - {"static"} == {"back_door"}


def test_every_role_gets_exactly_what_is_declared(shared_world: EdgeWorld) -> None:
    """All routes, all roles; the log has not moved."""
    before = shared_world.edge.log.durable_seq
    routes = live_routes(shared_world)
    assert len(routes) > 50
    assert broken_promises(shared_world, routes) == []
    assert shared_world.edge.log.durable_seq == before


@pytest.mark.parametrize(
    ("path", "really"), [("/api/v1/orders", MANAGER), ("/api/v1/offers", DEVICE)]
)
def test_a_route_that_is_not_as_declared_is_found(
    shared_world: EdgeWorld, path: str, really: str
) -> None:
    """The matrix can fail: the same routes under a wrong declaration, too strict and too lax."""
    planted = [
        replace(each, who=really)
        for each in live_routes(shared_world)
        if each.path == path and each.method == "GET"
    ]
    assert broken_promises(shared_world, planted) != []


def test_a_screen_among_customers_sees_no_name_of_one(shared_world: EdgeWorld) -> None:
    """What the kiosk may ask for, whole: Ana and Ben are in the store's book, and in none of it."""
    told = [
        shared_world.ask("kiosk", "GET", path_of(shared_world, each)).text
        for each in live_routes(shared_world)
        if each.method == "GET" and each.who == SCREEN
    ]
    assert len(told) > 5
    assert not [text for text in told if "Ana K" in text or "Ben O" in text]
    assert "Ana K" in shared_world.ask("device", "GET", "/api/v1/board").text


UNKNOWN_ID = "0192f0c0-0000-7000-8000-999999999999"


def test_unknown_passes_answer_alike_and_like_nothing_at_all(world: EdgeWorld) -> None:
    """A pass that never was, one that is long over, and an address that does not exist."""
    token, order_id = world.ana["pass_token"], world.ana["order_id"]
    done = world.send(
        "picker", "POST", f"/api/v1/orders/{order_id}/cancellation", b'{"reason":"asked for it"}'
    )
    assert done.status_code == 200
    world.clock.advance(minutes=25 * 60)
    for tail in ("", "/state", "/receipt"):
        said = {
            (answer.status_code, answer.data)
            for who in ("nobody", "front_door", "manager")
            for path in (f"/p/{token}{tail}", f"/p/{'A' * 26}{tail}", f"/p/x{tail}", "/p/x/y/z")
            for answer in (world.ask(who, "GET", path),)
        }
        assert len(said) == 1, said
        assert next(iter(said))[0] == 404


def test_a_pass_opens_only_its_own_order(shared_world: EdgeWorld) -> None:
    """What Ben's pass shows and takes is Ben's, whatever order he names."""
    ana, ben = shared_world.ana, shared_world.ben
    shown = shared_world.ask("front_door", "GET", f"/p/{ben['pass_token']}/state").json
    assert shown["number"] == ben["number"] != ana["number"]
    for path in (f"/p/{ben['order_id']}", f"/p/{ana['order_id']}/state", f"/p/{ben['number']}"):
        assert shared_world.ask("front_door", "GET", path).status_code == 404


def _known_paths(world: EdgeWorld) -> Mapping[str, str]:
    return {
        f"/api/v1/orders/{UNKNOWN_ID}": "order_unknown",
        f"/api/v1/board/orders/{UNKNOWN_ID}": "order_unknown",
        f"/api/v1/help/{UNKNOWN_ID}": "call_unknown",
        "/api/v1/redemptions/ABCD2345": "unknown_code",
    }


def test_an_unknown_id_is_refused_by_name_to_those_who_may_look(shared_world: EdgeWorld) -> None:
    """And to nobody else: without a sign-in all ids answer alike."""
    ana = f"/api/v1/orders/{shared_world.ana['order_id']}"
    for path in _known_paths(shared_world):
        answer = shared_world.ask("picker", "GET", path)
        assert answer.status_code == 404, (path, answer.text)
        assert refusal(answer)
        for who in ("nobody", "front_door", "device"):
            known, unknown = shared_world.ask(who, "GET", ana), shared_world.ask(who, "GET", path)
            if who != "device":
                assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
