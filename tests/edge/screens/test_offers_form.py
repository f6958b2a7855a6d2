"""Making offers by a form: in two languages, with clear faults, once however often it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from edge import http
from edge.offers import store
from edge.offers.rules import Offer
from tests.edge.offers.test_form import GOOD
from tests.edge.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A store with a shelf."""
    made = Shelf(tmp_path)
    yield made
    made.edge.close()


@pytest.fixture
def mia(shelf: Shelf) -> FlaskClient:
    """The manager at her desk."""
    return shelf.as_(http.MANAGER)


def key_in(page: TestResponse) -> str:
    """The key that was drawn into the form."""
    return re.findall(r'name="key" value="([^"]+)"', page.text)[0]


def offers(shelf: Shelf) -> list[Offer]:
    """All that were made."""
    with shelf.edge.read() as reader:
        return store.load_all(reader)


def test_a_filled_in_form_makes_an_offer_and_shows_its_code(
    shelf: Shelf, mia: FlaskClient
) -> None:
    """And the code on the screen is the one that is read from it."""
    form = {**GOOD, "key": key_in(mia.get("/manage/offers"))}
    posted = mia.post("/manage/offers", data=form)
    assert posted.status_code == 303
    (offer,) = offers(shelf)
    page = mia.get(posted.headers["Location"]).text
    assert "Sourdough loaf" in page
    assert "Saved." in page
    code = re.findall(r"/manage/codes/([0-9A-Z]{8})\.svg", page)[0]
    assert code == shelf.code("offer", offer.offer_id)
    with shelf.edge.read() as reader:
        assert store.load(reader, offer.offer_id).wish.price_minor == 240


def test_a_form_sent_twice_is_one_offer(shelf: Shelf, mia: FlaskClient) -> None:
    """A double click, or a reload of the answer."""
    form = {**GOOD, "key": key_in(mia.get("/manage/offers"))}
    first, again = (mia.post("/manage/offers", data=form) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(offers(shelf)) == 1


def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    shelf: Shelf, mia: FlaskClient
) -> None:
    """For eyes and for screen readers."""
    typed = {**GOOD, "price_minor": "cheap", "title_ja": ""}
    page = mia.post("/manage/offers", data=typed)
    assert page.status_code == 422
    assert offers(shelf) == []
    assert 'value="cheap"' in page.text
    assert 'value="Sourdough loaf"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert "An amount of money, such as 240" in page.text
    assert page.text.count('class="fault"') == 2


def test_an_offer_is_changed_with_what_it_is_now_in_the_form(
    shelf: Shelf, mia: FlaskClient
) -> None:
    """Reading the form back without touching it changes nothing but the count."""
    offer = shelf.offer()
    page = mia.get(f"/manage/offers/{offer.offer_id}")
    fields = dict(re.findall(r'<input id="f-(\w+)"[^>]*?value="([^"]*)"', page.text))
    fields["once_per_customer"] = "on"
    posted = mia.post(f"/manage/offers/{offer.offer_id}", data=fields)
    assert posted.status_code == 303
    (changed,) = offers(shelf)
    assert (changed.revision, changed.wish) == (2, offer.wish)
    stopped = mia.post(f"/manage/offers/{offer.offer_id}", data={**fields, "active": "off"})
    assert stopped.status_code == 303
    assert offers(shelf)[0].wish.active is False


def test_only_a_manager_makes_offers(shelf: Shelf) -> None:
    """Everybody else is refused, and nothing is made."""
    assert shelf.phone.post("/manage/offers", data=GOOD).status_code == 401
    assert shelf.as_(http.STAFF, "ken").post("/manage/offers", data=GOOD).status_code == 403
    assert shelf.as_(http.DEVICE, "kiosk").get("/manage/offers").status_code == 403
    assert offers(shelf) == []


def test_texts_that_look_like_code_stay_texts_in_the_form(shelf: Shelf, mia: FlaskClient) -> None:
    """In the field, in the list and after a fault."""
    nasty = '"><script>alert(1)</script>'
    page = mia.post("/manage/offers", data={**GOOD, "title_en": nasty, "price_minor": nasty})
    assert "<script>alert" not in page.text
    mia.post("/manage/offers", data={**GOOD, "title_en": nasty})
    assert "<script>alert" not in mia.get("/manage/offers").text
    assert len(offers(shelf)) == 1


def test_the_form_speaks_japanese(mia: FlaskClient) -> None:
    """The page, the store's name, and what is to be mended."""
    page = mia.get("/manage/offers?lang=ja").text
    assert 'lang="ja"' in page
    assert "港通り店" in page
    faults = mia.post("/manage/offers", data={}, headers={"Accept-Language": "ja"}).text
    assert faults.count("入力してください") >= 5


def test_a_code_can_be_printed_from_the_page(
    shelf: Shelf, mia: FlaskClient, tmp_path: Path
) -> None:
    """SVG for the browser, PNG for everything else; both 30 mm."""
    code = shelf.code("offer", shelf.offer().offer_id)
    svg = mia.get(f"/manage/codes/{code}.svg")
    assert svg.mimetype == "image/svg+xml"
    assert 'width="30mm"' in svg.text
    picture = tmp_path / "code.png"
    picture.write_bytes(mia.get(f"/manage/codes/{code}.png").data)
    with Image.open(picture) as drawn:
        text = zxingcpp.read_barcodes(drawn.convert("L"))[0].text
    assert text == f"HTTPS://HARBOUR-LANE.LOCALHOST/Q/{code}"
    assert mia.get("/manage/codes/00000000.svg").status_code == 404
