"""Sheets on the manager's page: chosen, seen as they are printed, printed as they are seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from edge import http
from edge.locale import Words
from edge.screens.manage import sheets
from tests.edge.shelf import Shelf
from tests.qr.printed import codes_in, sizes_of, text_of

HOST = "HTTPS://HARBOUR-LANE.LOCALHOST/Q/"


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


def chosen(mia: FlaskClient, *picks: str, **fields: str) -> str:
    """Where the form leads."""
    posted = mia.post("/manage/sheets", data={"pick": list(picks), **fields})
    assert posted.status_code == 303
    return posted.headers["Location"]


def test_what_is_chosen_is_printed_and_read_back(shelf: Shelf, mia: FlaskClient) -> None:
    """An offer and a product as stickers, bay and door as signs; the words are the store's own."""
    offer = shelf.offer()
    picks = (f"offer:{offer.offer_id}", "bay:3", "door:1")
    where = chosen(mia, *picks, skus="SKU-062 SKU-999", mm="40", paper="letter", langs="en")
    page = mia.get(where).text
    assert page.count('<svg class="paper letter"') == 3
    pdf = re.findall(r'href="(/manage/sheets\.pdf[^"]+)"', page)[0].replace("&amp;", "&")
    file = mia.get(pdf)
    assert file.mimetype == "application/pdf"
    read = {each.text.removeprefix(HOST): each for each in codes_in(file.data)}
    wanted = [("offer", offer.offer_id, 40), ("product", "SKU-062", 40), ("bay", "3", 90)]
    for kind, ref, mm in wanted:
        found = read[shelf.code(kind, ref)]
        assert abs(found.mm - mm) / mm < 0.02
    assert len(read) == 4
    assert set(sizes_of(file.data)) == {(215.9, 279.4)}
    said = text_of(file.data)
    for words in ("Flat white", "¥300", "¥450", "050-0000-0000", "bay 3", "50 mm"):
        assert words in said.replace("\r\n", " ").replace("\n", " "), words


def test_the_preview_draws_the_same_marks_as_the_paper(shelf: Shelf, mia: FlaskClient) -> None:
    """Code for code at the same place and size, in millimetres."""
    where = chosen(mia, "kiosk:1", skus="SKU-062")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
    words = Words("en", "Asia/Tokyo")
    with shelf.edge.read() as reader:
        pages, _ = sheets.lay_out(reader, sheets.read(asked, words), words)
    page = mia.get(where).text
    for one in pages:
        assert f'viewBox="0 0 {one.paper.width} {one.paper.height}"' in page
        for code in one.codes:
            assert f"translate({code.x} {code.y})" in page


def test_paper_that_is_there_stays_good(shelf: Shelf, mia: FlaskClient) -> None:
    """A code is made once for a thing, however often it is printed."""
    assert chosen(mia, "bay:3") == chosen(mia, "bay:3")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mm": "24"}, "Between 25 and 180"),
        ({"mm": "wide"}, "Between 25 and 180"),
        ({"mm": "nan"}, "Between 25 and 180"),
        ({"copies": "51"}, "Between 1 and 50"),
        ({"paper": "a6", "mm": "120"}, "mm fit on this paper"),
        ({"paper": "label", "sign_mm": "90"}, "mm fit on this paper"),
    ],
)
def test_a_size_that_cannot_be_had_is_said_at_its_field(
    mia: FlaskClient, fields: dict[str, str], said: str
) -> None:
    """On the page and for the PDF."""
    where = chosen(mia, "bay:3", skus="SKU-062", **fields)
    page = mia.get(where)
    assert page.status_code == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    assert mia.get(where.replace("/sheets?", "/sheets.pdf?")).status_code == 422


def test_what_this_store_does_not_have_is_left_out(shelf: Shelf, mia: FlaskClient) -> None:
    """No code comes to be for it; a stranger's code is nothing."""
    where = chosen(mia, "bay:99", "offer:nobody", "product:SKU-999", "door:x", "wifi:1", "bay:3")
    assert where.count(".") == 0
    assert mia.get("/manage/sheets?codes=00000000.nonsense").status_code == 200
    assert mia.get("/manage/sheets.pdf?codes=00000000").status_code == 422


def test_products_are_found_by_name_without_losing_the_choice(mia: FlaskClient) -> None:
    """The form's second button asks, and what was ticked stays ticked."""
    page = mia.get("/manage/sheets?find=flat&pick=bay:3&skus=").text
    assert "Flat white" in page
    assert re.search(r'value="bay:3" checked', page)


def test_names_that_look_like_code_stay_names(shelf: Shelf, mia: FlaskClient) -> None:
    """In the list and in the drawing."""
    from edge.offers.rules import Texts

    nasty = "<script>alert(1)</script>"
    offer = shelf.offer(texts={"en": Texts(title=nasty), "ja": Texts(title=nasty)})
    page = mia.get(chosen(mia, f"offer:{offer.offer_id}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
