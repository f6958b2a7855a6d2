"""Waits and offers across stores: what is counted, where it stands in the picture, and what a spreadsheet gets."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from sync.hq.reports.rules import offers, waits
from sync.hq.reports.rules.picture import drawn
from tests.hq.scene import at
from tests.hq.world import OPENING, World, event

DAY = date(2026, 11, 23)


class Told(NamedTuple):
    """An event of a store."""

    kind: str
    about: str
    at: datetime
    body: Mapping[str, Any] = MappingProxyType({})


def life(order_id: str, minutes: float, wait: float, *, ready: float = -60.0) -> list[Told]:
    """One order: its customer came so many minutes after ten, waited so many seconds."""
    here = datetime(2026, 11, 23, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    return [
        Told(waits.READY, order_id, here + timedelta(seconds=ready)),
        Told(waits.ARRIVED, order_id, here),
        Told(waits.ARRIVED, order_id, here + timedelta(seconds=20)),
        Told(waits.HANDED_OVER, order_id, here + timedelta(seconds=wait)),
    ]


def test_a_wait_begins_with_the_first_sign_of_the_customer() -> None:
    """The later scan does not make it shorter; a handover before it makes it 0."""
    found, unknown = waits.of_day([*life("a", 5, 41), *life("b", 6, -30)], DAY, "Asia/Tokyo")
    assert ([wait.seconds for wait in found], unknown) == ([41.0, 0.0], 0)


def test_the_day_is_the_stores_and_an_unknown_arrival_is_in_no_wait() -> None:
    """Half past nine in the evening in Tokyo is another day in Auckland."""
    late = life("a", 11.5 * 60, 30)
    alone = [Told(waits.HANDED_OVER, "b", late[0].at)]
    assert len(waits.of_day([*late, *alone], DAY, "Asia/Tokyo")[0]) == 1
    assert waits.of_day([*late, *alone], DAY, "Asia/Tokyo")[1] == 1
    assert waits.of_day([*late, *alone], DAY, "Pacific/Auckland") == ([], 0)


def test_sums_are_nearest_rank() -> None:
    """As at the store, so that both say the same."""
    found, _ = waits.of_day(
        [each for n in range(10) for each in life(f"o{n}", n, 10.0 * (n + 1), ready=n - 5)],
        DAY,
        "Asia/Tokyo",
    )
    total = waits.added(found, 0)
    assert (total.half, total.nine_in_ten, total.longest) == (50.0, 90.0, 100.0)
    assert (total.count, total.short, total.ready) == (10, 10, 6)
    assert waits.added([], 0).half is None


def test_a_dot_stands_where_it_belongs() -> None:
    """Above the line when it took longer, at the edge when it took very long, never outside."""
    told = [*life("a", 5, 41), *life("b", 130, 150), *life("c", 200, 4000)]
    picture = drawn(waits.of_day(told, DAY, "Asia/Tokyo")[0], "Asia/Tokyo", height=300)
    short, long, beyond = picture.dots
    assert short.y > picture.short_y > long.y > beyond.y
    assert (long.is_beyond, beyond.is_beyond) == (False, True)
    assert all(picture.left <= dot.x <= picture.right for dot in picture.dots)
    assert drawn([], "Asia/Tokyo", height=300).dots == []


def test_an_offer_counts_an_order_once_and_says_how_sure_it_is() -> None:
    """Shown twice beside one order is shown once; little seen is little known."""
    shown = [Told(offers.SHOWN, "x", OPENING, {"order_id": f"o{n % 4}"}) for n in range(8)]
    added = [Told(offers.ADDED, "x", OPENING, {"order_id": "o1"})]
    used = [Told(offers.REDEEMED, "r1", OPENING, {"offer_id": "x"})]
    [found] = offers.of_events({"a": [*shown, *added], "b": used})
    assert (found.shown, found.added, found.redeemed, found.by_store) == (4, 1, 1, {"b": 1})
    assert found.low < 0.25 < found.high


def spoken_day(world: World) -> None:
    """A store that handed two orders over, one of them late."""
    box = world.box()
    box.hello()
    for order_id, wait in (("o1", 41), ("o2", 150)):
        here = OPENING + timedelta(hours=2)
        box.push(
            at(event("order_received", order_id, number=f"A-{order_id}", order_id=order_id, lines=1), here),
            at(event("customer_arrived", order_id, how="tap"), here),
            at(event("order_handed_over", order_id, how="scan"), here + timedelta(seconds=wait)),
        )  # fmt: skip
    world.clock.set(OPENING + timedelta(hours=8))


def test_waits_are_shown_and_can_be_taken_along(world: World) -> None:
    """A dot an order, a link to its definition behind each number, and the rows behind the picture."""
    spoken_day(world)
    browser = world.sign_in("viewer")
    page = browser.get("/waits").text
    assert "1 of 2" in page
    assert ("<circle" in page, 'class="long"' in page, 'href="#def-wait"' in page) == (True,) * 3
    answer = browser.get("/waits.csv?store=harbour-lane")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["order"], row["wait_s"]) for row in rows] == [("o1", "41.0"), ("o2", "150.0")]
    assert rows[0]["arrived_at"] == "2026-11-23T11:00:00+09:00"
    assert browser.get("/waits?day=0001-01-01").status_code == 200


@pytest.mark.parametrize(
    "path", ["/waits", "/offers", "/needs-a-person", "/people/deeds", "/stores"]
)
def test_an_empty_hq_says_what_to_expect(world: World, path: str) -> None:
    """Never a blank table."""
    page = world.sign_in().get(path).text
    assert "empty" in page or "Nobody was handed" in page or "Never heard of" in page


def test_a_spreadsheet_runs_nothing(world: World) -> None:
    """What would be a formula is plain text."""
    box = world.box()
    box.hello()
    title = {"en": {"title": "=HYPERLINK(1)"}}
    box.push(
        event("offer_made", "x", offer_id="x", owner="store", revision=1, offer_kind="fresh", sku="S",
              texts=title, price_minor=1, was_minor=2, currency="JPY", starts_at=OPENING.isoformat(),
              ends_at=OPENING.isoformat(), limit=1, once_per_customer=False, preparation_minutes=1,
              goes_with=[], active=True),
        event("offer_shown", "x", offer_id="x", order_id="o1", why="goes_with"),
    )  # fmt: skip
    text = world.sign_in("viewer").get("/offers.csv").text
    assert "'=HYPERLINK(1)" in text
