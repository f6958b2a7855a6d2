"""HQ's people: let in by a password for once, changed, ended, reset, cut off; and written down."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient

from tests.hq.world import ORIGIN, World

OWN = "three green bottles"


def invited(world: World, admin: FlaskClient, login: str = "mei") -> str:
    """The one-time password that the page shows."""
    page = press(admin, "/people", login=login, name="Mei", role="viewer")
    found = re.search(r'class="big num"><code>([^<]+)</code>', page)
    assert found, page
    return found[1]


def press(browser: FlaskClient, path: str, **fields: str) -> str:
    """Send a form and read what follows."""
    headers = {"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.post(path, data=fields, headers=headers, follow_redirects=True)
    return str(answer.text)


def come_in(world: World, password: str, login: str = "mei") -> tuple[FlaskClient, str]:
    """Somebody at the sign-in page."""
    browser = world.app.test_client()
    return browser, press(browser, "/sign-in", login=login, password=password)


def choose(world: World, once: str) -> FlaskClient:
    """Come in with a one-time password and choose one's own."""
    browser, page = come_in(world, once)
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found, page
    assert "Orders" in press(browser, "/first-password", ticket=found[1], password=OWN)
    return browser


def test_who_is_invited_chooses_a_password_and_the_first_one_is_dead(world: World) -> None:
    """The admin never knows it, and the one-time password opens nothing twice."""
    once = invited(world, world.sign_in())
    browser = choose(world, once)
    assert browser.get("/").status_code == 200
    assert "do not go together" in come_in(world, once)[1]
    world.clock.advance(seconds=5)
    assert come_in(world, OWN)[0].get("/").status_code == 200


def test_a_one_time_password_ends_and_opens_no_page(world: World) -> None:
    """After three days an admin makes a new one; before that it leads to one page only."""
    once = invited(world, world.sign_in())
    browser, page = come_in(world, once)
    assert "Choose your password" in page
    assert browser.get("/").status_code == 303
    world.clock.set(world.clock.now() + timedelta(hours=73))
    assert "has ended" in come_in(world, once)[1]


def test_a_ticket_is_for_minutes_and_a_weak_password_is_refused(world: World) -> None:
    """Neither leaves a session behind."""
    browser, page = come_in(world, invited(world, world.sign_in()))
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page)[0]
    assert "at least 12" in press(browser, "/first-password", ticket=ticket, password="short")
    assert "took too long" in press(browser, "/first-password", ticket="x" * 20, password=OWN)
    world.clock.set(world.clock.now() + timedelta(minutes=11))
    assert "took too long" in press(browser, "/first-password", ticket=ticket, password=OWN)


def test_a_reset_ends_every_sign_in_and_the_old_password(world: World) -> None:
    """For whoever forgot it, or lost a laptop."""
    admin = world.sign_in()
    browser = choose(world, invited(world, admin))
    person_id = next(row["person_id"] for row in world.table("people") if row["login"] == "mei")
    page = press(admin, f"/people/{person_id}/reset")
    assert "One-time password for mei" in page
    assert browser.get("/").status_code == 303
    assert "do not go together" in come_in(world, OWN)[1]


def test_a_sign_in_is_listed_and_cut(world: World) -> None:
    """By an admin, or by the person; what is listed opens nothing."""
    admin = world.sign_in()
    browser = choose(world, invited(world, admin))
    person_id = next(row["person_id"] for row in world.table("people") if row["login"] == "mei")
    other, _ = come_in(world, OWN)
    ids = re.findall(r'name="session_id" value="([0-9a-f]{16})"', browser.get("/me").text)
    assert len(ids) == 1
    press(browser, "/me/cut", session_id=ids[0])
    assert (browser.get("/").status_code, other.get("/").status_code) == (200, 303)
    press(admin, f"/people/{person_id}/cut", session_id="")
    assert browser.get("/").status_code == 303


def test_ones_own_password_needs_the_present_one(world: World) -> None:
    """And ends all other sign-ins."""
    browser = choose(world, invited(world, world.sign_in()))
    other, _ = come_in(world, OWN)
    fresh = "seven brown ravens"
    assert "not right" in press(browser, "/me/password", present="wrong", password=fresh)
    world.clock.advance(seconds=600)
    press(browser, "/me/password", present=OWN, password=fresh)
    assert (browser.get("/").status_code, other.get("/").status_code) == (200, 303)
    assert come_in(world, fresh)[0].get("/").status_code == 200


def test_the_last_admin_stays(world: World) -> None:
    """Neither ended nor made less; two admins are enough for one to go."""
    admin = world.sign_in()
    [row] = world.table("people")
    for fields in ({"role": "admin", "disabled": "true"}, {"role": "viewer"}):
        assert "last admin" in press(admin, f"/people/{row['person_id']}", **fields)
    assert world.table("people")[0]["role"] == "admin"


def test_who_did_what_is_written_down(world: World) -> None:
    """Newest first, for admins only, without a password in it."""
    admin = world.sign_in()
    once = invited(world, admin)
    page = admin.get("/people/deeds").text
    assert ("Admin" in page, "invited somebody" in page, once in page) == (True, True, False)
    assert world.sign_in("manager").get("/people/deeds").status_code == 403
