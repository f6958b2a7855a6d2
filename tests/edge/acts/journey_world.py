"""A store with one order, its customer's phone, a kiosk and a client that counts what reached the disk."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from flask import Flask, Request

from edge import app, http, reactions
from edge.acts.receive_order import receive_order
from edge.acts.web import check_in, journey, osmand, overland, owntracks
from edge.arrivals import store as arrivals_store
from edge.arrivals.memory import RangeMemory
from edge.base import log as event_log
from edge.consents import actions as consents
from edge.consents.rules import Purpose
from edge.http import errors, guard, limits, pages
from edge.http.caller import DEVICE, STAFF, Caller
from edge.orders import actions as orders
from edge.orders import web as orders_web
from edge.orders.rules import Order
from sync.core.neutral import NeutralLine, NeutralOrder
from tests.world import OPENING, FixedClock, client_of, open_edge

TOKEN = "0123456789ABCDEFGHJKMNPQRS"


class JourneyWorld:
    """Ana's order; her phone speaks to /p/<token>, the kiosk to /api."""

    def __init__(self, home: Path) -> None:
        self.clock = FixedClock(OPENING)
        self.edge = open_edge(home, app.MIGRATIONS, clock=self.clock)
        for part in app.PARTS:
            self.edge.put_part(part())
        self.memory = self.edge.part(RangeMemory)
        with self.edge.read() as reader:
            self.shop = orders.shop_here(reader, self.edge)
        self.http = client_of(self._app())
        self.seq = 0

    def _app(self) -> Flask:
        small = Flask("test", static_folder=None, template_folder=None)
        small.extensions["store_edge"] = http.Ports(self.edge, _identify, orders_web.owns)
        pages.install(small)
        guard.install(small)
        errors.install(small)
        limits.install(small)
        for each in (journey, check_in, owntracks, overland, osmand):
            small.register_blueprint(each.bp)
        return small

    def order(self, n: int = 1, token: str = TOKEN) -> Order:
        """An order that came in."""
        neutral = NeutralOrder(
            order_id=f"0192f0c0-0000-7000-8000-{n:012d}",
            source="woocommerce",
            source_id=str(700 + n),
            shown_number=str(700 + n),
            store_id="harbour-lane",
            customer_key=f"c-{n}",
            customer_name="Ana Kimura",
            lines=[
                NeutralLine(line_no=1, sku="SKU-001", name="bread", qty=1, unit_price_minor=300)
            ],
            promise_at=OPENING + timedelta(hours=2),
            hold_until=OPENING + timedelta(hours=6),
            token_hash=sha256(token.encode()).hexdigest(),
            placed_at=OPENING,
            currency="JPY",
        )
        return self.edge.write(
            lambda unit: receive_order(unit, neutral, shop=self.shop, origin="hq")
        )

    def post(self, what: str, body: object = None, **headers: str):
        """The phone posts below its pass."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(f"/p/{TOKEN}/{what}", json=body or {}, headers=given)

    def card(self, order: Order, purpose: Purpose = Purpose.ARRIVAL_TIMING):
        """What the pass would ask."""
        with self.edge.read() as reader:
            return consents.card(
                reader,
                purpose,
                order_id=order.order_id,
                customer_key=order.customer_key,
                lang="en",
                now=self.clock.now(),
                pepper=self.edge.pepper,
                again=True,
            )

    def says(self, answer: str, order: Order):
        """The customer answers the card."""
        return self.post("consent", {"answer": answer, "served_id": self.card(order).served_id})

    def reports(self, *ranges: float | None, every: float = 15.0, accuracy_m: float = 10.0):
        """The phone reports these ranges, one post each; the last answer."""
        answer = None
        for distance_m in ranges:
            self.clock.advance(seconds=every)
            self.seq += 1
            one = {
                "seq": self.seq,
                "t": self.clock.now().timestamp(),
                "distance_m": distance_m,
                "accuracy_m": accuracy_m,
            }
            answer = self.post("ranges", {"reports": [one]})
        return answer

    def on_the_way(self) -> Order:
        """An order whose customer said yes and set out."""
        order = self.order()
        assert self.says("yes", order).status_code == 200
        assert self.post("on-my-way").status_code == 200
        return order

    def kiosk(self, body: object, *, staff: bool = False):
        """The paired kiosk, or the staffed desk, posts a check-in."""
        who = "staff" if staff else "kiosk"
        return self.http.post("/api/v1/check-in", json=body, headers={"X-Test-Device": who})

    def code(self, order: Order) -> str:
        """The eight characters on the pass."""
        return orders.code_of(order, self.shop)

    def kinds(self) -> list[str]:
        """What happened, in order."""
        with self.edge.read() as reader:
            return [fact.kind for fact in event_log.read_after(reader, 0)]

    def react(self) -> None:
        """Let what follows from all facts so far follow."""
        table = reactions.table(self.edge)
        with self.edge.read() as reader:
            facts = event_log.read_after(reader, 0)
        for fact in facts:
            for reaction in table.get(fact.kind, []):
                self.edge.write(lambda unit, r=reaction, f=fact: r(unit, f))  # type: ignore[misc]

    def journey(self, order: Order):
        """Where the customer stands, as stored."""
        with self.edge.read() as reader:
            return arrivals_store.load(reader, order.order_id)

    def file_bytes(self) -> int:
        """How much the database and its log have written."""
        return sum(each.stat().st_size for each in self.edge.home.glob("store.db*"))


def error_of(response) -> str:
    """The code of a refusal."""
    return msgspec.json.decode(response.data)["error"]["code"]


def _identify(request: Request) -> Caller:
    device = request.headers.get("X-Test-Device", "")
    if device == "staff":
        return Caller(role=STAFF, id="ken", device_id="desk")
    return Caller(role=DEVICE, id=device, device_id=device) if device else Caller()
