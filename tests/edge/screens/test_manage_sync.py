"""The manager's page about the sync: what waits, what is stuck and what it means, and every night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient

from edge import http
from edge.base import log as event_log
from edge.base import sync_store
from edge.base.uplink import SyncSeen, Uplink
from edge.locale import Words
from edge.screens.manage.sync import sentence
from sync.agent.steps import State
from tests.edge.shelf import Shelf

UP = SyncSeen(
    state="up_to_date", is_up=True, is_enrolled=True, seconds=4.0, backlog=0, acked=7,
    position=3, quarantined=0, problem="",
)  # fmt: skip


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


def told(shelf: Shelf, **changes) -> list[str]:
    """Let the sync say this of itself; answers what was asked of it."""
    asked: list[str] = []
    seen = replace(UP, **changes)

    def compare() -> str:
        asked.append("compare")
        return ""

    shelf.edge.part(Uplink).explained_by(lambda: seen, compare)
    return asked


def night(shelf: Shelf, day: str, *differences: dict[str, str]) -> None:
    """Keep a night's report."""
    report = {
        "business_date": day, "seq": 12, "position": 3, "chain_equal": True,
        "digests_equal": not differences, "tables": {"order": 5, "consent": 2},
        "differences": list(differences),
    }  # fmt: skip
    text = msgspec.json.encode(report).decode()
    shelf.edge.write(lambda unit: sync_store.keep_night(unit, day, text, is_equal=not differences))


def test_a_store_without_hq_says_so_calmly(mia: FlaskClient) -> None:
    """Nothing is wrong, and nothing can be compared."""
    page = mia.get("/manage/sync").text
    assert "This store has no HQ." in page
    assert "Compare now" not in page


def test_the_line_and_what_waits_are_said_in_numbers(shelf: Shelf, mia: FlaskClient) -> None:
    """Up with its age; down with what is kept."""
    told(shelf)
    page = mia.get("/manage/sync").text
    assert "HQ knows everything that happened here." in page
    assert "4 s ago" in page
    told(shelf, state="line_down", is_up=False, seconds=1020.0, backlog=14, problem="timed out")
    page = mia.get("/manage/sync").text
    assert "HQ cannot be reached." in page
    assert "17 min ago" in page
    assert ">14<" in page
    assert "timed out" in page
    today = mia.get("/manage").text
    assert "Look at this now" in today
    assert "14 events wait" in today


def test_every_state_of_the_sync_has_its_sentence() -> None:
    """None falls back to "no HQ" but the store that has none."""
    words = Words("en", "UTC")
    nobody = sentence(None, words)
    for state in State:
        said = sentence(replace(UP, state=state.value), words)
        assert (said == nobody) is (state is State.NOT_ENROLLED)


def test_a_night_is_shown_table_by_table(shelf: Shelf, mia: FlaskClient) -> None:
    """Equal tables say so; each row that differs is named, and earlier nights stay."""
    night(shelf, "2026-11-20")
    missing = {"table": "order", "record_id": "order-07", "what": "missing_at_hq"}
    night(shelf, "2026-11-21", missing)
    page = mia.get("/manage/sync").text
    assert "1 row differs." in page
    assert "order-07" in page
    assert "missing at HQ" in page
    assert "same facts" in page
    told(shelf)
    assert "Store and HQ differ" in mia.get("/manage").text
    assert "order-07:missing_at_hq" in mia.get("/manage/nights.csv").text


def test_records_that_could_not_be_taken_over_are_shown_with_what_it_means(
    shelf: Shelf, mia: FlaskClient
) -> None:
    """And facts that were not followed up; both lead to the page from the day."""
    shelf.edge.write(
        lambda unit: sync_store.keep_unapplied(
            unit, "product", "SKU-090", revision=3, body="{}", problem="price_minor is missing"
        )
    )
    shelf.edge.write(
        lambda unit: event_log.keep_failure(unit, 1, reader="tell_customer", problem="KeyError")
    )
    page = mia.get("/manage/sync").text
    for words in ("SKU-090", "price_minor is missing", "could not be taken over", "tell_customer"):
        assert words in page
    assert "Work that is stuck" in mia.get("/manage").text.partition("Sync and devices")[0]
    assert "SKU-090" in mia.get("/manage/stuck.csv").text


def test_a_manager_compares_now_and_nobody_else_does(shelf: Shelf, mia: FlaskClient) -> None:
    """By a form; what came of it stands on the page."""
    asked = told(shelf)
    assert shelf.as_(http.STAFF, "ken").post("/manage/sync/nightly").status_code == 403
    assert asked == []
    posted = mia.post("/manage/sync/nightly")
    assert asked == ["compare"]
    night(shelf, "2026-11-22")
    assert "hold the same facts" in mia.get(posted.headers["Location"]).text
    shelf.edge.write(lambda unit: sync_store.owe_night(unit, "2026-11-23"))
    assert "at the next contact" in mia.get(posted.headers["Location"]).text
