"""Who gets into HQ, how guessing slows down, and what a role opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.hq.app.service import Service
from sync.hq.http import ROUTES, Who
from sync.hq.people.rules import wait_seconds
from tests.hq.world import ORIGIN, PASSWORD, World

SAME_SITE = {"Origin": ORIGIN}
LOGIN = {"login": "admin-person", "password": PASSWORD}


def test_guessing_waits_twice_as_long_each_time_but_never_for_ever() -> None:
    """1, 2, 4 ... 300 seconds."""
    waits = [wait_seconds(n) for n in range(12)]
    assert waits[:5] == [0, 1, 2, 4, 8]
    assert waits[-1] == 300


def test_the_first_admin_needs_the_code_that_hq_printed(tmp_path: Path) -> None:
    """There is no default password; the code works once."""
    world = World(tmp_path)
    world.close()
    service = Service(world.settings, clock=world.clock, ids=world.hq.ids)
    browser = service.app.test_client()
    assert browser.get("/sign-in").headers["Location"] == "/setup"
    form = {"code": "WRONG", "name": "Ann", "login": "ann", "password": PASSWORD}
    assert browser.post("/setup", data=form, headers=SAME_SITE).status_code == 403
    world.clock.advance(seconds=2)
    right = {**form, "code": f"{service.setup_code}".lower()}
    assert browser.post("/setup", data=right, headers=SAME_SITE).headers["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert browser.post("/setup", data=right, headers=SAME_SITE).status_code == 409
    service.stop()


def test_wrong_passwords_slow_down_and_the_right_one_works_after_the_wait(world: World) -> None:
    """The wait is real time, per login."""
    world.sign_in()
    browser = world.app.test_client()
    wrong = {**LOGIN, "password": "not the password"}
    assert browser.post("/sign-in", data=wrong, headers=SAME_SITE).status_code == 401
    assert browser.post("/sign-in", data=LOGIN, headers=SAME_SITE).status_code == 429
    world.clock.advance(seconds=1.1)
    assert browser.post("/sign-in", data=LOGIN, headers=SAME_SITE).status_code == 303


def test_unknown_and_known_logins_are_refused_alike(world: World) -> None:
    """Nothing tells whether somebody works here."""
    world.sign_in()
    answers = []
    for login in ("admin-person", "nobody"):
        form = {"login": login, "password": "not the password"}
        answers.append(world.app.test_client().post("/sign-in", data=form, headers=SAME_SITE))
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].data == answers[1].data


def test_a_session_ends_when_it_is_left_alone_and_after_a_day(world: World) -> None:
    """Half an hour idle, or twelve hours in all."""
    browser = world.sign_in()
    world.clock.advance(minutes=29)
    assert browser.get("/").status_code == 200
    world.clock.advance(minutes=31)
    assert browser.get("/").status_code == 303
    busy = world.sign_in("manager")
    for _ in range(12 * 3):
        assert busy.get("/").status_code == 200
        world.clock.advance(minutes=20.1)
    assert busy.get("/").status_code == 303


def test_signing_out_ends_the_session_at_once(world: World) -> None:
    """Also for a copy of the cookie."""
    browser = world.sign_in()
    cookie = browser.get_cookie("store_edge_hq")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    browser.post("/sign-out", headers=SAME_SITE)
    browser.set_cookie("store_edge_hq", cookie.value)
    assert browser.get("/").status_code == 303
    assert cookie.value not in str(world.table("sessions"))


def test_a_person_switched_off_is_out_at_once(world: World) -> None:
    """And the last admin stays."""
    admin, manager = world.sign_in("admin"), world.sign_in("manager")
    people = {row["login"]: row["person_id"] for row in world.table("people")}
    off = {"role": "manager", "disabled": "true"}
    path = f"/people/{people['manager-person']}"
    assert admin.post(path, data=off, headers=SAME_SITE).status_code == 303
    assert manager.get("/").status_code == 303
    own = f"/people/{people['admin-person']}"
    assert admin.post(own, data=off, headers=SAME_SITE).status_code == 409


def test_taken_logins_and_unknown_words_are_refused(world: World) -> None:
    """Nobody chooses a password for somebody else."""
    admin = world.sign_in()
    form = {"login": "ben", "name": "Ben", "role": "viewer"}
    for change, status in (
        ({"login": "admin-person"}, 409),
        ({"role": "owner"}, 422),
        ({"password": PASSWORD}, 422),
        ({}, 200),
    ):
        answer = admin.post("/people", data={**form, **change}, headers=SAME_SITE)
        assert answer.status_code == status, change


PAGES = sorted(
    (route.method, route.path, route.who)
    for route in ROUTES.values()
    if route.who in (Who.VIEWER, Who.MANAGER, Who.ADMIN)
)
RANKS = {Who.VIEWER: 0, Who.MANAGER: 1, Who.ADMIN: 2}


@pytest.mark.parametrize("role", ["viewer", "manager", "admin"])
def test_each_role_opens_what_it_may_and_nothing_more(world: World, role: str) -> None:
    """Generated from the routes: nobody signed in, the role, and another site."""
    browser, stranger = world.sign_in(role), world.app.test_client()
    for method, path, who in PAGES:
        if path == "/sign-out":
            continue
        there = (
            path.replace("<order_id>", "o1")
            .replace("<store_id>", "s1")
            .replace("<person_id>", "p")
        )
        outside = stranger.open(there, method=method, headers=SAME_SITE)
        assert outside.status_code in (303, 401), path
        answer = browser.open(there, method=method, headers=SAME_SITE)
        may = RANKS[Who(role)] >= RANKS[who]
        assert (answer.status_code != 403) == may, (path, answer.status_code)
        if method == "POST":
            foreign = {"Origin": "https://evil.example"}
            assert browser.open(there, method=method, headers=foreign).status_code == 403
            cross = {**SAME_SITE, "Sec-Fetch-Site": "cross-site"}
            assert browser.open(there, method=method, headers=cross).status_code == 403
            assert browser.open(there, method=method).status_code == 403
