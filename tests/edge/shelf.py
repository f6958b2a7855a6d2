"""A store with a shelf, offers on it, a phone before it, and people who sign in by a header."""

from __future__ import annotations

from pathlib import Path

from flask import Request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from edge import http
from edge.app import MIGRATIONS, PARTS, create_app
from edge.base.edge import Edge
from edge.http import Caller
from edge.offers import actions, store
from edge.offers.rules import Offer
from edge.products import actions as products
from edge.products.rules import Product, ProductClass
from sync.core.errors import NotFound
from tests.edge.acts.offer_world import make_wish
from tests.world import OPENING, FixedClock, client_of, open_edge


class Shelf:
    """A store with a shelf, an offer on it, and a phone before it."""

    def __init__(self, home: Path) -> None:
        self.clock = FixedClock(OPENING)
        self.edge: Edge = open_edge(home, MIGRATIONS, clock=self.clock)
        for part in PARTS:
            self.edge.put_part(part())
        self.app = create_app(self.edge)
        self.app.extensions["store_edge"] = http.Ports(self.edge, _named_in_a_header, self._owner)
        self.phone = client_of(self.app)
        self.passes: dict[str, str] = {}
        self.address = ""
        coffee = Product(
            sku="SKU-062", gtin="", name_en="Flat white", name_ja="フラットホワイト", aisle_order=4,
            price_minor=450, currency="JPY", prep_minutes=4, product_class=ProductClass.MADE_TO_ORDER,
        )  # fmt: skip
        self.edge.write(lambda unit: products.import_products(unit, [coffee], by="mia"))

    def offer(self, **changes: object) -> Offer:
        """Coffee for 300."""
        return self.edge.write(lambda unit: actions.make(unit, make_wish(**changes), by="mia"))

    def code(self, kind: str, ref: str) -> str:
        """The printed code of a thing."""
        return self.edge.write(lambda unit: actions.code_for(unit, kind, ref)).code

    def open(self, code: str, phone: FlaskClient | None = None, **query: str) -> TestResponse:
        """Somebody scans a code."""
        return (phone or self.phone).get(f"/q/{code}", query_string=query)

    def take(self, code: str, key: str, phone: FlaskClient | None = None) -> TestResponse:
        """Somebody taps "Take it"."""
        return (phone or self.phone).post(f"/q/{code}/redeem", data={"key": key})

    def weight(self, path: str) -> int:
        """How many bytes a file has on its way."""
        with self.phone.get(path) as file:
            return len(file.data)

    def used(self, offer: Offer) -> int:
        """How many were taken."""
        with self.edge.read() as reader:
            return store.load(reader, offer.offer_id).used

    def as_(self, role: str, name: str = "mia") -> FlaskClient:
        """A screen at which somebody of this role is signed in."""
        client = client_of(self.app)
        client.environ_base["HTTP_X_TEST_ROLE"] = role
        client.environ_base["HTTP_X_TEST_NAME"] = name
        return client

    def _owner(self, token: str) -> str:
        if token not in self.passes:
            raise NotFound
        return self.passes[token]


def _named_in_a_header(request: Request) -> Caller:
    role = request.headers.get("X-Test-Role", http.PUBLIC)
    name = request.headers.get("X-Test-Name", "")
    return Caller(role=role, id=name, device_id="tablet-1" if role != http.PUBLIC else "")
