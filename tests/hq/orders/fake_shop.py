"""A shop system on the loopback address that behaves as its documentation says, and misbehaves when told to.

Shopify: POST /admin/api/<version>/graphql.json with X-Shopify-Access-Token; pages by first/after; 429 with
Retry-After, THROTTLED with the bucket's state, X-Shopify-API-Version in every answer; being prepared for pickup
mails the customer. WooCommerce: wp-json/wc/v3 with Basic; a note to the customer mails.
"""

from __future__ import annotations

import base64
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "shpat_0123456789abcdef"
WOO_TOKEN = "ck_1:cs_2"
VERSION = "2026-07"


class FakeShop:
    """Orders by id, faults to come (each used once), and what was asked and mailed."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.statuses: dict[str, str] = {}
        self.notes: dict[str, list[dict[str, Any]]] = {}
        self.faults: deque[str] = deque()
        self.asked: list[tuple[str, str, Any]] = []
        self.mailed: list[str] = []
        self.prepared: set[str] = set()
        self.version = VERSION
        self.token = TOKEN
        self.lose_answers = 0
        self.while_slow: Callable[[], None] = lambda: None
        self.go_on = threading.Event()
        self.url = ""

    def answer(self, handler: Handler, method: str) -> None:
        """One request."""
        size = int(handler.headers.get("Content-Length") or 0)
        asked = json.loads(handler.rfile.read(size) or b"null")
        self.asked.append((method, handler.path, asked))
        fault = self.faults.popleft() if self.faults else ""
        if fault and _misbehave(self, handler, fault):
            return
        status, body = self._said(handler, method, asked)
        if self.lose_answers and method != "GET":
            # What was asked is done, but nobody hears of it.
            self.lose_answers -= 1
            handler.close_connection = True
            return
        handler.say(status, body, {"X-Shopify-API-Version": self.version})

    def _said(self, handler: Handler, method: str, asked: Any) -> tuple[int, Any]:
        if handler.path.startswith("/wp-json/"):
            return self._woo(handler, method, asked)
        if handler.headers.get("X-Shopify-Access-Token") != self.token:
            return 401, {"errors": "[API] Invalid API key or access token"}
        if handler.path != f"/admin/api/{VERSION}/graphql.json" or method != "POST":
            return 404, {"errors": "Not Found"}
        query, given = asked["query"], asked["variables"]
        if query.startswith("mutation StoreEdgeReady"):
            return 200, {
                "data": {"fulfillmentOrderLineItemsPreparedForPickup": self._ready(given)}
            }
        if query.startswith("query StoreEdgeLines"):
            found = next(
                each
                for order in self.orders.values()
                for each in order["works"]
                if each["id"] == given["id"]
            )
            return 200, {"data": {"fulfillmentOrder": self._work(found, given)}}
        return 200, {"data": {"order": self._order(given)}}

    def _order(self, given: dict[str, Any]) -> dict[str, Any] | None:
        order = self.orders.get(given["id"].rpartition("/")[2])
        if order is None:
            return None
        works = [self._work(each, {**given, "afterLine": None}) for each in order["works"]]
        told = {name: value for name, value in order.items() if name != "works"}
        return {**told, "fulfillmentOrders": _page(works, given["orders"], given.get("after"))}

    def _work(self, work: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        return {
            **work,
            "lineItems": _page(work["lineItems"], given["lines"], given.get("afterLine")),
        }

    def _ready(self, given: dict[str, Any]) -> dict[str, Any]:
        works = {
            each["id"]: name for name, order in self.orders.items() for each in order["works"]
        }
        chosen = [
            each["fulfillmentOrderId"] for each in given["input"]["lineItemsByFulfillmentOrder"]
        ]
        if any(each not in works for each in chosen):
            return _wrong("FULFILLMENT_ORDER_INVALID")
        if all(each in self.prepared for each in chosen):
            return _wrong("NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER")
        self.prepared.update(chosen)
        self.mailed.append(works[chosen[0]])
        return {"userErrors": []}

    def _woo(self, handler: Handler, method: str, asked: Any) -> tuple[int, Any]:
        right = f"Basic {base64.b64encode(WOO_TOKEN.encode()).decode()}"
        if handler.headers.get("Authorization") != right:
            return 401, {"code": "woocommerce_rest_cannot_view"}
        order_id, _, rest = handler.path.removeprefix("/wp-json/wc/v3/orders/").partition("/")
        if order_id not in self.statuses:
            return 404, {"code": "woocommerce_rest_shop_order_invalid_id"}
        if rest == "notes" and method == "POST":
            self.notes.setdefault(order_id, []).append(asked)
            if asked["customer_note"]:
                self.mailed.append(order_id)
            return 201, {"id": 1, **asked}
        if rest == "notes":
            return 200, self.notes.get(order_id, [])
        if method == "PUT":
            self.statuses[order_id] = asked["status"]
        return 200, {"id": int(order_id), "status": self.statuses[order_id]}


class Handler(BaseHTTPRequestHandler):
    """Hands requests to the shop."""

    protocol_version = "HTTP/1.1"
    shop: FakeShop

    def do_POST(self) -> None:
        """Ask or change."""
        self.shop.answer(self, "POST")

    def do_PUT(self) -> None:
        """Change."""
        self.shop.answer(self, "PUT")

    def do_GET(self) -> None:
        """Ask."""
        self.shop.answer(self, "GET")

    def say(self, status: int, body: Any, headers: dict[str, str], cut: int = 0) -> None:
        """An answer; `cut` bytes of it never come."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw[: len(raw) - cut])
        if cut:
            self.close_connection = True

    def drip(self, headers: dict[str, str]) -> None:
        """One byte of an answer, and the next one only when nobody waits for it any more."""
        self.send_response(200)
        for name, value in {**headers, "Content-Length": "100"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.shop.while_slow()
        self.wfile.write(b"{")
        self.shop.go_on.wait(5)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Quiet."""


def _misbehave(shop: FakeShop, handler: Handler, fault: str) -> bool:
    """Whether the fault was the answer."""
    kind, _, word = fault.partition(":")
    version = {"X-Shopify-API-Version": VERSION}
    if kind == "throttled":
        bucket = {"maximumAvailable": 1000.0, "currentlyAvailable": 10, "restoreRate": 50.0}
        cost = {"requestedQueryCost": 260, "actualQueryCost": None, "throttleStatus": bucket}
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
        handler.say(200, {"errors": [error], "extensions": {"cost": cost}}, version)
    elif kind == "denied":
        handler.say(
            200, {"data": None, "errors": [{"extensions": {"code": "ACCESS_DENIED"}}]}, version
        )
    elif kind == "garbage":
        handler.say(200, b"<html>maintenance</html>", version)
    elif kind == "cut":
        handler.say(200, {"data": {"order": None}, "more": "x" * 100}, version, cut=60)
    elif kind == "version":
        handler.say(200, {"data": {"order": None}}, {"X-Shopify-API-Version": word})
    elif kind == "drip":
        handler.drip(version)
    elif kind == "slow":
        shop.while_slow()
        return False
    else:
        headers = {"Retry-After": word} if kind in ("429", "503") else {"Location": word}
        handler.say(int(kind), {"errors": "no"}, headers)
    return True


def _wrong(code: str) -> dict[str, Any]:
    return {"userErrors": [{"field": ["input"], "message": f"It is {code}", "code": code}]}


def _page(rows: list[Any], first: int, after: str | None) -> dict[str, Any]:
    start = int(after or 0)
    end = start + first
    info = {"hasNextPage": end < len(rows), "endCursor": str(min(end, len(rows)))}
    return {"pageInfo": info, "nodes": rows[start:end]}


@contextmanager
def serving() -> Iterator[FakeShop]:
    """A shop that runs until the block ends."""
    shop = FakeShop()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"shop": shop}))
    server.daemon_threads = True
    shop.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
