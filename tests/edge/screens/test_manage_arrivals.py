"""The manager sees how well arrivals are foreseen, and can have the store start anew."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from edge import http
from edge.arrivals import store
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import NOTHING, Learned, Level, Seen
from edge.base import log as event_log
from edge.locale import Words
from edge.screens.manage import foresight
from tests.edge.shelf import Shelf

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
    return shelf.as_(http.MANAGER, "mia")


def taught(shelf: Shelf, handovers: int) -> None:
    """So many handovers, three of them in the evening."""
    levels = {
        "site": Level(handovers, 74.0, 25.0),
        "promise": Level(handovers, -400.0, 9_000.0),
    }
    seen = {
        "under_300_m": Seen(handovers, 78.0, 3.0, 34.0, 0.83),
        "promise": Seen(handovers, -410.0, -35.0, 330.0, 0.82),
        "midday": Seen(handovers, 104.0, 28.0, 96.0, 0.79),
        "evening": Seen(3, 9.0, 9.0, 9.0, 1.0),
    }

    def work(unit) -> None:
        store.save_learned(unit, NOTHING, Learned(levels, seen))
        learned = store.load_learned(unit)
        unit.after_commit(lambda: shelf.edge.part(RangeMemory).put_learned(learned))

    shelf.edge.write(work)


def test_a_new_store_says_what_will_stand_there(mia: FlaskClient) -> None:
    """And offers nothing to forget."""
    page = mia.get("/manage/arrivals").text
    assert "Nothing yet." in page
    assert "After 25 of them" in page
    assert "Forget it now" not in page


@pytest.mark.parametrize(
    ("handovers", "said"),
    [
        (5, "The first 5 only teach"),
        (12, "counts a little more with each"),
        (60, "every arrival is foretold by that"),
    ],
)
def test_it_is_said_how_much_of_it_is_in_use(
    shelf: Shelf, mia: FlaskClient, handovers: int, said: str
) -> None:
    """Nothing, a part, or all."""
    taught(shelf, handovers)
    assert said in mia.get("/manage/arrivals").text


def test_each_row_says_what_was_and_what_is(shelf: Shelf, mia: FlaskClient) -> None:
    """In words and as a picture; rows that would tell of single customers are left out."""
    taught(shelf, 60)
    page = mia.get("/manage/arrivals").text
    assert "As shipped 80 s later, now on time" in page
    assert "75 s later" in page
    assert "7 min earlier" in page
    assert "Midday, 11 to 15" in page
    assert "100 m to 300 m" in page
    assert "Evening" not in page


def test_the_same_can_be_taken_away(shelf: Shelf, mia: FlaskClient) -> None:
    """In seconds, with the names of the code."""
    taught(shelf, 60)
    rows = list(csv.reader(StringIO(mia.get("/manage/arrivals.csv").data.decode("utf-8-sig"))))
    assert rows == [
        ["what", "handovers", "shipped_s", "left_s", "miss_s", "held_percent"],
        ["under_300_m", "60", "78", "3", "34", "83"],
        ["promise", "60", "-410", "-35", "330", "82"],
        ["midday", "60", "104", "28", "96", "79"],
    ]


def test_forgetting_is_asked_for_done_at_once_and_has_a_name(
    shelf: Shelf, mia: FlaskClient
) -> None:
    """Without the second word nothing happens; after it the store knows nothing, in memory too."""
    taught(shelf, 60)
    assert mia.post("/manage/arrivals/forget").status_code == 422
    assert shelf.edge.part(RangeMemory).learned.levels
    done = mia.post("/manage/arrivals/forget", data={"sure": "yes"})
    assert (done.status_code, done.headers["Location"]) == (303, "/manage/arrivals?forgotten=yes")
    assert not shelf.edge.part(RangeMemory).learned.levels
    page = mia.get(done.headers["Location"]).text
    assert "Forgotten." in page
    assert "Nothing yet." in page
    with shelf.edge.read() as reader:
        fact = event_log.read_after(reader, 0)[-1]
    assert (fact.kind, fact.by) == ("learning_forgotten", "mia")


def test_staff_cannot_make_the_store_forget(shelf: Shelf) -> None:
    """Managers only."""
    ken = shelf.as_(http.STAFF, "ken")
    assert ken.post("/manage/arrivals/forget", data={"sure": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "on time"),
        (-7.0, "on time"),
        (12.0, "10 s later"),
        (-74.0, "75 s earlier"),
        (300.0, "5 min later"),
        (-91.0, "2 min earlier"),
    ],
)
def test_a_bias_is_said_in_words(seconds: float, said: str) -> None:
    """Later is what keeps goods waiting; earlier, people."""
    assert foresight.later(seconds, EN) == said


def test_the_picture_stays_inside_its_frame() -> None:
    """However wrong it was."""
    far = foresight.row("x", Seen(9, -9_000.0, 9_000.0, 600.0, 0.5), EN)
    assert (far.shipped_x, far.left_x, far.to_x) == (2.0, 98.0, 98.0)
