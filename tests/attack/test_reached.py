"""Every operation of the store's API is done at least once by who may, with live tokens, and answers as documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.test import TestResponse

from edge import reactions
from edge.http import limits
from edge.products import actions as products
from edge.products import rules as product_rules
from edge.staff import actions as staff
from tests.attack.edge_world import PIN, EdgeWorld, neutral
from tests.attack.reaching import Operation, Reaching
from tests.attack.test_generated import edge_schema
from tests.edge.acts.offer_world import make_wish
from tests.world import OPENING

CATALOGUE = Path(__file__).parents[2] / "config" / "demo" / "products.csv"
SERVED = re.compile(r'data-served="([^"]+)"')
SPOKEN: dict[Operation, str] = {}
ORDER, P = "/api/v1/orders/{order_id}", "/p/{token}"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgeWorld]:
    """A store whose orders wait to be accepted, with its goods."""
    monkeypatch.setattr(limits, "_count", lambda limit, whom: None)
    made = EdgeWorld(tmp_path / "store", STORE_EDGE_AUTO_ACCEPT="false")
    read = product_rules.read_catalogue(CATALOGUE.read_text(encoding="utf-8"), "JPY")
    made.edge.write(lambda unit: products.import_products(unit, read, by="setup"))
    yield made
    made.close()


class Day:
    """One day of the store, asked through its API as everybody in it would."""

    def __init__(self, world: EdgeWorld, document: dict[str, Any]) -> None:
        self.world = world
        self.asks = Reaching(document, self.send)
        self.followed = 0

    def send(self, who: str, method: str, path: str, body: Any) -> TestResponse:
        more = {} if method == "GET" else {"json": body or {}}
        return self.world.ask(who, method, path, **more)

    def follow(self) -> None:
        """What follows from what has happened."""
        table = reactions.table(self.world.edge)
        self.followed = reactions.react(self.world.edge, table, self.followed)

    def sign_in(self) -> None:
        """Both are at the desk again."""
        world, at = self.world, self.world.clock.wall()
        for name in ("picker", "manager"):
            who = getattr(world, f"{name}_id")
            token = world.edge.write(
                lambda u, who=who: staff.sign_in(u, who, world.device_id(), at=at)
            )
            setattr(world, name, token)

    def looked_at(self) -> None:
        """What screens and tills read."""
        ask, ana = self.asks.ask, self.world.ana["order_id"]
        ask("nobody", "GET", "/healthz")
        for path in ("board", "board/line", "board/next", "figures", "display", "kiosk/offers",
                     "kiosk/products", "offers/today", "products", "staff"):  # fmt: skip
            ask("device", "GET", f"/api/v1/{path}")
        for path in ("orders", "extras"):
            ask("picker", "GET", f"/api/v1/{path}")
        ask("device", "GET", "/api/v1/products/{sku}", sku="SKU-001")
        ask("picker", "GET", ORDER, order_id=ana)
        ask("device", "GET", "/api/v1/board/orders/{order_id}", order_id=ana)

    def people(self) -> None:
        """A tablet is paired, somebody signs in and out, somebody calls."""
        ask, at = self.asks.ask, self.world.clock.wall()
        code = self.world.edge.write(lambda u: staff.make_code(u, at=at, by="cli"))
        ask("nobody", "POST", "/api/v1/devices", {"code": code, "name": "Tablet"})
        who = {"staff_id": self.world.picker_id, "pin": PIN}
        ask("device", "POST", "/api/v1/sessions", who)
        ask("picker", "DELETE", "/api/v1/sessions/current")
        self.sign_in()
        call = ask("device", "POST", "/api/v1/help", {"surface": "kiosk", "topic": "other"})
        ask("device", "GET", "/api/v1/help/{call_id}", call_id=call["call_id"])
        ask("picker", "POST", "/api/v1/help/{call_id}/answer", call_id=call["call_id"])

    def picked(self) -> dict[str, Any]:
        """An order is taken, accepted, picked with a mistake, a substitute and an undo, and staged."""
        line = {"sku": "SKU-001", "name": "Rice", "qty": 2, "unit_price_minor": 1480}
        lines = [
            {**line, "line_no": 1},
            {**line, "line_no": 2, "sku": "SKU-002", "substitute_allowed": True, "qty": 1},
        ]
        ask = self.asks.ask
        taken: dict[str, Any] = ask(
            "device", "POST", "/api/v1/orders", neutral(11, "Cleo D.", lines=lines)
        )
        at = {"order_id": taken["order_id"]}
        ask("picker", "POST", f"{ORDER}/acceptance", **at)
        ask("picker", "POST", f"{ORDER}/picking", {}, **at)
        ask("picker", "POST", "/api/v1/board/scans",
            {"text": "SKU-001", "open": taken["order_id"]})  # fmt: skip
        ask("picker", "POST", f"{ORDER}/scans", {"text": "SKU-001"}, **at)
        ask("picker", "POST", f"{ORDER}/undo", **at)
        ask("picker", "POST", f"{ORDER}/picks", {"line_no": 1, "qty": 2}, **at)
        where = "/api/v1/board/orders/{order_id}/lines/{line_no}/substitutes"
        ask("device", "GET", where, line_no=2, **at)
        ask("picker", "POST", f"{ORDER}/substitutes", {"line_no": 2, "product": "SKU-003"}, **at)
        ask("picker", "POST", f"{ORDER}/staging", {"bin": "4", "bags": 2}, **at)
        return taken

    def fetched(self, taken: dict[str, Any]) -> None:
        """Its customer shares the way, arrives, gets it and says how it was."""
        ask, token = self.asks.ask, {"token": taken["pass_token"]}
        self.follow()
        ask("front_door", "GET", f"{P}/state", **token)
        ask("front_door", "GET", f"{P}/app.webmanifest", **token)
        ask("front_door", "POST", f"{P}/seen", {"kind": "ready"}, **token)
        self.says_yes(taken)
        ask("front_door", "POST", f"{P}/on-my-way", {"mode": "car"}, **token)
        at = self.world.clock.now().timestamp()
        report = {"seq": 1, "t": at, "distance_m": 900.0, "accuracy_m": 10.0}
        ask("front_door", "POST", f"{P}/ranges", {"reports": [report]}, **token)
        ask("front_door", "GET", f"{P}/receipt", **token)
        ask("front_door", "POST", f"{P}/withdrawal", **token)
        ask("front_door", "POST", f"{P}/help", {"topic": "order"}, **token)
        self.world.clock.advance(minutes=10)
        self.sign_in()
        ask("front_door", "POST", f"{P}/arrival", {"bay": "3"}, **token)
        code = self.code_of(taken)
        ask("device", "POST", "/api/v1/check-in", {"code": code, "at": "kiosk"})
        ask("picker", "POST", f"{ORDER}/arrival", {"bay": "3"}, order_id=taken["order_id"])
        ask("picker", "POST", f"{ORDER}/bringing", order_id=taken["order_id"])
        ask("picker", "POST", f"{ORDER}/handover", {"code": code}, order_id=taken["order_id"])
        ask("front_door", "POST", f"{P}/smile", {"score": 3}, **token)

    def says_yes(self, taken: dict[str, Any]) -> None:
        """The card that the pass shows is answered until there is none."""
        token = {"token": taken["pass_token"]}
        page = f"/p/{taken['pass_token']}"
        while served := SERVED.search(self.world.ask("front_door", "GET", page).text):
            said = {"answer": "yes", "served_id": served[1]}
            self.asks.ask("front_door", "POST", f"{P}/consent", said, **token)

    def code_of(self, taken: dict[str, Any]) -> str:
        """The eight characters on its pass."""
        from edge.orders import actions as orders
        from edge.orders import store

        with self.world.edge.read() as reader:
            order = store.load(reader, taken["order_id"])
            return orders.code_of(order, orders.shop_here(reader, self.world.edge))

    def made_and_called_off(self) -> None:
        """Coffee is made for one order; another is called off and goes back to the shelves."""
        ask = self.asks.ask
        coffee = {"line_no": 1, "sku": "SKU-061", "name": "Flat white", "qty": 1,
                  "unit_price_minor": 450}  # fmt: skip
        taken = ask("device", "POST", "/api/v1/orders", neutral(12, "Dora E.", lines=[coffee]))
        at = {"order_id": taken["order_id"]}
        ask("picker", "POST", f"{ORDER}/acceptance", **at)
        ask("picker", "POST", f"{ORDER}/finish", {"state": "started"}, **at)
        other = ask("device", "POST", "/api/v1/orders", neutral(13, "Emil F."))
        at = {"order_id": other["order_id"]}
        ask("picker", "POST", f"{ORDER}/acceptance", **at)
        ask("picker", "POST", f"{ORDER}/picking", {}, **at)
        ask("picker", "POST", f"{ORDER}/picks", {"line_no": 1, "qty": 1}, **at)
        ask("picker", "POST", f"{ORDER}/staging", {"bin": "9", "bags": 1}, **at)
        ask("picker", "POST", f"{ORDER}/cancellation", {"reason": "asked for it"}, **at)
        ask("picker", "POST", f"{ORDER}/restocking", **at)

    def offered(self) -> None:
        """A manager makes an offer; it is redeemed at the kiosk, honoured at the desk, and added on a pass."""
        ask = self.asks.ask
        wish = msgspec.to_builtins(make_wish(kind="bakery", sku="", preparation_minutes=0))
        offer = ask("manager", "POST", "/api/v1/offers", wish)["offer_id"]
        ask("manager", "PUT", "/api/v1/offers/{offer_id}", {**wish, "price_minor": 250},
            offer_id=offer)  # fmt: skip
        ask("manager", "GET", "/api/v1/offers")
        said = ask("device", "POST", "/api/v1/offers/{offer_id}/redemptions",
                   {"surface": "kiosk", "visit": "v1"}, offer_id=offer)  # fmt: skip
        spoken = {"spoken_code": said["spoken_code"]}
        ask("picker", "GET", "/api/v1/redemptions/{spoken_code}", **spoken)
        ask("picker", "POST", "/api/v1/redemptions/{spoken_code}/honour", **spoken)
        self.added_on_a_pass()

    def added_on_a_pass(self) -> None:
        """Ana is on her way and adds a coffee, which somebody makes."""
        ask, ana = self.asks.ask, self.world.ana
        wish = msgspec.to_builtins(make_wish(kind="espresso", preparation_minutes=1))
        espresso = ask("manager", "POST", "/api/v1/offers", wish)["offer_id"]
        for step in ("acceptance", "picking"):
            ask("picker", "POST", f"{ORDER}/{step}", {}, order_id=ana["order_id"])
        self.says_yes(ana)
        ask("front_door", "POST", f"{P}/on-my-way", {"mode": "walk"}, token=ana["pass_token"])
        self.says_yes(ana)
        ask("front_door", "POST", f"{P}/offers/{{offer_id}}", {"answer": "add"},
            token=ana["pass_token"], offer_id=espresso)  # fmt: skip
        extra = ask("picker", "GET", "/api/v1/extras")["extras"][0]
        ask("picker", "POST", "/api/v1/extras/{redemption_id}", {"state": "started"},
            redemption_id=extra["redemption_id"])  # fmt: skip


def test_every_operation_of_the_store_is_done_once(world: EdgeWorld) -> None:
    """A day of it, each answer judged; what nobody can do here is named with its reason."""
    day = Day(world, edge_schema())
    day.looked_at()
    day.people()
    day.fetched(day.picked())
    day.made_and_called_off()
    day.offered()
    assert day.asks.never_done(SPOKEN) == set()
    assert OPENING + timedelta(minutes=10) <= world.clock.wall()


def planted(world: EdgeWorld, path: str, answer: Any) -> Reaching:
    """A day with one more operation in document and app."""
    document = edge_schema()
    document["paths"][path] = {"get": document["paths"]["/api/v1/products"]["get"]}
    world.app._got_first_request = False
    world.app.add_url_rule(path, "planted", answer)
    return Day(world, document).asks


def test_an_operation_that_fails_is_found(world: EdgeWorld) -> None:
    """The harness can fail: a route that answers 500."""

    def fails() -> Any:
        return {"error": {"code": "x", "message": "x", "details": {}}}, 500

    asks = planted(world, "/api/v1/fails", fails)
    with pytest.raises(AssertionError, match="500"):
        asks.look("device", "GET", "/api/v1/fails")


def test_an_operation_that_nobody_can_do_is_found(world: EdgeWorld) -> None:
    """The harness can fail: a route that refuses everybody."""

    def refuses() -> Any:
        return {"error": {"code": "x", "message": "x", "details": {}}}, 409

    asks = planted(world, "/api/v1/refuses", refuses)
    assert asks.look("device", "GET", "/api/v1/refuses").status_code == 409
    assert ("GET", "/api/v1/refuses") in asks.never_done({})


def test_a_status_that_no_document_names_is_found(world: EdgeWorld) -> None:
    """The harness can fail: done, but with another number than was promised."""
    asks = planted(world, "/api/v1/odd", lambda: ({"products": []}, 207))
    with pytest.raises(AssertionError, match="207"):
        asks.look("device", "GET", "/api/v1/odd")
