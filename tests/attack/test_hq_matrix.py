"""Every route of HQ and everybody who may ask; and one store's key against another store's data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sync.hq.http import ROUTES, Who
from sync.hq.http.routes import Route
from sync.protocol import relay, wire
from tests.attack.edge_world import refusal
from tests.hq.world import ORIGIN, Box, World, event, woo_order

BESIDE = {"assets"}
PEOPLE = ("viewer", "manager", "admin")
ASKERS = ("nobody", *PEOPLE, "api_key", "store")
MAY = {
    Who.PUBLIC: set(ASKERS),
    Who.HOOK: set(ASKERS),
    Who.API_KEY: {"api_key"},
    Who.STORE: {"store"},
    Who.VIEWER: set(PEOPLE),
    Who.MANAGER: {"manager", "admin"},
    Who.ADMIN: {"admin"},
}
NO_ENTRY = {"not_signed_in", "no_entry", "unknown_key", "signature_refused", "foreign_origin"}


class Attacked:
    """HQ with somebody of every kind."""

    def __init__(self, home: Path) -> None:
        self.world = World(home)
        self.world.add_stores()
        self.world.add_shop()
        self.browsers: dict[str, FlaskClient] = {role: self.world.sign_in(role) for role in PEOPLE}
        self.key = self.world.command("add-api-key", name="till")["key"]
        self.here, self.there = self.world.box("harbour-lane", 1), self.world.box("mill-square", 2)
        for box in (self.here, self.there):
            assert box.hello().status_code == 200
        taken = self.world.hook(woo_order(1001))
        self.order_id = taken.json["order_id"]

    def ask(self, who: str, route: Route) -> TestResponse:
        """A request that comes as far as its body, which is never right."""
        path = self.path(route)
        if who == "store" and path.startswith("/sync/v1/"):
            return self.here.post(path.removeprefix("/sync/v1/"), b"not packed")
        client = self.browsers.get(who) or self.world.app.test_client()
        headers = {"Origin": ORIGIN}
        if who == "api_key":
            headers["Authorization"] = f"Bearer {self.key}"
        if who == "store":
            headers |= self.here.signed("hello", b"")
        if route.method == "GET":
            return client.get(path, headers=headers)
        if route.is_page:
            return client.post(path, data={"no_such_field": "1"}, headers=headers)
        return client.post(path, json={"no_such_field": 1}, headers=headers)

    def path(self, route: Route) -> str:
        """The route with ids of things that are there."""
        values = {"order_id": self.order_id, "store_id": "mill-square", "source_name": "woo"}
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values.get(m[1], "unknown"), route.path)

    def was_let_in(self, answer: TestResponse, route: Route) -> bool:
        """Whether admission said yes, whatever became of the request behind it."""
        assert answer.status_code < 500, (route.path, answer.text)
        if route.who in (Who.PUBLIC, Who.HOOK):
            return answer.status_code != 403
        if answer.is_json and answer.status_code >= 400:
            return refusal(answer) not in NO_ENTRY
        return answer.status_code not in (401, 403) and answer.headers.get("Location") != (
            "/sign-in" if route.path != "/sign-out" else None
        )

    def broken_promises(self, routes: list[Route]) -> list[str]:
        """Where practice differs from what is declared."""
        return [
            f"{who}: {route.method} {route.path}"
            for route in routes
            for who in ASKERS
            if self.was_let_in(self.ask(who, route), route) != (who in MAY[route.who])
        ]


@pytest.fixture(scope="module")
def hq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """One HQ for all questions."""
    made = Attacked(tmp_path_factory.mktemp("hq") / "hq")
    yield made
    made.world.close()


def routes_by_leaving() -> list[Route]:
    """Signing out comes last: it works."""
    return sorted(ROUTES.values(), key=lambda each: (each.path == "/sign-out", each.path))


def test_every_reachable_route_of_hq_says_who_may_ask(hq: Attacked) -> None:
    """And takes one method only."""
    for rule in hq.world.app.url_map.iter_rules():
        if rule.endpoint not in BESIDE:
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            assert methods == {ROUTES[rule.endpoint].method}


@pytest.mark.parametrize(
    ("path", "really"),
    [("/stores", Who.ADMIN), ("/people", Who.VIEWER), ("/api/v1/orders", Who.STORE)],
)
def test_an_hq_route_that_is_not_as_declared_is_found(
    hq: Attacked, path: str, really: Who
) -> None:
    """The matrix can fail, both ways."""
    planted = [replace(each, who=really) for each in ROUTES.values() if each.path == path]
    assert hq.broken_promises(planted) != []


def test_a_store_key_opens_nothing_of_another_store(hq: Attacked) -> None:
    """Every sync route: what names the other store is refused, what names none is our own."""
    mine, other = hq.here, hq.there
    mine.hello()
    other.hello()
    assert mine.hello(store_id="mill-square").status_code == 404
    mine.hello()
    foreign = msgspec.structs.replace(
        other.batch(event("order_received", hq.order_id)), store_id="mill-square"
    )
    other.seq, other.chain = other.seq - 1, bytes.fromhex(foreign.prev_chain)
    assert refusal(mine.post("push", foreign)) == "store_unknown"
    stolen = msgspec.structs.replace(foreign, store_id="harbour-lane")
    assert refusal(mine.post("push", stolen)) == "epoch_closed"
    ticket = msgspec.json.decode(
        mine.post("line-ticket", msgspec.json.decode(b"{}", type=Empty)).data, type=wire.LineTicket
    )
    said = relay.verify_ticket(
        hq.world.hq.secret("line.key"), ticket.ticket, now=hq.world.clock.wall()
    )
    assert said.store_id == "harbour-lane"
    names = {change.record_id for change in other.pull().changes}
    assert hq.order_id not in names
    assert hq.order_id in {change.record_id for change in mine.pull().changes}


class Empty(msgspec.Struct):
    """Nothing to say."""


def test_a_session_of_one_store_is_nothing_to_another(hq: Attacked) -> None:
    """A nonce belongs to the key that was greeted with it."""
    mine, other = hq.here, hq.there
    mine.hello()
    other.hello()
    nonce, mine.nonce = mine.nonce, other.nonce
    for path in ("pull", "push", "reconcile", "line-ticket"):
        answer = mine.post(path, _ask(mine, path))
        assert (answer.status_code, refusal(answer)) == (401, "unknown_session"), path
    mine.nonce = nonce


def _ask(box: Box, path: str) -> msgspec.Struct:
    if path == "push":
        return wire_batch(box)
    if path == "reconcile":
        return wire.CompareRows(rows={}, buckets={})
    if path == "pull":
        return wire.Pull(generation=box.generation, position=0)
    return Empty()


def wire_batch(box: Box) -> msgspec.Struct:
    """The next batch, without moving the box's own log."""
    seq, chain = box.seq, box.chain
    made = box.batch(event("order_received", "nobody"))
    box.seq, box.chain = seq, chain
    return made


def test_what_a_store_says_of_a_foreign_order_moves_nothing(hq: Attacked) -> None:
    """Mill Square says that it handed over an order of Harbour Lane."""
    hq.there.hello()
    before = hq.world.table("orders")
    hq.there.push(
        event("order_handed_over", hq.order_id, order_id=hq.order_id, how="scan"),
        event("order_cancelled", hq.order_id, order_id=hq.order_id),
    )
    assert hq.world.table("orders") == before
    answer = hq.browsers["viewer"].get(f"/orders/{hq.order_id}")
    assert "Handed over" not in answer.text


def test_one_api_key_does_not_read_what_another_sent(hq: Attacked) -> None:
    """Unknown and foreign orders answer alike."""
    client = hq.world.app.test_client()
    order = {
        "source_id": "1",
        "store": "harbour-lane",
        "currency": "JPY",
        "lines": [{"sku": "SKU-001"}],
    }
    mine = {"Authorization": f"Bearer {hq.key}"}
    sent = client.post("/api/v1/orders", json=order, headers=mine)
    assert sent.status_code == 201, sent.text
    other = hq.world.command("add-api-key", name="other")["key"]
    theirs = {"Authorization": f"Bearer {other}"}
    path = f"/api/v1/orders/{sent.json['order_id']}"
    foreign = client.get(path, headers=theirs)
    unknown = client.get("/api/v1/orders/0192f0c0-0000-7000-8000-999999999999", headers=theirs)
    assert (foreign.status_code, foreign.data) == (unknown.status_code, unknown.data)
    assert client.get(path, headers=mine).status_code == 200
    hooked = client.get(f"/api/v1/orders/{hq.order_id}", headers=mine)
    assert (hooked.status_code, hooked.data) == (unknown.status_code, unknown.data)
    assert json.loads(foreign.data)["error"]["details"] == {}


def test_everybody_gets_exactly_what_is_declared_at_hq(hq: Attacked) -> None:
    """All routes, all askers. Last in this file: it signs everybody out."""
    assert len(ROUTES) > 20
    assert hq.broken_promises(routes_by_leaving()) == []
