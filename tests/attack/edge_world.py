"""A whole store for those who attack it: every feature, real tokens of every role, two orders of two customers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from edge.app import create_app, open_store
from edge.base import store_record
from edge.http.caller import CLIENT_FIELD, FRONT_DOOR, VIA_FLAG
from edge.offers import actions as offers
from edge.offers import store as offers_store
from edge.staff import actions as staff
from edge.staff.rules import Kind, Role, hashed
from sync.core.neutral import NeutralLine, NeutralOrder
from sync.doors.ids import SeededIds
from tests.edge.acts.offer_world import make_wish
from tests.world import HARBOUR_LANE, OPENING, FixedClock

PIN = "482916"


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: their headers, and the way they come."""

    name: str
    headers: Mapping[str, str]
    environ: Mapping[str, str]


class EdgeWorld:
    """Harbour Lane with a picker, a manager, a kiosk, two orders with passes, and an offer with a code."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.clock = FixedClock(OPENING)
        self.edge = open_store(
            home,
            clock=self.clock,
            ids=SeededIds(1),
            environment={"STORE_EDGE_COOKIES_SECURE": "false", **environment},
        )
        self.edge.write(lambda unit: store_record.save(unit, HARBOUR_LANE))
        self.app = create_app(self.edge)
        self.web: FlaskClient = self.app.test_client(use_cookies=False)
        self.device = self.pair("Desk")
        self.kiosk = self.pair("Kiosk", Kind.KIOSK)
        self.picker_id, self.picker = self.person("Ken", Role.PICKER)
        self.manager_id, self.manager = self.person("Mia", Role.MANAGER)
        self.ana = self.order(1, "Ana K.")
        self.ben = self.order(2, "Ben O.")
        self.offer = self.edge.write(lambda u: offers.make(u, make_wish(), by=self.manager_id))
        with self.edge.read() as reader:
            self.code = next(
                each.code for each in offers_store.codes(reader) if each.ref == self.offer.offer_id
            )

    def close(self) -> None:
        """Let go of the folder."""
        self.edge.close()

    def pair(self, name: str, kind: Kind = Kind.OTHER) -> str:
        """The token of a newly paired device."""
        at = self.clock.wall()
        code = self.edge.write(lambda u: staff.make_code(u, at=at, by="cli", kind=kind))
        _, token = self.edge.write(lambda u: staff.pair(u, code, name, at=at))
        return token

    def person(self, name: str, role: Role) -> tuple[str, str]:
        """Somebody who works here and is signed in at the desk: id and session token."""
        at, kept = self.clock.wall(), staff.pin_hash(PIN, self.edge.pepper)
        person = self.edge.write(
            lambda u: staff.add_person(u, name, role, pin_hash=kept, by="cli")
        )
        device_id = self.device_id()
        return person.staff_id, self.edge.write(
            lambda u: staff.sign_in(u, person.staff_id, device_id, at=at)
        )

    def sign_in_manager_again(self) -> None:
        """The manager has just given the PIN at the desk."""
        at, device_id = self.clock.wall(), self.device_id()
        self.manager = self.edge.write(
            lambda u: staff.sign_in(u, self.manager_id, device_id, at=at)
        )

    def device_id(self) -> str:
        """The id of the desk's tablet."""
        from edge.staff import store

        with self.edge.read() as reader:
            found = store.device_by_token(reader, hashed(self.device))
        assert found is not None
        return found.device_id

    def order(self, n: int, name: str, **changes: Any) -> dict[str, Any]:
        """An order taken at the till, as the till is told of it: with its pass token."""
        body = neutral(n, name, **changes)
        answer = self.ask(self.role("device"), "POST", "/api/v1/orders", json=body)
        assert answer.status_code == 201, answer.text
        taken: dict[str, Any] = answer.json
        return taken

    def role(self, name: str) -> Asker:
        """The headers of: nobody, front_door, kiosk, device, picker, manager."""
        paired = {"Authorization": f"Bearer {self.kiosk if name == 'kiosk' else self.device}"}
        sessions = {"picker": self.picker, "manager": self.manager}
        headers = {} if name in ("nobody", "front_door") else dict(paired)
        if name in sessions:
            headers["X-Staff-Session"] = sessions[name]
        environ = {}
        if name == "front_door":
            # Whatever it brings along: what comes over the front door is nobody.
            headers = {**paired, "X-Staff-Session": self.manager}
            environ = {VIA_FLAG: FRONT_DOOR, CLIENT_FIELD: "203.0.113.9"}
        return Asker(name, headers, environ)

    def ask(self, who: Asker | str, method: str, path: str, **more: Any) -> TestResponse:
        """Ask as somebody."""
        role = self.role(who) if isinstance(who, str) else who
        headers = {**role.headers, **more.pop("headers", {})}
        environ = {**role.environ, **more.pop("environ", {})}
        return self.web.open(
            path, method=method, headers=headers, environ_overrides=environ, **more
        )

    def send(self, who: str, method: str, path: str, raw: bytes, **more: Any) -> TestResponse:
        """Send bytes that claim to be JSON."""
        headers = {"Content-Type": "application/json", **more.pop("headers", {})}
        return self.ask(who, method, path, data=raw, headers=headers, **more)


def neutral(n: int, name: str = "Ana K.", **changes: Any) -> dict[str, Any]:
    """A neutral order as JSON."""
    order = NeutralOrder(
        order_id=f"0192f0c0-0000-7000-8000-{n:012d}",
        source="till",
        source_id=str(700 + n),
        shown_number=str(700 + n),
        store_id="harbour-lane",
        customer_key=f"c-{n}",
        customer_name=name,
        lines=[
            NeutralLine(line_no=1, sku="SKU-001", name="Bread", qty=1, unit_price_minor=300),
        ],
        promise_at=OPENING + timedelta(hours=2),
        hold_until=OPENING + timedelta(hours=6),
        token_hash="",
        placed_at=OPENING,
        currency="JPY",
    )
    return {**json.loads(msgspec.json.encode(order)), **changes}


def refusal(answer: TestResponse) -> str:
    """The code of a refusal; anything but the one error shape fails the test."""
    assert answer.is_json, (answer.status_code, answer.headers, answer.text[:200])
    assert set(answer.json) == {"error"}, answer.json
    assert set(answer.json["error"]) == {"code", "message", "details"}, answer.json
    assert answer.json["error"]["message"]
    return str(answer.json["error"]["code"])
