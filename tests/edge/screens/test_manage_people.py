"""People and devices on the manager's pages: PINs and codes shown once, ends that count at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from edge.base import log as event_log
from edge.staff import actions, store
from edge.staff.rules import Role
from tests.attack.edge_world import PIN, EdgeWorld


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeWorld]:
    """A whole store, with real people and devices."""
    made = EdgeWorld(tmp_path_factory.mktemp("people") / "store")
    yield made
    made.close()


class Desk:
    """The manager's desk in that store: a page's reader and its forms."""

    def __init__(self, world: EdgeWorld) -> None:
        self.world = world
        self.web: FlaskClient = world.web

    def get(self, path: str, who: str = "manager") -> TestResponse:
        return self.world.ask(who, "GET", path)

    def post(
        self, path: str, *, headers: dict[str, str] | None = None, **fields: str
    ) -> TestResponse:
        return self.world.ask("manager", "POST", path, data=fields, headers=headers or {})

    def follow(self, answer: TestResponse) -> str:
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["Location"]).text

    def add(self, name: str, role: str = "picker") -> tuple[str, str, str]:
        """Staff id, PIN and the page that showed it."""
        answer = self.post("/manage/people", name=name, role=role)
        page = self.follow(answer)
        pin = re.findall(r'big-code num">(\d+)<', page)[0]
        with self.world.edge.read() as reader:
            staff_id = next(each.staff_id for each in store.people(reader) if each.name == name)
        return staff_id, pin, answer.headers["Location"]

    def sign_in(self, staff_id: str, pin: str) -> TestResponse:
        body = {"staff_id": staff_id, "pin": pin}
        return self.world.ask("device", "POST", "/api/v1/sessions", json=body)

    def kinds(self) -> list[str]:
        with self.world.edge.read() as reader:
            return [fact.kind for fact in event_log.read_after(reader, 0, limit=10_000)]


@pytest.fixture
def desk(opened: EdgeWorld) -> Desk:
    """The desk."""
    return Desk(opened)


def test_somebody_new_gets_a_pin_that_is_shown_once_and_works(desk: Desk) -> None:
    """A reload shows it no more; nobody else's ticket opens it."""
    staff_id, pin, where = desk.add("Rin H.")
    assert desk.sign_in(staff_id, pin).status_code == 200
    again = desk.get(where).text
    assert pin not in again
    assert "was shown once and is gone" in again


def test_a_form_sent_twice_makes_one_person(desk: Desk) -> None:
    """And the second answer shows no PIN, because that one would not be right."""
    key = re.findall(r'name="key" value="([^"]+)"', desk.get("/manage/people").text)[0]
    answers = [
        desk.post("/manage/people", name="Zoe D.", role="picker", key=key) for _ in range(2)
    ]
    assert "ticket=" in answers[0].headers["Location"]
    assert "ticket=" not in answers[1].headers["Location"]
    with desk.world.edge.read() as reader:
        assert [each.name for each in store.people(reader)].count("Zoe D.") == 1


def test_a_name_that_is_missing_is_said_at_the_form(desk: Desk) -> None:
    """Nothing was made."""
    page = desk.post("/manage/people", name="  ", role="manager")
    assert page.status_code == 422
    assert "A name of at most 40 characters" in page.text


def test_a_role_that_is_none_is_refused_not_guessed(desk: Desk) -> None:
    """Nobody is let in by a form that was not ours."""
    answer = desk.post("/manage/people", name="Ola P.", role="owner")
    assert answer.status_code == 422
    assert "Ola P." not in desk.get("/manage/people").text


@pytest.mark.parametrize("path", ["", "/{id}/pin", "/{id}/end"])
def test_who_works_here_is_changed_only_right_after_a_pin(desk: Desk, path: str) -> None:
    """A screen that a manager left for six minutes lets nobody in, ends nobody, and says what to do."""
    staff_id, _, _ = desk.add(f"Kim {len(path)}")
    desk.world.clock.advance(minutes=6)
    said = desk.post(
        f"/manage/people{path.format(id=staff_id)}",
        headers={"Accept": "text/html"},
        name="Mallory",
        role="manager",
        sure="yes",
    )
    assert said.status_code == 403
    assert "give your PIN again" in said.text
    assert "/signin?next=people" in said.text
    page = desk.get("/manage/people").text
    assert "Mallory" not in page
    assert f"Kim {len(path)}" in page
    assert "give your PIN once more" in page
    assert desk.get("/manage/people.csv").status_code == 403
    desk.world.sign_in_manager_again()
    assert "give your PIN once more" not in desk.get("/manage/people").text
    desk.add(f"Lou {len(path)}")


def test_a_new_pin_ends_the_old_one(desk: Desk) -> None:
    """And whoever was signed in by it."""
    staff_id, old, _ = desk.add("Ola P.")
    page = desk.follow(desk.post(f"/manage/people/{staff_id}/pin"))
    new = re.findall(r'big-code num">(\d+)<', page)[0]
    assert desk.sign_in(staff_id, new).status_code == 200
    assert desk.sign_in(staff_id, old).status_code == 401


def test_somebody_who_ends_is_out_at_once(desk: Desk) -> None:
    """Their session is worth nothing with the commit; their name stays in history."""
    staff_id, pin, _ = desk.add("Bo T.")
    session = desk.sign_in(staff_id, pin).json["session_token"]
    headers = {"Authorization": f"Bearer {desk.world.device}", "X-Staff-Session": session}
    assert desk.web.get("/api/v1/extras", headers=headers).status_code == 200
    assert "can no longer sign in" in desk.follow(
        desk.post(f"/manage/people/{staff_id}/end", sure="yes")
    )
    assert desk.web.get("/api/v1/extras", headers=headers).status_code == 401
    assert desk.sign_in(staff_id, pin).status_code == 401


def test_the_last_manager_cannot_end(desk: Desk) -> None:
    """Nobody could let anybody in again."""
    page = desk.post(f"/manage/people/{desk.world.manager_id}/end", sure="yes")
    assert page.status_code == 409
    assert "the only manager" in page.text
    assert desk.get("/manage/people").status_code == 200


def test_somebody_locked_out_may_try_again_at_once(desk: Desk) -> None:
    """Wrong tries are counted, shown, and forgiven by a manager."""
    staff_id, pin, _ = desk.add("Ida F.")
    for _ in range(2):
        desk.sign_in(staff_id, "000001")
    assert desk.sign_in(staff_id, pin).status_code == 429
    assert "wrong tr" in desk.get("/manage/people").text
    desk.follow(desk.post(f"/manage/people/{staff_id}/unlock"))
    assert desk.sign_in(staff_id, pin).status_code == 200
    assert "staff_unlocked" in desk.kinds()


def test_a_device_is_paired_by_the_code_on_the_page(desk: Desk) -> None:
    """It has the kind the manager chose; the code stays until it is used, and is in no address."""
    answer = desk.post("/manage/devices/code", kind="kiosk")
    where = answer.headers["Location"]
    page = desk.get(where).text
    code = re.findall(r'big-code num">([0-9A-Z-]+)<', page)[0]
    assert code not in where
    assert code in desk.get(where).text
    other = desk.world.ask("device", "GET", where)
    assert other.status_code == 403
    paired = desk.web.post("/api/v1/devices", json={"code": code, "name": "Kiosk at the door"})
    assert paired.status_code == 201
    assert paired.json["kind"] == "kiosk"
    used = desk.get(where).text
    assert "A device was paired by this code" in used
    assert "Kiosk at the door" in used


def test_a_device_is_renamed_and_shut_out(desk: Desk) -> None:
    """Its token is worth nothing with the commit."""
    token = desk.world.pair("Old tablet")
    headers = {"Authorization": f"Bearer {token}"}
    with desk.world.edge.read() as reader:
        device_id = next(e.device_id for e in store.devices(reader) if e.name == "Old tablet")
    assert "New tablet" in desk.follow(
        desk.post(f"/manage/devices/{device_id}/name", name="New tablet")
    )
    assert desk.post(f"/manage/devices/{device_id}/name", name="").status_code == 422
    assert desk.web.get("/api/v1/staff", headers=headers).status_code == 200
    assert "New tablet" not in desk.follow(
        desk.post(f"/manage/devices/{device_id}/revoke", sure="yes")
    )
    assert desk.web.get("/api/v1/staff", headers=headers).status_code == 401
    assert {"device_renamed", "device_revoked"} <= set(desk.kinds())


def test_a_device_that_nobody_heard_of_lately_is_marked(desk: Desk) -> None:
    """Last seen is kept in the database, and is no older than some minutes."""
    desk.world.pair("Scanner")
    assert "0 s ago" in desk.get("/manage/devices").text
    desk.world.clock.advance(minutes=9)
    desk.get("/manage/devices")
    desk.world.clock.advance(minutes=9)
    page = desk.get("/manage/devices").text
    assert "18 min ago" in page
    assert "Other devices" in desk.get("/manage").text


def test_a_manager_can_end_when_there_is_another(desk: Desk) -> None:
    """The role is counted, not the name."""
    edge = desk.world.edge
    kept = actions.pin_hash(PIN, edge.pepper)
    second = edge.write(
        lambda unit: actions.add_person(unit, "Second", Role.MANAGER, pin_hash=kept, by="cli")
    )
    desk.world.sign_in_manager_again()
    assert desk.post(f"/manage/people/{second.staff_id}/end", sure="yes").status_code == 303
