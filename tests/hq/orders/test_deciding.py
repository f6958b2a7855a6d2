"""What needs a person: decided by one tap, by one person only, and taken back while nobody holds the goods."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sync.core.errors import Refusal
from sync.hq.orders.rules.deciding import check_untouched
from tests.hq.world import ORIGIN, PASSWORD, World, event, pickup_line, woo_order


def doubtful(world: World, number: int = 20, **changes: object) -> str:
    """An order whose shop named no store of ours; near Mill Square."""
    lines = {"shipping_lines": [pickup_line("Old Peer", "35.4999, 139.7001")], **changes}
    return str(world.hook(woo_order(number, **lines)).json["order_id"])


def tap(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Press a button of a page."""
    return browser.post(path, data={"back": "bench", **fields}, headers={"Origin": ORIGIN})


def manager(world: World, login: str, name: str) -> FlaskClient:
    """A browser of one more manager."""
    world.command("add-person", login=login, name=name, role="manager", password=PASSWORD)
    browser = world.app.test_client()
    browser.post(
        "/sign-in", data={"login": login, "password": PASSWORD}, headers={"Origin": ORIGIN}
    )
    return browser


def order_row(world: World, order_id: str) -> dict[str, object]:
    """One order as it is kept."""
    return next(row for row in world.table("orders") if row["order_id"] == order_id)


def test_the_workbench_says_why_and_suggests_the_nearest_first(world: World) -> None:
    """The reason in words, what the shop said, each store with how far it is, and the count in the frame."""
    doubtful(world)
    page = manager(world, "mei", "Mei").get("/needs-a-person").text
    assert "No store of ours has the name that the shop gave." in page
    assert "Old Peer" in page
    assert re.findall(r'name="store_id" value="([a-z-]+)"', page) == [
        "mill-square",
        "harbour-lane",
    ]
    assert "under 1 km away" in page
    assert '<b class="count num">1</b>' in page
    assert "35.4999" not in page


def test_one_tap_gives_an_order_and_says_who_did(world: World) -> None:
    """Back on the workbench, with the name and a way to undo it; and it is written down."""
    order_id = doubtful(world)
    browser = manager(world, "mei", "Mei")
    answer = tap(browser, f"/orders/{order_id}/store", store_id="mill-square")
    page = browser.get(answer.location).text
    assert ("goes to Mill Square" in page, "Decided by Mei" in page, "Undo" in page) == (True,) * 3
    assert [(row["by_name"], row["what"]) for row in world.table("deeds")] == [
        ("Mei", "order_given")
    ]


def test_who_comes_second_is_told_who_was_first(world: World) -> None:
    """By name, whatever they chose, and nothing changes."""
    order_id = doubtful(world)
    mei, tom = manager(world, "mei", "Mei"), manager(world, "tom", "Tom")
    tap(mei, f"/orders/{order_id}/store", store_id="mill-square")
    for path, fields in (("store", {"store_id": "harbour-lane"}), ("not-a-pickup", {})):
        answer = tap(tom, f"/orders/{order_id}/{path}", **fields)
        assert (answer.status_code, "Mei decided this" in answer.text) == (409, True)
    assert order_row(world, order_id)["store_id"] == "mill-square"


def test_what_is_not_a_pickup_goes_nowhere_and_can_come_back(world: World) -> None:
    """No store hears of it; undone, it waits for the same reason as before."""
    order_id = doubtful(world)
    browser = manager(world, "mei", "Mei")
    tap(browser, f"/orders/{order_id}/not-a-pickup")
    assert "Not a pickup" in browser.get(f"/orders/{order_id}").text
    assert [row for row in world.table("feed") if row["record_type"] == "order"] == []
    assert order_id in browser.get("/?state=not_pickup").text
    tap(browser, f"/orders/{order_id}/take-back")
    row = order_row(world, order_id)
    assert (row["needs_person"], row["cancelled"], row["resolved_by"]) == (1, 0, "")
    assert "Old Peer" in browser.get("/needs-a-person").text


def test_an_order_taken_back_is_called_off_where_it_was_and_waits_again(world: World) -> None:
    """Under an id of its own: the store's record stays true, and the night finds nothing."""
    order_id = doubtful(world)
    browser = manager(world, "mei", "Mei")
    tap(browser, f"/orders/{order_id}/store", store_id="mill-square")
    tap(browser, f"/orders/{order_id}/take-back")
    [fed] = [row for row in world.table("feed") if row["record_type"] == "order"]
    assert (fed["store_id"], '"cancelled":true' in str(fed["body"])) == ("mill-square", True)
    [fresh] = [row for row in world.table("orders") if row["needs_person"]]
    assert (fresh["source_id"], fresh["store_id"]) == ("20", "")
    assert fresh["order_id"] != order_id
    assert [row["order_id"] for row in world.table("order_contacts")] == [fresh["order_id"]]
    answer = tap(browser, f"/orders/{fresh['order_id']}/store", store_id="harbour-lane")
    assert answer.status_code == 303
    assert tap(browser, f"/orders/{order_id}/take-back").status_code == 409


def test_an_order_may_be_given_and_taken_back_twice(world: World) -> None:
    """Two wrong taps are two orders that stayed behind, and one that still waits."""
    order_id = doubtful(world)
    browser = manager(world, "mei", "Mei")
    for _ in range(2):
        tap(browser, f"/orders/{order_id}/store", store_id="mill-square")
        assert tap(browser, f"/orders/{order_id}/take-back").status_code == 303
        [waits] = [row for row in world.table("orders") if row["needs_person"]]
        order_id = waits["order_id"]
    assert waits["source_id"] == "20"
    assert len(world.table("orders")) == 3


def test_a_later_word_of_the_shop_finds_the_order_that_waits(world: World) -> None:
    """Not the one that stayed behind, called off."""
    order_id = doubtful(world)
    browser = manager(world, "mei", "Mei")
    tap(browser, f"/orders/{order_id}/store", store_id="mill-square")
    tap(browser, f"/orders/{order_id}/take-back")
    said = world.hook(woo_order(20, date_modified_gmt="2026-11-23T00:05:00")).json
    assert (said["outcome"], said["store_id"]) == ("changed", "harbour-lane")
    assert said["order_id"] != order_id


def test_a_store_that_has_begun_keeps_the_order(world: World) -> None:
    """The goods may be in somebody's hands: the refusal names the store."""
    order_id = doubtful(world)
    browser = manager(world, "mei", "Mei")
    box = world.box("mill-square", seed=5)
    box.hello()
    tap(browser, f"/orders/{order_id}/store", store_id="mill-square")
    box.pull()
    steps = ("order_received", "order_accepted", "order_picking_started")
    box.push(*(event(kind, order_id, origin="hq", number="A-1", lines=1) for kind in steps))
    answer = tap(browser, f"/orders/{order_id}/take-back")
    assert (answer.status_code, "Mill Square has begun" in answer.text) == (409, True)


def test_a_store_that_is_silent_may_have_begun(world: World) -> None:
    """It fetched the order and was not heard since: nobody here knows."""
    order_id = doubtful(world)
    browser = manager(world, "mei", "Mei")
    box = world.box("mill-square", seed=5)
    box.hello()
    tap(browser, f"/orders/{order_id}/store", store_id="mill-square")
    box.pull()
    world.clock.set(world.clock.now() + timedelta(minutes=5))
    answer = tap(browser, f"/orders/{order_id}/take-back")
    assert (answer.status_code, "not in touch" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("state", "may_have", "in_touch"),
    [
        ("accepted", True, False),
        ("picking", True, True),
        ("handed_over", False, True),
    ],
)
def test_what_somebody_may_hold_is_not_taken_back(
    *, state: str, may_have: bool, in_touch: bool
) -> None:
    """Begun, or at a store that would not say so."""
    with pytest.raises(Refusal) as refused:
        check_untouched(state, store="Mill Square", may_have=may_have, in_touch=in_touch)
    assert "Mill Square" in refused.value.message()


def test_what_nobody_touched_is_taken_back() -> None:
    """Not fetched yet, or at a store that is in touch."""
    check_untouched("", store="Mill Square", may_have=False, in_touch=False)
    check_untouched("accepted", store="Mill Square", may_have=True, in_touch=True)


def test_a_viewer_looks_and_decides_nothing(world: World) -> None:
    """No button, and no way past the missing button."""
    order_id = doubtful(world)
    browser = world.sign_in("viewer")
    assert "A manager can decide this." in browser.get("/needs-a-person").text
    for path in ("not-a-pickup", "take-back"):
        assert tap(browser, f"/orders/{order_id}/{path}").status_code == 403
