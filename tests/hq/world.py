"""A small world for HQ's tests: HQ on a temporary folder, a shop that signs, and boxes that are stores."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sync.core import chain
from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds
from sync.hq.app import commands, create_app
from sync.hq.base.hq import Hq
from sync.hq.settings import Settings
from sync.protocol import wire
from sync.protocol.batch import Batch, PushedEvent
from sync.protocol.limits import pack
from sync.protocol.signature import NO_NONCE, public_text, sign

OPENING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8440"
SECRET = "shop & secret"
PASSWORD = "correct horse battery"
STORES = {
    "harbour-lane": {"code": "HL", "name": "Harbour Lane", "north": 35.44, "east": 139.64},
    "mill-square": {"code": "MS", "name": "Mill Square", "north": 35.50, "east": 139.70},
}


class World:
    """HQ and everything that talks to it, in one process, with a clock that moves when told."""

    def __init__(self, home: Path, **settings: object) -> None:
        self.clock = FixedClock(OPENING)
        self.settings = msgspec.convert(
            {"home": str(home), "cookies_secure": False, **settings}, Settings
        )
        self.app: Flask = create_app(self.settings, clock=self.clock, ids=SeededIds(1))
        self.hq: Hq = self.app.extensions["hq"]
        self.client: FlaskClient = self.app.test_client()

    def close(self) -> None:
        """Let go of the folder."""
        self.hq.database.close()

    def command(self, name: str, /, **words: object) -> dict[str, Any]:
        """Run a command as the command line does; a refusal fails the test."""
        answer = commands.run(self.hq, name, words)
        assert "error" not in answer, answer
        said: dict[str, Any] = answer["said"]
        return said

    def add_stores(self, *store_ids: str) -> None:
        """Add stores of the invented chain."""
        for store_id in store_ids or STORES:
            known = STORES[store_id]
            self.command(
                "save-store",
                store_id=store_id,
                code=known["code"],
                name=known["name"],
                zone="Asia/Tokyo",
                public_host=f"{store_id}.localhost:8443",
                pin={"label": "door", "north": known["north"], "east": known["east"]},
            )

    def add_shop(self, name: str = "woo", **more: object) -> None:
        """Let the invented web shop send orders."""
        self.command(
            "add-source", name=name, adapter="woocommerce", currency="JPY", lang="en",
            secret=SECRET, **more,
        )  # fmt: skip

    def hook(self, said: object, **more: str) -> TestResponse:
        """Send a signed webhook."""
        body = said if isinstance(said, bytes) else msgspec.json.encode(said)
        headers = {"X-WC-Webhook-Signature": signature(body), "X-WC-Webhook-Resource": "order"}
        return self.client.post("/hooks/woo", data=body, headers={**headers, **more})

    def sign_in(self, role: str = "admin") -> FlaskClient:
        """A browser in which somebody of that role is signed in."""
        login = f"{role}-person"
        self.command("add-person", login=login, name=role.title(), role=role, password=PASSWORD)
        browser = self.app.test_client()
        answer = browser.post(
            "/sign-in", data={"login": login, "password": PASSWORD}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 303, answer.text
        return browser

    def box(self, store_id: str = "harbour-lane", seed: int = 1) -> Box:
        """A box that was enrolled as a store."""
        code = self.command("enrol-store", store_id=store_id)["code"]
        box = Box(self, store_id, seed)
        answer = box.enrol(code)
        assert answer.status_code == 200, answer.text
        return box

    def kept(self) -> bytes:
        """Everything that HQ keeps, wherever it keeps it: the files of its folder, and the rows of its server."""
        found = [path.read_bytes() for path in self.hq.home.rglob("*") if path.is_file()]
        if self.settings.database_url:
            with self.hq.read() as reader:
                names = reader.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                tables = [reader.rows(f"SELECT * FROM {row['tablename']}") for row in names]
            found += [repr(dict(row)).encode() for table in tables for row in table]
        return b"\n".join(found)

    def table(self, name: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        with self.hq.read() as reader:
            return [dict(row) for row in reader.rows(f"SELECT * FROM {name}")]


class Box:
    """A store's computer as HQ sees it: a key, an epoch, a log, and a growing sequence."""

    def __init__(self, world: World, store_id: str, seed: int = 1) -> None:
        self.world, self.store_id = world, store_id
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"%d" % seed).digest())
        self.epoch = hashlib.sha256(f"{store_id}{seed}".encode()).hexdigest()[:32]
        self.chain = chain.genesis(self.epoch)
        self.seq = self.sequence = 0
        self.nonce = NO_NONCE
        self.generation = ""

    def enrol(self, code: str) -> TestResponse:
        """Show a code and become a store."""
        public = public_text(self.key.public_key())
        return self.post("enrol", wire.Enrol(code=code, public_key=public, epoch=self.epoch))

    def hello(self, store_id: str = "") -> TestResponse:
        """Begin a session."""
        self.nonce = NO_NONCE
        answer = self.post(
            "hello",
            wire.Hello(
                store_id=store_id or self.store_id,
                epoch=self.epoch,
                first_kept=1,
                last=wire.Mark(seq=self.seq, chain=self.chain.hex()),
            ),
        )
        if answer.status_code == 200:
            welcome = msgspec.json.decode(answer.data, type=wire.Welcome)
            self.nonce, self.generation = welcome.nonce, welcome.generation
        return answer

    def batch(self, *events: PushedEvent) -> Batch:
        """The next events of the log; the log goes on behind them."""
        before, first = self.chain, self.seq + 1
        for seq, event in enumerate(events, first):
            self.chain = chain.link(self.chain, _envelope(seq, event))
        self.seq += len(events)
        return Batch(
            store_id=self.store_id,
            epoch=self.epoch,
            first_seq=first,
            prev_chain=before.hex(),
            events=list(events),
            last_chain=self.chain.hex(),
        )

    def push(self, *events: PushedEvent) -> wire.PushReply:
        """Push the next events."""
        answer = self.post("push", self.batch(*events))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.data, type=wire.PushReply)

    def pull(self, position: int = 0, **more: Any) -> wire.Page:
        """The next page of the feed."""
        asked = wire.Pull(generation=self.generation, position=position, **more)
        answer = self.post("pull", asked)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.data, type=wire.Page)

    def post(self, path: str, message: msgspec.Struct | bytes, **more: str) -> TestResponse:
        """Send a signed request."""
        body = message if isinstance(message, bytes) else pack(wire.encode(message))
        return self.send(path, body, {**self.signed(path, body), **more})

    def signed(self, path: str, body: bytes) -> dict[str, str]:
        """Headers of a request with the next sequence."""
        self.sequence += 1
        return sign(
            self.key,
            key_id=public_text(self.key.public_key()),
            url=f"{self.world.settings.public_url}/sync/v1/{path}",
            body=body,
            nonce=self.nonce,
            sequence=self.sequence,
            created=OPENING,
        )

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> TestResponse:
        """Send bytes as they are."""
        return self.world.client.post(f"/sync/v1/{path}", data=body, headers=headers)


def event(kind: str, aggregate_id: str, **body: object) -> PushedEvent:
    """An event as a store tells it."""
    return PushedEvent(
        kind=kind,
        version=1,
        aggregate_id=aggregate_id,
        at="2026-11-23T00:00:00.000000+00:00",
        hlc="1795392000000.0000",
        clock_state="synced",
        by="s1",
        origin=str(body.pop("origin", "edge")),
        body=msgspec.Raw(msgspec.json.encode(body)),
        proof="00" * 16,
    )


def signature(body: bytes, secret: str = SECRET) -> str:
    """A shop's signature over a body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def woo_order(order_id: int = 1001, **changes: object) -> dict[str, object]:
    """A shop's order for Harbour Lane; all of it invented."""
    order: dict[str, object] = {
        "id": order_id,
        "number": str(order_id),
        "status": "processing",
        "currency": "JPY",
        "date_created_gmt": "2026-11-22T23:50:00",
        "date_modified_gmt": "2026-11-22T23:50:00",
        "customer_id": 7,
        "billing": {
            "first_name": "Ana",
            "last_name": "Kimura",
            "email": "ana@example.com",
            "phone": "050-1111-2222",
            "address_1": "4 Rose Alley",
        },
        "shipping_lines": [pickup_line()],
        "line_items": [woo_line()],
        "meta_data": [],
    }
    return {**order, **changes}


def woo_line(**changes: object) -> dict[str, object]:
    """A line of a shop's order."""
    line = {
        "id": 1,
        "name": "Rice &amp; beans",
        "product_id": 3,
        "quantity": 2,
        "total": "1360",
        "sku": "SKU-003",
        "meta_data": [],
    }
    return {**line, **changes}


def pickup_line(location: str = "Harbour Lane", address: str = "") -> dict[str, object]:
    """The shipping line of the block checkout."""
    return {
        "id": 1,
        "method_title": f"Local pickup ({location})",
        "method_id": "pickup_location",
        "instance_id": "0",
        "meta_data": [
            {"key": "pickup_location", "value": location},
            {"key": "pickup_address", "value": address},
        ],
    }


def _envelope(seq: int, event: PushedEvent) -> chain.Envelope:
    body_hash = chain.body_hash(bytes.fromhex(event.proof), bytes(event.body or b""))
    return chain.Envelope(
        seq, event.kind, event.version, event.aggregate_id, event.at, event.hlc,
        event.clock_state, event.by, event.origin, body_hash, event.original_id,
    )  # fmt: skip
