"""How a store is: told by itself once a minute, judged by HQ, shown in words; and letting boxes in and out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from sync.hq.stores.rules import Health, Store
from sync.protocol import wire
from tests.hq.world import OPENING, ORIGIN, World, event

STORE = Store(store_id="s", code="S", name="S", zone="UTC", public_host="s.example")


def said(**more: object) -> wire.StoreHealth:
    """A store that is well."""
    told = {"at": OPENING.isoformat(), "last_seq": 1, "version": "0.1.0", "line_up": True, **more}
    return wire.StoreHealth(**told)  # type: ignore[arg-type]


def test_what_a_store_says_of_itself_is_on_the_page(world: World) -> None:
    """Backlog, clock, front door, backup: each in words, with HQ's own figures beside them."""
    box = world.box()
    box.hello()
    box.push(event("order_received", "o1", number="A-1", order_id="o1", lines=1))
    late = (OPENING - timedelta(seconds=19)).isoformat()
    backup = (OPENING - timedelta(days=3)).isoformat()
    told = said(at=late, last_seq=15, line_up=False, line_seconds=1300.0, backup_at=backup)
    assert box.post("health", told).status_code == 200
    browser = world.sign_in("viewer")
    for path in ("/stores", "/stores/harbour-lane"):
        page = browser.get(path).text
        for word in (
            "14 events to come",
            "19 s slow",
            "Down",
            "21 min ago",
            "3 days ago",
            "0.1.0",
        ):
            assert word in page, (path, word)


def test_only_the_newest_word_is_kept(world: World) -> None:
    """It is a state, not a log."""
    box = world.box()
    box.hello()
    for version in ("0.1.0", "0.2.0"):
        box.post("health", said(version=version))
    [row] = world.table("store_health")
    assert "0.2.0" in str(row["body"])


@pytest.mark.parametrize(
    ("silent", "word"), [(None, "never"), (5, "in_touch"), (61, "quiet"), (901, "lost")]
)
def test_silence_has_four_names(silent: float | None, word: str) -> None:
    """By real seconds since the store was last heard."""
    heard = None if silent is None else OPENING - timedelta(seconds=silent)
    assert Health(store=STORE, now=OPENING, heard_at=heard).contact == word


def test_a_line_to_a_front_door_that_is_not_there_is_no_trouble() -> None:
    """A single shop without one: its line is not down, there is none."""
    down, alone = (
        Health(store=STORE, now=OPENING, heard_at=OPENING, told=said(line_up=up), night="equal")
        for up in (False, None)
    )
    assert (down.line, down.troubles) == ("down", 2)
    assert (alone.line, alone.troubles) == ("none", 0)


def test_the_worst_stores_stand_first() -> None:
    """A night that differs weighs more than an old backup; a well store weighs nothing."""
    well = Health(store=STORE, now=OPENING, heard_at=OPENING, told=said(), skew=0.1, night="equal")
    old = Health(store=STORE, now=OPENING, heard_at=OPENING, backup_age=10 * 86_400)
    differs = Health(store=STORE, now=OPENING, heard_at=OPENING, night="differs")
    assert well.troubles == 0 < old.troubles < differs.troubles


def test_an_admin_adds_a_store_and_makes_its_code(world: World) -> None:
    """The code is shown once, lets one box in, and ends the one before it."""
    admin = world.sign_in()
    form = {
        "store_id": "old-pier", "code": "OP", "name": "Old Pier", "zone": "Asia/Tokyo",
        "public_host": "old-pier.example", "currency": "JPY", "north": "35.52", "east": "139.75",
    }  # fmt: skip
    headers = {"Origin": ORIGIN}
    assert admin.post("/stores", data=form, headers=headers).status_code == 303
    assert admin.post("/stores", data=form, headers=headers).status_code == 409
    codes = []
    for _ in range(2):
        page = admin.post("/stores/old-pier/code", headers={
            **headers, "Content-Type": "application/x-www-form-urlencoded"
        }).text  # fmt: skip
        codes += re.findall(r'class="big num"><code>([^<]+)</code>', page)
    assert len(codes) == 2
    from tests.hq.world import Box

    assert Box(world, "old-pier", 8).enrol(codes[0]).status_code >= 400
    assert Box(world, "old-pier", 9).enrol(codes[1]).status_code == 200
    assert "old-pier" in {row["store_id"] for row in world.table("places")}
    assert codes[1] not in admin.get("/stores/old-pier").text


def test_shutting_a_box_out_takes_two_thoughts(world: World) -> None:
    """The store's code is typed; then its key is refused."""
    box = world.box()
    box.hello()
    admin = world.sign_in()
    for code, status in (("MS", 409), ("hl", 303)):
        answer = admin.post(
            "/stores/harbour-lane/shut-out", data={"code": code}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == status
    assert box.hello().status_code == 401
    assert "Shut out" in admin.get("/stores").text


def test_a_manager_neither_adds_nor_shuts_out(world: World) -> None:
    """Only admins let machines in."""
    manager = world.sign_in("manager")
    headers = {"Origin": ORIGIN}
    for path in ("/stores", "/stores/harbour-lane/code", "/stores/harbour-lane/shut-out"):
        assert manager.post(path, data={}, headers=headers).status_code == 403
    assert "Make a one-time code" not in manager.get("/stores/harbour-lane").text
