"""Notices on the pass: once, while they are true, and nothing that the order does not bear out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge import reactions
from edge.app import create_app
from edge.arrivals.rules import How
from edge.jobs import Schedule, timer_work
from edge.orders import actions as orders
from edge.orders import store as orders_store
from tests.browser.scene import NOW, Evening


@pytest.fixture
def shop(tmp_path):
    made = Evening(tmp_path / "store")
    made.clock.set(NOW)
    made.mei = made.order("Mei L.", 10, "SKU-003", "SKU-004")
    made.phone = create_app(made.edge).test_client()
    made.followed = 0
    yield made
    made.edge.close()


def follow(shop) -> None:
    """What follows what happened, and the timers that are due."""
    shop.followed = reactions.react(shop.edge, reactions.table(shop.edge), shop.followed)
    Schedule(shop.edge, timer_work=timer_work(shop.edge), jobs=[]).wake()


def told(shop, lang="en") -> list[str]:
    page = shop.phone.get(f"/p/{shop.tokens['Mei L.']}?lang={lang}").text
    return [
        each.split("</b>")[0]
        for each in page.split('<p class="notice"')[1:]
        for each in [each.split("<b>")[1]]
    ]


def see(shop, kind: str) -> int:
    return shop.phone.post(f"/p/{shop.tokens['Mei L.']}/seen", json={"kind": kind}).status_code


def test_ready_is_told_until_it_was_seen(shop):
    """In the customer's language; a second look says it no more."""
    follow(shop)
    assert told(shop) == []
    shop.stage(shop.mei, "4")
    follow(shop)
    assert told(shop) == ["Your order is ready."]
    assert told(shop, "ja") == ["ご用意できています。"]
    assert (see(shop, "ready"), told(shop)) == (200, [])
    assert see(shop, "no_such_kind") == 422


def test_the_end_of_a_hold_is_told_half_an_hour_before(shop):
    """Unless somebody is here by then; and nothing is said after the end but that it is over."""
    shop.stage(shop.mei, "4")
    follow(shop)
    see(shop, "ready")
    with shop.edge.read() as reader:
        end = orders_store.load(reader, shop.mei).hold_until
    shop.clock.set(end - timedelta(minutes=31))
    follow(shop)
    assert told(shop) == []
    shop.clock.set(end - timedelta(minutes=29))
    follow(shop)
    assert told(shop) == ["We keep your order until 22:01 only."]
    shop.clock.set(end + timedelta(seconds=1))
    follow(shop)
    follow(shop)
    assert told(shop) == ["The time for your order is over. Call us, if you still want it."]


def test_who_is_here_is_not_reminded(shop):
    """Nor told that it is ready: the page says who brings it."""
    shop.stage(shop.mei, "4")
    follow(shop)
    shop.arrive(shop.mei, How.DOOR)
    with shop.edge.read() as reader:
        end = orders_store.load(reader, shop.mei).hold_until
    shop.clock.set(end - timedelta(minutes=29))
    follow(shop)
    assert told(shop) == []


def test_a_cancelled_order_is_not_called_ready_any_more(shop):
    """The newest truth is the one that is told."""
    shop.stage(shop.mei, "4")
    follow(shop)
    shop.write(lambda u: orders.cancel(u, shop.mei, reason="asked", by="ken"))
    follow(shop)
    assert told(shop) == ["Your order was cancelled. Nothing is kept for you."]


def test_a_missing_line_is_pointed_out_once_it_is_sure(shop):
    """While somebody still looks, what is missing may turn up."""
    who = shop.staff["Yuki T."]
    shop.write(lambda u: orders.start_picking(u, shop.mei, by=who))
    shop.write(lambda u: orders.pick(u, shop.mei, 1, 0, by=who))
    follow(shop)
    assert told(shop) == []
    shop.write(lambda u: orders.pick(u, shop.mei, 2, 2, by=who))
    follow(shop)
    assert told(shop) == ["Something in your order is different. It stands below."]
