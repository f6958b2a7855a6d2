"""The order view finds every order there is: of shops and of stores, by number, state, source and day, in pages."""

from __future__ import annotations

import re

from edge.orders.rules.order import CLOSED
from sync.hq.orders.store.found import OVER
from sync.hq.orders.web import pages
from tests.hq.stores.test_comparing import spoken
from tests.hq.world import World, event, pickup_line, woo_order


def numbers(text: str) -> list[str]:
    """What stands in the first column."""
    return re.findall(r'<b class="num">([^<]+)</b></a>', text)


def test_a_number_of_the_store_finds_the_shops_order(world: World) -> None:
    """A-1 is what the desk says; the shop calls it something else."""
    _, order_id, _ = spoken(world)
    browser = world.sign_in()
    for asked in ("A-1", "a-1", order_id):
        assert numbers(browser.get(f"/?q={asked}").text) == ["A-1"]
    assert numbers(browser.get("/?q=A-2").text) == []


def test_states_are_asked_for_in_the_stores_words_and_in_ours(world: World) -> None:
    """Sent, accepted, open, needs a person."""
    spoken(world)
    world.hook(woo_order(11, shipping_lines=[pickup_line("Mill Square")]))
    world.hook(woo_order(12, shipping_lines=[pickup_line("Old Peer")]))
    browser = world.sign_in()
    found = {
        state: numbers(browser.get(f"/?state={state}").text)
        for state in ("accepted", "sent", "needs_person", "handed_over", "nonsense")
    }
    assert found == {
        "accepted": ["A-1"], "sent": ["11"], "needs_person": ["12"], "handed_over": [], "nonsense": [],
    }  # fmt: skip
    assert len(numbers(browser.get("/?state=open").text)) == 3


def test_an_order_of_the_store_has_a_page_of_its_own(world: World) -> None:
    """Its course in words; whose it is and what is in it stays in the store."""
    box = world.box()
    box.hello()
    box.push(
        event("order_received", "o1", number="A-17", order_id="o1", lines=2),
        event("order_accepted", "o1", order_id="o1"),
        event("some_newer_kind", "o1", order_id="o1"),
    )
    browser = world.sign_in("viewer")
    page = browser.get("/orders/o1").text
    for said in ("The store received it as A-17.", "The store took it on.", "some_newer_kind"):
        assert said in page
    assert "stays in the store" in page
    assert numbers(browser.get("/?source=in-store").text) == ["A-17"]
    assert browser.get("/orders/o2").status_code == 404


def test_a_day_is_the_stores_day(world: World) -> None:
    """Placed at 08:50 in Tokyo on the 23rd, which is still the 22nd in London."""
    world.hook(woo_order(11))
    browser = world.sign_in()
    assert numbers(browser.get("/?day=2026-11-23").text) == ["11"]
    assert numbers(browser.get("/?day=2026-11-22").text) == []
    assert browser.get("/?day=yesterday").status_code == 200


def test_pages_hold_what_was_asked_for(world: World, monkeypatch) -> None:
    """The link to the next page keeps the filter; no page is empty by mistake."""
    monkeypatch.setattr(pages, "PAGE_ROWS", 2)
    for n in range(5):
        world.hook(woo_order(10 + n, date_created_gmt=f"2026-11-22T23:5{n}:00"))
    browser = world.sign_in()
    first = browser.get("/?store=harbour-lane").text
    assert numbers(first) == ["14", "13"]
    assert "Page 1 of 3" in first
    assert "store=harbour-lane" in re.findall(r'rel="next" href="([^"]+)"', first)[0]
    assert numbers(browser.get("/?store=harbour-lane&page=3").text) == ["10"]
    assert browser.get("/?page=99999999999").status_code == 200


def test_times_name_their_zone_and_are_in_no_american_form(world: World) -> None:
    """Day, month, year in words; the zone's own letters."""
    order_id = world.hook(woo_order(11)).json["order_id"]
    for path in ("/", f"/orders/{order_id}"):
        page = world.sign_in().get(path).text if path == "/" else page_of(world, path)
        assert "23 Nov 2026 08:50 JST" in page
        assert not re.search(r"\d{1,2}/\d{1,2}/\d{2,4}", page)


def page_of(world: World, path: str) -> str:
    """A page for somebody who may only look."""
    return str(world.sign_in("viewer").get(path).text)


def test_an_order_is_over_here_when_it_is_closed_at_its_store() -> None:
    """One truth in two programs: a state that ends an order there ends it here."""
    assert set(OVER) == {state.value for state in CLOSED}
