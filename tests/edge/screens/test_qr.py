"""The pages of printed codes: readable and redeemable without script, whatever is in the texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from edge.offers import store
from edge.offers.rules import Texts
from tests.edge.shelf import Shelf
from tests.world import OPENING, client_of

XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "' onload='x",
]
PAGE_LIMIT = 50 * 1024


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A store with a shelf."""
    made = Shelf(tmp_path)
    yield made
    made.edge.close()


def key_in(page: TestResponse) -> str:
    """The key that was rendered into the form."""
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def said_in(page: TestResponse) -> str:
    """The code to say at the desk."""
    found = re.search(r'class="num code2"[^>]*>([^<]+)<', page.text)
    assert found, page.text
    return found[1]


def test_an_offer_says_price_end_number_left_and_place(shelf: Shelf) -> None:
    """One question answered at once, in the reader's language."""
    code = shelf.code("offer", shelf.offer(was_minor=450).offer_id)
    page = shelf.open(code)
    assert page.status_code == 200
    for words in ("Flat white", "¥300", "¥450", "20</b> left here", "17:00", "8 h left"):
        assert words in page.text
    assert "1 per person" in page.text
    japanese = shelf.open(code, lang="ja").text
    assert 'lang="ja"' in japanese
    assert "フラットホワイト" in japanese
    assert "あと8時間" in japanese


def test_a_printed_link_opens_in_either_case(shelf: Shelf) -> None:
    """What is printed is upper case; what people type is not."""
    code = shelf.code("offer", shelf.offer().offer_id)
    for path in (f"/Q/{code}", f"/q/{code.lower()}", f"/q/{code}"):
        assert shelf.phone.get(path).status_code == 200


def test_a_page_weighs_less_than_50_kilobytes_with_all_it_loads(shelf: Shelf) -> None:
    """On a slow phone in the aisle; nothing comes from another host, nothing is a script."""
    shelf.offer(sku="SKU-070")
    page = shelf.open(shelf.code("offer", shelf.offer().offer_id))
    loaded = set(re.findall(r'(?:href|src)="(/p/assets/[^"#]+)', page.text))
    weight = len(page.data) + sum(shelf.weight(each) for each in loaded)
    print(f"{weight} bytes with {sorted(loaded)}")
    assert len(loaded) >= 4
    assert weight < PAGE_LIMIT
    assert "<script" not in page.text
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page.text)
    assert " style=" not in page.text
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_taking_it_gives_a_code_to_say_and_the_page_remembers(shelf: Shelf) -> None:
    """Also after the phone was put away and the page is opened anew."""
    offer = shelf.offer()
    code = shelf.code("offer", offer.offer_id)
    taken = shelf.take(code, key_in(shelf.open(code)))
    assert taken.status_code == 200
    said = said_in(taken)
    assert re.fullmatch(r"[0-9A-Z]{3} [0-9A-Z]{3}", said)
    assert said_in(shelf.open(code)) == said
    assert "left here" in shelf.open(code, client_of(shelf.app)).text
    with shelf.edge.read() as reader:
        assert store.redemption_by_code(reader, said.replace(" ", "")).offer_id == offer.offer_id


def test_a_double_submit_is_one_redemption(shelf: Shelf) -> None:
    """The same form sent twice, with and without the cookie: one row, one code."""
    offer = shelf.offer(once_per_customer=False)
    code = shelf.code("offer", offer.offer_id)
    phone = shelf.app.test_client(use_cookies=False)
    key = key_in(shelf.open(code, phone))
    assert said_in(shelf.take(code, key, phone)) == said_in(shelf.take(code, key, phone))
    assert shelf.used(offer) == 1


def test_the_same_phone_gets_its_first_code_again(shelf: Shelf) -> None:
    """Once per customer: a second form leads to the code that is held already."""
    offer = shelf.offer()
    code = shelf.code("offer", offer.offer_id)
    other_tab = key_in(shelf.open(code))
    first = said_in(shelf.take(code, key_in(shelf.open(code))))
    assert said_in(shelf.take(code, other_tab)) == first
    assert shelf.used(offer) == 1


def test_the_last_one_goes_to_one_phone_and_the_other_is_told(shelf: Shelf) -> None:
    """In words, with a way on, and with a status that says it was refused."""
    offer = shelf.offer(limit=1)
    code = shelf.code("offer", offer.offer_id)
    shelf.offer(sku="SKU-070", texts={each: Texts(title="Cake") for each in ("en", "ja")})
    late = client_of(shelf.app)
    key = key_in(shelf.open(code, late))
    shelf.take(code, key_in(shelf.open(code)))
    refused = shelf.take(code, key, late)
    assert refused.status_code == 409
    assert "All of these are gone. Nothing was charged." in refused.text
    assert "Cake" in refused.text
    assert shelf.used(offer) == 1


@pytest.mark.parametrize(
    "key", ["", "x", "AAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA", "../../etc", "\u0000", "é" * 30]
)
def test_a_forged_form_changes_nothing(shelf: Shelf, key: str) -> None:
    """A form counts only if this store drew it for this code."""
    offer = shelf.offer()
    code = shelf.code("offer", offer.offer_id)
    assert shelf.take(code, key).status_code == 409
    assert shelf.used(offer) == 0


def test_a_form_of_one_offer_is_not_good_for_another(shelf: Shelf) -> None:
    """Its seal is over the code."""
    bread, cake = shelf.offer(), shelf.offer(sku="SKU-070")
    key = key_in(shelf.open(shelf.code("offer", bread.offer_id)))
    assert shelf.take(shelf.code("offer", cake.offer_id), key).status_code == 409
    assert shelf.used(cake) == 0


def test_another_sites_form_is_refused(shelf: Shelf) -> None:
    """A page elsewhere cannot take an offer for somebody."""
    offer = shelf.offer()
    code = shelf.code("offer", offer.offer_id)
    key = key_in(shelf.open(code))
    posted = shelf.phone.post(
        f"/q/{code}/redeem", data={"key": key}, headers={"Origin": "https://evil.example"}
    )
    assert posted.status_code == 403
    assert shelf.used(offer) == 0


@pytest.mark.parametrize(
    ("code", "status"),
    [("00000000", 404), ("short", 404), ("<script>", 404), ("0" * 400, 404), ("%00", 404)],
)
def test_an_unknown_code_is_told_plainly_with_a_way_on(
    shelf: Shelf, code: str, status: int
) -> None:
    """One neutral answer, what is on offer today, and how to reach staff."""
    shelf.offer()
    page = shelf.open(code)
    assert page.status_code == status
    assert "We do not know this code" in page.text
    assert "Flat white" in page.text
    assert "tel:" in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_at": OPENING + timedelta(minutes=1)}, "This offer is over."),
        ({"active": False}, "This offer is over."),
        ({"starts_at": OPENING + timedelta(hours=2)}, "This offer begins at 11:00."),
    ],
)
def test_what_cannot_be_had_now_says_why_and_has_no_button(
    shelf: Shelf, changes: dict[str, object], words: str
) -> None:
    """A dead button would be a question."""
    offer = shelf.offer(**changes)
    shelf.clock.advance(minutes=2)
    page = shelf.open(shelf.code("offer", offer.offer_id))
    assert words in page.text
    assert "<form" not in page.text


def test_texts_that_look_like_code_are_texts(shelf: Shelf) -> None:
    """Whatever somebody types into an offer is shown as it was typed."""
    for nasty in XSS:
        texts = {each: Texts(title=nasty, body=nasty, why=nasty) for each in ("en", "ja")}
        offer = shelf.offer(texts=texts)
        page = shelf.open(shelf.code("offer", offer.offer_id)).text
        assert "<script" not in page
        assert "<img" not in page
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", page)
        assert not re.findall(r"<[^>]*\son\w+=", page)


def test_a_product_says_price_and_aisle_and_leads_to_its_offer(shelf: Shelf) -> None:
    """Found in the aisle, cheaper today."""
    offer = shelf.offer()
    page = shelf.open(shelf.code("product", "SKU-062")).text
    for words in ("Flat white", "¥450", "Made for you in 4 minutes", "On offer: ¥300"):
        assert words in page
    assert f"/q/{shelf.code('offer', offer.offer_id)}" in page
    assert shelf.open(shelf.code("product", "SKU-999")).status_code == 404


def test_a_bay_a_door_and_a_kiosk_say_where_one_is_and_what_to_do(shelf: Shelf) -> None:
    """Without a login and without knowing who asks."""
    assert "You are at bay 3" in shelf.open(shelf.code("bay", "3")).text
    assert "main door" in shelf.open(shelf.code("door", "1")).text
    assert "at the kiosk" in shelf.open(shelf.code("kiosk", "1")).text


def test_a_code_that_is_no_offer_cannot_be_taken(shelf: Shelf) -> None:
    """A bay is not redeemed."""
    code = shelf.code("bay", "3")
    assert shelf.take(code, "whatever").status_code == 404


def test_going_back_after_taking_is_the_page_itself(shelf: Shelf) -> None:
    """A reload asks for nothing twice; the language link works there too."""
    code = shelf.code("offer", shelf.offer().offer_id)
    back = shelf.phone.get(f"/q/{code}/redeem?lang=ja")
    assert back.status_code == 303
    assert back.headers["Location"] == f"/q/{code}?lang=ja"
