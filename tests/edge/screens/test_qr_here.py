"""At a bay or the door with a phone: the printed code says where, the pass's characters say whose; no script needed."""

from __future__ import annotations

import re

import pytest

from edge.app import create_app
from edge.arrivals import store as journeys
from edge.base import store_record
from edge.base.store_record import Bay
from edge.offers import actions as offers
from edge.orders.rules import codes
from tests.browser.scene import NOW, Evening


@pytest.fixture
def shop(tmp_path):
    """Mei's order lies ready; bay 3, the door and the kiosk have their signs."""
    made = Evening(tmp_path / "store")
    made.clock.set(NOW)
    mei = made.order("Mei L.", 10, "SKU-003")
    made.stage(mei, "4")
    made.phone = create_app(made.edge).test_client()
    made.signs = {
        kind: made.write(lambda u, k=kind, r=ref: offers.code_for(u, k, r)).code
        for kind, ref in (("bay", "3"), ("door", "1"), ("kiosk", "1"))
    }
    yield made
    made.edge.close()


def code_of(shop, name="Mei L."):
    return codes.handover_code(shop.edge.pepper, codes.token_hash(shop.tokens[name]))


def say(shop, sign="bay", typed="", lang="en", key=None):
    path = f"/q/{shop.signs[sign]}"
    form = shop.phone.get(f"{path}?lang={lang}").text
    sealed = re.search(r'name="key" value="([^"]+)"', form)
    data = {"key": (sealed[1] if sealed else "") if key is None else key, "pass": typed}
    return shop.phone.post(f"{path}/here?lang={lang}", data=data)


def journey(shop, name="Mei L."):
    with shop.edge.read() as reader:
        return journeys.load(reader, shop.orders[name])


def test_a_bay_hears_who_is_there_and_says_that_we_come(shop):
    """Typed as it stands on the pass, in either case; the board knows the bay. A claim, no evidence."""
    typed = code_of(shop).lower()
    page = say(shop, typed=f" {typed[:4]} {typed[4:]} ")
    assert page.status_code == 200
    assert "You are at bay 3: we are coming" in page.text
    assert "Your order is ready. Somebody brings it." in page.text
    assert "Mei" not in page.text
    there = journey(shop)
    assert (there.bay, there.arrived_how, there.evidence_at) == ("3", "bay", None)
    assert "3番駐車枠ですね。お持ちします" in say(shop, typed=typed, lang="ja").text


def test_the_door_takes_the_word_without_a_bay(shop):
    """And leads nobody to a car park."""
    page = say(shop, "door", code_of(shop))
    assert "We know you are here" in page.text
    assert journey(shop).bay == ""


@pytest.mark.parametrize("typed", ["", "ABCD EFGH", "hello", "x" * 300, "A-01"])
def test_what_is_no_pass_is_refused_in_words_and_with_the_form(shop, typed):
    """Unknown and unreadable say so, and change nothing."""
    page = say(shop, typed=typed)
    assert 400 <= page.status_code < 500
    assert 'name="pass"' in page.text
    assert not journey(shop).has_arrived


def test_a_form_that_we_did_not_make_is_refused(shop):
    """Nor one of another sign."""
    assert (
        say(shop, typed=code_of(shop), key="ABCDABCDABCDABCD.ABCDABCDABCDABCD").status_code == 409
    )
    assert not journey(shop).has_arrived


def test_a_bay_that_is_gone_is_refused_with_those_that_exist(shop):
    """The sign outlived the bay."""

    def move(unit):
        here = store_record.load(unit)
        bays = (Bay(number="1", north=52.0, east=5.0), Bay(number="12", north=52.0, east=5.0))
        store_record.save(unit, type(here)(**{**as_dict(here), "bays": bays}))

    shop.write(move)
    page = say(shop, typed=code_of(shop))
    assert page.status_code == 422
    assert "There is no bay 3 here. The bays are 1, 12: the number is on the sign." in page.text


def as_dict(record):
    return {name: getattr(record, name) for name in record.__struct_fields__}


def test_who_moves_says_it_at_the_other_bay(shop):
    """On the pass by number: the newest word counts, and a wrong number changes nothing."""
    say(shop, typed=code_of(shop))
    token = shop.tokens["Mei L."]
    moved = shop.phone.post(f"/p/{token}/arrival", json={"bay": "bay 1"})
    assert (moved.status_code, journey(shop).bay) == (200, "1")
    wrong = shop.phone.post(f"/p/{token}/arrival", json={"bay": "7"})
    assert (wrong.status_code, wrong.json["error"]["code"]) == (422, "bay_unknown")
    assert wrong.json["error"]["message"].endswith("The bays are 1, 3: the number is on the sign.")
    assert journey(shop).bay == "1"


def test_a_bay_has_a_way_to_people_without_a_phone(shop):
    """The number to ring, or the desk."""
    page = shop.phone.get(f"/q/{shop.signs['bay']}").text
    assert "give your order number at the desk" in page
    assert (
        shop.phone.get(f"/q/{shop.signs['bay']}/here")
        .headers["Location"]
        .endswith(f"/q/{shop.signs['bay']}")
    )


def test_the_kiosk_sign_and_offers_take_no_arrival(shop):
    """Only bays and doors are places to wait at."""
    data = {"key": "", "pass": code_of(shop)}
    assert shop.phone.post(f"/q/{shop.signs['kiosk']}/here", data=data).status_code == 404
