"""Every operation of HQ's API is done at least once by who may: keys, people, a store's signature, a shop's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from werkzeug.test import TestResponse

from sync.core import chain
from sync.hq.http import openapi
from sync.hq.http.routes import ROUTES
from sync.protocol import wire
from sync.protocol.batch import Batch
from tests.attack.reaching import Reaching
from tests.attack.test_hq_matrix import Attacked, Empty
from tests.hq.orders import shopify_bodies as bodies
from tests.hq.orders.fake_shop import TOKEN
from tests.hq.world import OPENING, ORIGIN, Box, event, signature, woo_order

SYNC = "/sync/v1/"


class Talks:
    """Everybody who talks to HQ."""

    def __init__(self, hq: Attacked) -> None:
        self.hq = hq
        self.asks = Reaching(openapi.document(ROUTES), self.send)
        self.box = hq.here

    def send(self, who: str, method: str, path: str, body: Any) -> TestResponse:
        """As the store: signed. As a person: in their browser. As a shop: with its key or signature."""
        if who == "store":
            return self.box.post(path.removeprefix(SYNC), body)
        client = self.hq.browsers.get(who) or self.hq.world.app.test_client()
        headers = {"Origin": ORIGIN}
        if who == "api_key":
            headers = {"Authorization": f"Bearer {self.hq.key}"}
        if who == "woo":
            headers = {"X-WC-Webhook-Signature": signature(body), "X-WC-Webhook-Resource": "order"}
        more = {"data": body} if isinstance(body, bytes) else {"json": body or {}}
        return client.open(
            path, method=method, headers=headers, **(more if method != "GET" else {})
        )

    def outside(self) -> None:
        """What anybody, a till's key and a web shop ask."""
        ask = self.asks.ask
        for path in ("/healthz", "/openapi.json"):
            ask("nobody", "GET", path)
        line = {"sku": "SKU-001", "qty": 1, "unit_price_minor": 300}
        order = {"source_id": "1", "store": "harbour-lane", "currency": "JPY", "lines": [line]}
        taken = ask("api_key", "POST", "/api/v1/orders", order)
        ask("api_key", "GET", "/api/v1/orders/{order_id}", order_id=taken["order_id"])
        said = msgspec.json.encode(woo_order(1002))
        ask("woo", "POST", "/hooks/{source_name}", said, source_name="woo")

    def inside(self) -> None:
        """What people at HQ ask about shops and about who wants to know what is kept of them."""
        ask = self.asks.ask
        self.wants_data()
        ask("manager", "GET", "/api/v1/shops")
        [request] = ask("manager", "GET", "/api/v1/privacy-requests")
        at = {"request_id": request["request_id"]}
        ask("admin", "GET", "/api/v1/privacy-requests/{request_id}/data", **at)
        ask("admin", "POST", "/api/v1/privacy-requests/{request_id}/done", {}, **at)

    def wants_data(self) -> None:
        """A customer asks their shop for their data, and the shop asks HQ."""
        world = self.hq.world
        world.command("add-shop", name="shopify", adapter="shopify", currency="JPY", lang="en",
                      url="http://127.0.0.1:9", secret=bodies.SECRET, token=TOKEN)  # fmt: skip
        customer = {"id": 555, "email": "ana@example.com", "phone": "+815011112222"}
        said = {"shop_id": 954889, "shop_domain": bodies.DOMAIN, "customer": customer,
                "orders_requested": [9001], "data_request": {"id": 9999}}  # fmt: skip
        body = bodies.encoded(said)
        given = bodies.headers("customers/data_request", body)
        assert world.client.post("/hooks/shopify", data=body, headers=given).status_code == 200

    def a_store(self) -> None:
        """A box becomes a store, greets, pushes, pulls, compares, says how it is, and gets its ticket."""
        world = self.hq.world
        code = world.command("enrol-store", store_id="harbour-lane")["code"]
        self.box = Box(world, "harbour-lane", 7)
        told = self.box.enrol(code)
        assert told.status_code == 200, told.text
        self.asks.done["POST", f"{SYNC}enrol"].add("store")
        self.greet()
        self.store("push", self.batch())
        self.store("pull", wire.Pull(generation=self.box.generation, position=0))
        self.store("reconcile", wire.CompareRows(rows={}, buckets={}))
        well = wire.StoreHealth(at=OPENING.isoformat(), last_seq=1, version="0.1.0", line_up=True)
        self.store("health", well)
        here = wire.Mark(seq=0, chain=chain.genesis(self.box.epoch).hex())
        self.store("fork", wire.LookBack(epoch=self.box.epoch, marks=[here]))
        self.store("line-ticket", Empty())

    def greet(self) -> None:
        """`hello`, from which the nonce is that all others need."""
        assert self.box.hello().status_code == 200
        self.asks.done["POST", f"{SYNC}hello"].add("store")

    def batch(self) -> Batch:
        """The first event of its log."""
        return self.box.batch(event("order_received", self.hq.order_id, order_id=self.hq.order_id))

    def store(self, path: str, message: msgspec.Struct) -> None:
        """A signed ask, judged by its status: bodies of stores are packed, and described in PROTOCOL.md."""
        self.asks.ask("store", "POST", f"{SYNC}{path}", message)


def test_every_operation_of_hq_is_done_once(tmp_path: Path) -> None:
    """None is left out, so none needs a reason."""
    hq = Attacked(tmp_path / "hq")
    try:
        talks = Talks(hq)
        talks.outside()
        talks.inside()
        talks.a_store()
        assert talks.asks.never_done({}) == set()
    finally:
        hq.world.close()
