"""The display: begun and ready numbers, nothing that names anybody, and a number that walks on to the next order."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from edge.app import create_app
from edge.arrivals.rules import How
from edge.orders import actions as orders
from edge.screens import display
from tests.browser.scene import NOW, Evening


@pytest.fixture
def shop(tmp_path):
    made = Evening(tmp_path / "store")
    made.clock.set(NOW)
    yield made
    made.edge.close()


def shown(shop) -> dict[str, str]:
    """Number -> column."""
    with shop.edge.read() as reader:
        found = display.view(reader, shop.edge, seq=0).numbers
    return {number: each.column for number, each in found.items()}


def cards(shop, *refs):
    with shop.edge.read() as reader:
        return display.cards(reader, shop.edge, "en", refs)


def test_a_number_walks_from_preparing_to_ready_and_away(shop):
    """Nothing before somebody begins; gone with the bags."""
    ana = shop.order("Ana M.", 20, "SKU-003", "SKU-021")
    assert shown(shop) == {}
    shop.pick(ana)
    assert shown(shop) == {"A-01": "preparing"}
    shop.write(lambda u: orders.stage(u, ana, "4", bags=1, by=shop.staff["Yuki T."]))
    assert shown(shop) == {"A-01": "ready"}
    shop.write(lambda u: orders.hand_over(u, ana, how="scan", by="ken"))
    assert shown(shop) == {}
    assert cards(shop, ana) == {"A-01": None}


def test_who_stands_in_the_store_sees_their_number_before_anybody_begins(shop):
    """Else they would think that they were forgotten."""
    ana = shop.order("Ana M.", 20, "SKU-003")
    shop.arrive(ana, How.DOOR)
    assert shown(shop) == {"A-01": "preparing"}


def test_a_number_given_to_the_next_order_is_not_taken_away_by_the_last(shop):
    """News of the old order shows the new one's place."""
    ana, jonas = shop.order("Ana M.", 20, "SKU-003"), shop.order("Jonas W.", 20, "SKU-004")
    shop.stage(ana, "1")
    shop.write(lambda u: orders.hand_over(u, ana, how="scan", by="ken"))
    shop.write(
        lambda u: u.execute("UPDATE orders SET number = 'A-01' WHERE order_id = ?", (jonas,))
    )
    shop.stage(jonas, "2")
    assert cards(shop, ana)["A-01"].column == "ready"


def test_what_a_display_is_sent_names_nobody(shop):
    """Neither a person, nor an order's id, nor what is in it."""
    ana = shop.order("Ana M.", 20, "SKU-003")
    shop.stage(ana, "4")
    with shop.edge.read() as reader:
        view = display.view(reader, shop.edge, seq=1)
    sent = msgspec.json.encode([view, cards(shop, ana)]).decode()
    assert not [word for word in ("Ana", ana, "SKU", "customer", "Web") if word in sent]
    assert set(view.numbers["A-01"].__struct_fields__) == {"column", "since", "is_here"}


def test_the_sound_is_softer_at_night(shop):
    """By the store's own clock: Tokyo is nine hours ahead."""
    with shop.edge.read() as reader:
        by_day = display.view(reader, shop.edge, seq=0).volume
        shop.clock.set(NOW + timedelta(hours=5))
        assert display.view(reader, shop.edge, seq=0).volume < by_day


@pytest.mark.parametrize(
    ("wanted", "then"),
    [
        ("display", "/display"),
        ("kiosk", "/kiosk"),
        ("board", "/signin?next=board"),
        ("//evil.example", "/signin?next=board"),
    ],
)
def test_an_unpaired_screen_is_led_to_pairing_and_back(shop, wanted, then):
    """What customers look at needs nobody to sign in; an address that is none of ours leads to the board."""
    client = create_app(shop.edge).test_client()
    page = client.get(f"/pair?next={wanted}").get_data(as_text=True)
    assert f'data-next="{then}"' in page
    if wanted in ("display", "kiosk", "board"):
        assert client.get(f"/{wanted}").headers["Location"] == f"/pair?next={wanted}"
    assert client.get("/api/v1/display").status_code == 401
