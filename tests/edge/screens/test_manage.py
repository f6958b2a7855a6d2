"""The manager's pages: who may see them, what the day's page shows, and tables to take away."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from edge import http
from edge.locale import Words
from edge.screens.figures import OrderRow
from edge.screens.manage import cards, csv_file, waits
from tests.edge.shelf import Shelf
from tests.world import OPENING

PAGES = (
    "",
    "/orders",
    "/definitions",
    "/arrivals",
    "/offers",
    "/people",
    "/devices",
    "/consents",
    "/sheets",
    "/sync",
    "/durations",
)
FILES = (
    *("orders", "offers", "people", "devices", "consents", "nights", "stuck"),
    *("arrivals", "durations"),
)
EN = Words("en", "Asia/Tokyo")


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


def row(number: str, minutes: float, wait: float | None, **more) -> OrderRow:
    """An order whose customer came so many minutes after opening and waited so many seconds."""
    came = OPENING + timedelta(minutes=minutes)
    fields = {
        "order_id": number, "number": number, "state": "handed_over", "promise_at": came,
        "staged_at": came, "ready_at": came, "arrived_at": came, "arrived_how": "tap",
        "evidence_at": None, "handed_over_at": came, "wait_s": wait, "wait_by_evidence_s": wait,
        "dwell_s": 0.0, **more,
    }  # fmt: skip
    return OrderRow(**fields)


def test_every_page_is_for_managers_and_staff_are_shown_the_way_back(
    shelf: Shelf, mia: FlaskClient
) -> None:
    """Refused in words, with a link to the board; a stranger is asked to sign in and comes back here."""
    ken = shelf.as_(http.STAFF, "ken")
    for path in PAGES:
        shown = mia.get(f"/manage{path}")
        assert shown.status_code == 200, path
        assert "<main" in shown.text
        refused = ken.get(f"/manage{path}", headers={"Accept": "text/html"})
        assert refused.status_code == 403
        assert "Ask a manager" in refused.text
        assert 'href="/board"' in refused.text
        stranger = shelf.phone.get(f"/manage{path}", headers={"Accept": "text/html"})
        assert stranger.status_code == 401
        assert "/signin?next=manage" in stranger.text


def test_every_table_can_be_taken_away(shelf: Shelf, mia: FlaskClient) -> None:
    """As a file with a name, for managers only."""
    for name in FILES:
        file = mia.get(f"/manage/{name}.csv")
        assert file.status_code == 200, name
        assert file.mimetype == "text/csv"
        assert "attachment" in file.headers["Content-Disposition"]
        assert file.data.startswith(b"\xef\xbb\xbf")
        assert shelf.as_(http.STAFF, "ken").get(f"/manage/{name}.csv").status_code == 403


@pytest.mark.parametrize(
    "nasty", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]
)
def test_no_cell_of_text_is_a_formula(nasty: str) -> None:
    """What begins like one is quoted; numbers stay numbers."""
    read = next(csv.reader(StringIO(csv_file.line([nasty, -3, None, "plain"]))))
    assert read[0] == f"'{nasty}"
    assert read[1:] == ["-3", "", "plain"]


def test_a_formula_in_an_offers_title_is_harmless_in_the_file(
    shelf: Shelf, mia: FlaskClient
) -> None:
    """Through the page's own file."""
    from edge.offers.rules import Texts

    title = '=HYPERLINK("x")'
    shelf.offer(texts={"en": Texts(title=title), "ja": Texts(title="@あ")})
    rows = list(csv.reader(StringIO(mia.get("/manage/offers.csv").data.decode("utf-8-sig"))))
    assert rows[1][:2] == [f"'{title}", "'@あ"]


def test_an_empty_day_says_what_will_stand_there(mia: FlaskClient) -> None:
    """No picture of nothing, and no division by zero."""
    page = mia.get("/manage").text
    assert "No order has been handed over yet." in page
    assert "<circle" not in page
    assert mia.get("/manage?day=2026-11-01").status_code == 200
    assert mia.get("/manage?day=nonsense").status_code == 422


def test_each_wait_is_a_dot_at_its_time_and_height() -> None:
    """The 2-minute line between what was short and what was not; the longest has its words."""
    drawn = waits.picture([row("A-1", 10, 30), row("A-2", 70, 236), row("A-3", 100, 119)], EN)
    assert drawn is not None
    first, second, third = drawn.dots
    assert first.x < second.x < third.x
    assert second.y < drawn.two_minutes.at < third.y < first.y
    assert [dot.is_short for dot in drawn.dots] == [True, False, True]
    assert drawn.note is not None
    assert drawn.note.text == "A-2, 3 min 56 s"
    assert [tick.word for tick in drawn.along] == ["09:00", "10:00", "11:00"]


def test_one_very_long_wait_does_not_flatten_the_others() -> None:
    """It stands at the rim, with its true time in words."""
    drawn = waits.picture([row("A-1", 10, 30), row("A-2", 20, 3 * 3600)], EN)
    assert drawn is not None
    assert drawn.dots[1].y == waits.TOP
    assert drawn.note is not None
    assert "180 min" in drawn.note.text
    assert drawn.dots[0].y < waits.BOTTOM - 5


def test_a_day_of_short_waits_needs_no_words_beside_a_dot() -> None:
    """And unknown waits are no dots."""
    drawn = waits.picture([row("A-1", 10, 30), row("A-2", 20, None)], EN)
    assert drawn is not None
    assert drawn.note is None
    assert len(drawn.dots) == 1
    assert waits.picture([row("A-2", 20, None)], EN) is None


def test_ready_soon_and_late_are_told_apart() -> None:
    """By when the customer came."""
    came = OPENING
    rows = [
        row("A-1", 0, 10, ready_at=came),
        row("A-2", 0, 10, ready_at=came + timedelta(seconds=90)),
        row("A-3", 0, 10, ready_at=came + timedelta(minutes=5)),
        row("A-4", 0, None, ready_at=came),
    ]
    found = cards.ready(rows)
    assert (found.of, found.ready, found.soon, found.late) == (3, 1, 1, 1)
    assert found.dots == ["ready", "soon", "late"]


def test_forecast_errors_fall_into_columns_of_two_minutes() -> None:
    """Far ones into the outermost."""
    errors = (-3600, -200, -30, 0, 59, 400)
    found = cards.eta_errors([row("A", 0, 1, eta_error_s=e, eta_from="live") for e in errors], EN)
    assert found.total == 6
    assert [bar.said for bar in found.bars if bar.height] == [
        "1 order", "1 order", "3 orders", "1 order",
    ]  # fmt: skip
    assert found.half == "±1.0 min"
    assert found.by_source == [("live", 6)]


def test_the_pages_speak_japanese(mia: FlaskClient) -> None:
    """Each, with the store's own name."""
    for path in PAGES:
        page = mia.get(f"/manage{path}?lang=ja").text
        assert 'lang="ja"' in page
        assert "港通り店" in page


def test_a_link_to_rows_shows_those_rows_only(mia: FlaskClient) -> None:
    """Every choice of the list opens; what nobody offers shows all."""
    page = mia.get("/manage/orders").text
    for which in re.findall(r"which=(\w+)", page):
        assert mia.get(f"/manage/orders?which={which}").status_code == 200
    assert mia.get("/manage/orders?which=nonsense").status_code == 200


def test_an_offer_is_ended_from_the_list_and_seen_as_shoppers_do(
    shelf: Shelf, mia: FlaskClient
) -> None:
    """The preview runs nothing and sends nothing; after the end nobody can take it."""
    offer = shelf.offer()
    seen = mia.get(f"/manage/offers/{offer.offer_id}/preview")
    assert "Sourdough loaf" in seen.text or "Flat white" in seen.text
    assert "form-action 'none'" in seen.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in seen.headers["Content-Security-Policy"]
    assert "sandbox" in mia.get(f"/manage/offers/{offer.offer_id}").text
    assert mia.post(f"/manage/offers/{offer.offer_id}/end").status_code == 422
    ended = mia.post(f"/manage/offers/{offer.offer_id}/end", data={"sure": "yes"})
    assert ended.status_code == 303
    assert "is over" in mia.get(ended.headers["Location"]).text
    assert "This offer is over." in shelf.open(shelf.code("offer", offer.offer_id)).text
