"""A store with two people and a paired tablet."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from edge import http
from edge.app import create_app
from edge.base import log as event_log
from edge.staff import actions, rules, store, web
from edge.staff.memory import Presence, Tries
from edge.staff.rules import Role
from tests.world import OPENING, FixedClock, open_edge

KENS_PIN = "482916"
MIAS_PIN = "730158"


class Desk:
    """A store's sign-in desk."""

    def __init__(self, home) -> None:
        self.home = home
        self.clock = FixedClock(OPENING)
        self.open()
        self.ken = self.add("Ken", Role.PICKER, KENS_PIN)
        self.mia = self.add("Mia", Role.MANAGER, MIAS_PIN)

    def open(self) -> None:
        """Start the service."""
        self.edge = open_edge(self.home, [store.migrations], clock=self.clock)
        self.edge.put_part(Tries())
        self.edge.put_part(Presence())
        self.app = create_app(self.edge)
        if "staff" not in self.app.blueprints:
            self.app.register_blueprint(web.bp)
        self.app.extensions["store_edge"] = http.Ports(self.edge, web.identify)

    def restart(self) -> None:
        """Stop and start: memory is gone, the folder stays."""
        self.edge.close()
        self.open()

    def add(self, name, role, pin):
        """Somebody works here."""
        kept = actions.pin_hash(pin, self.edge.pepper)
        return self.edge.write(
            lambda u: actions.add_person(u, name, role, pin_hash=kept, by="cli")
        )

    def code(self) -> str:
        """A one-time code for a device."""
        at = self.clock.wall()
        return self.edge.write(lambda u: actions.make_code(u, at=at, by="cli"))

    def device(self, name="Tablet 1") -> FlaskClient:
        """A browser on a paired device."""
        browser = self.app.test_client()
        answer = browser.post("/api/v1/devices", json={"code": self.code(), "name": name})
        assert answer.status_code == 201, answer.json
        return browser

    def sign_in(self, browser, person=None, pin=KENS_PIN):
        """Try to sign in."""
        staff_id = (person or self.ken).staff_id
        return browser.post("/api/v1/sessions", json={"staff_id": staff_id, "pin": pin})

    def is_in(self, browser) -> bool:
        """Whether somebody is signed in: only staff may sign out."""
        with self.app.test_request_context(
            headers={"Cookie": "; ".join(f"{c.key}={c.value}" for c in cookies(browser))}
        ):
            from flask import request

            return web.identify(request).role in {http.STAFF, http.MANAGER}

    def kinds(self) -> list[str]:
        """What the log says."""
        with self.edge.read() as reader:
            return [event.kind for event in event_log.read_after(reader, 0)]


def cookies(browser) -> list:
    """What the browser keeps."""
    names = (web.DEVICE_COOKIE, web.SESSION_COOKIE)
    return [c for c in (browser.get_cookie(name) for name in names) if c]


def refusal(answer) -> str:
    """The code of a refusal."""
    return answer.json["error"]["code"]


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    """The desk; closed afterwards."""
    made = Desk(tmp_path)
    yield made
    made.edge.close()


@pytest.fixture
def tablet(desk) -> FlaskClient:
    """A paired tablet."""
    return desk.device()


__all__ = ["KENS_PIN", "MIAS_PIN", "rules"]
