"""Rate limits: at the limit all is well, one more is refused, and nobody else notices."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from edge.http import limits
from edge.http.limits import ADDRESS, CODE, LIMITS, TABLE, UNKNOWN_PASS, Limit
from edge.http.routes import declared
from tests.attack.edge_world import EdgeWorld, refusal

HERE = {"REMOTE_ADDR": "192.0.2.1"}
THERE = {"REMOTE_ADDR": "192.0.2.2"}


def path_of(world: EdgeWorld, limit: Limit) -> tuple[str, str]:
    method, path = limit.what.split(" ")
    for name, value in (
        ("order_id", world.ana["order_id"]),
        ("offer_id", world.offer.offer_id),
        ("spoken_code", "ABCD"),
        ("code", world.code),
    ):
        path = path.replace(f"<{name}>", value)
    return method, path


def ask(world: EdgeWorld, limit: Limit, who: str = "picker", **more: Any) -> TestResponse:
    """A request that is admitted and then refused for its body: cheap, and it counts."""
    method, path = path_of(world, limit)
    if method == "GET":
        return world.ask(who, method, path, **more)
    if path.startswith("/q/"):
        return world.ask(
            who, method, path, data={}, headers={"Accept": "application/json"}, **more
        )
    return world.send(who, method, path, b'{"no_such_field":1}', **more)


def small(limit: Limit, monkeypatch: pytest.MonkeyPatch) -> Limit:
    """The same limit, reached sooner."""
    made = Limit(limit.what, 5, limit.per, limit.why)
    monkeypatch.setitem(limits._OF_ROUTE, limit.what, made)
    return made


@pytest.mark.parametrize("limit", LIMITS, ids=lambda each: each.what)
def test_one_above_the_limit_is_refused_and_others_are_not(
    world: EdgeWorld, monkeypatch: pytest.MonkeyPatch, limit: Limit
) -> None:
    """Refused in the one shape, with Retry-After; another device, or another address, goes on."""
    few = small(limit, monkeypatch)
    first = [ask(world, few, environ=HERE).status_code for _ in range(few.a_minute)]
    assert 429 not in first
    answer = ask(world, few, environ=HERE)
    assert (answer.status_code, refusal(answer)) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    if limit.per in (ADDRESS, CODE):
        assert ask(world, few, environ=THERE).status_code != 429
    else:
        assert ask(world, few, environ=THERE).status_code == 429
        world.device = world.pair("Another")
        assert ask(world, few, who="device", environ=HERE).status_code != 429


@pytest.mark.parametrize("limit", LIMITS[:1], ids=lambda each: each.what)
def test_the_shipped_limit_is_the_one_that_is_said(world: EdgeWorld, limit: Limit) -> None:
    """Exactly as many as the table says: the limit passes, the limit and one does not."""
    said = [ask(world, limit).status_code for _ in range(limit.a_minute + 1)]
    assert (said.count(429), said[-1]) == (1, 429)


def test_taking_one_offer_too_often_leaves_the_others_open(world: EdgeWorld) -> None:
    """Twenty a minute from one address for one code, however its letters are written."""
    [limit] = [each for each in LIMITS if each.per == CODE]
    codes = [world.code, world.code.lower()]
    said = [
        world.ask(
            "stranger", "POST", f"/q/{codes[n % 2]}/redeem", data={}, environ=HERE
        ).status_code
        for n in range(limit.a_minute + 1)
    ]
    assert (said.count(429), said[-1]) == (1, 429)
    other = world.ask("stranger", "POST", "/q/ZZZZZZZZ/redeem", data={}, environ=HERE)
    assert other.status_code != 429


def test_every_limit_names_a_route_that_is_there() -> None:
    """A route that moved away takes its limit along, or this fails."""
    routes = {f"{each.method} {each.path}" for each in declared()}
    assert {each.what for each in LIMITS} <= routes
    assert len({each.what for each in TABLE}) == len(TABLE)


def test_tried_passes_run_into_a_wall_and_known_ones_do_not(world: EdgeWorld) -> None:
    """Guests on one address share it: whoever has a pass keeps it."""
    tried = [
        world.ask("nobody", "GET", f"/p/{n:026d}/state", environ=HERE).status_code
        for n in range(UNKNOWN_PASS.a_minute + 1)
    ]
    assert (set(tried[:-1]), tried[-1]) == ({404}, 429)
    known = f"/p/{world.ana['pass_token']}/state"
    assert world.ask("nobody", "GET", known, environ=HERE).status_code == 200
    assert world.ask("nobody", "GET", "/p/x/state", environ=THERE).status_code == 404


def test_tries_by_a_native_client_count_as_well(world: EdgeWorld) -> None:
    """The secret of a client is a pass: no second door to try them at."""
    for _ in range(UNKNOWN_PASS.a_minute):
        world.ask("nobody", "GET", "/p/x/state", environ=HERE)
    answer = world.ask(
        "nobody", "POST", "/loc/owntracks", data=b"[]", auth=("u", "x"), environ=HERE
    )
    assert (answer.status_code, refusal(answer)) == (429, "too_many_requests")
    answer = world.ask("nobody", "GET", "/loc/osmand?id=x", environ=HERE)
    assert (answer.status_code, refusal(answer)) == (429, "too_many_requests")


def test_a_full_store_of_polling_phones_is_never_counted(world: EdgeWorld) -> None:
    """Two hundred phones behind one address ask every 3 seconds: 4000 a minute, none refused."""
    path = f"/p/{world.ana['pass_token']}/state"
    counted = world.app.extensions["store_edge_limits"].engine.storage
    before = {key: len(tries) for key, tries in counted.events.items()}
    assert world.ask("front_door", "GET", path).status_code == 200
    assert {key: len(tries) for key, tries in counted.events.items()} == before
    assert world.ask("front_door", "GET", "/p/UNKNOWN/state", environ=HERE).status_code == 404
    assert {key: len(tries) for key, tries in counted.events.items()} != before


def test_a_forwarded_address_fools_nobody(world: EdgeWorld) -> None:
    """Only the store's own line says who the client is; a header does not."""
    for n in range(UNKNOWN_PASS.a_minute):
        lie = {"X-Forwarded-For": f"198.51.100.{n}"}
        world.ask("nobody", "GET", "/p/x/state", headers=lie, environ=HERE)
    answer = world.ask(
        "nobody", "GET", "/p/x/state", headers={"X-Forwarded-For": "1.2.3.4"}, environ=HERE
    )
    assert answer.status_code == 429
    assert json.loads(answer.data)["error"]["details"]["seconds"]
