"""What the plan is made from: one moment of the database, with orders, extras and the people on shift."""

from __future__ import annotations

import pytest

from edge.orders import actions as orders
from edge.screens import planning
from tests.browser.scene import NOW, Evening


@pytest.fixture
def shop(tmp_path):
    """A store with one order."""
    scene = Evening(tmp_path / "store")
    scene.order("Leo B.", 90, "SKU-020", "SKU-024")
    scene.clock.set(NOW)
    yield scene
    scene.edge.close()


def planned(shop):
    with shop.edge.read() as reader:
        return planning.plan_now(reader, shop.edge)


def test_a_commit_while_a_plan_is_made_is_in_the_next_plan(shop):
    """The plan is as new as what it was made from, not as what was written meanwhile."""
    with shop.edge.read() as reader:
        reader.rows("SELECT 1 FROM orders")
        new = shop.order("Ana M.", 30, "SKU-003")
        assert new not in planning.plan_now(reader, shop.edge).placed
    assert new in planned(shop).placed


def test_who_still_looks_at_an_older_moment_is_shown_nothing_of_later(shop):
    """The plan of somebody who is ahead holds orders that are not in these rows."""
    with shop.edge.read() as reader:
        reader.rows("SELECT 1 FROM orders")
        new = shop.order("Ana M.", 30, "SKU-003")
        assert new in planned(shop).placed
        assert new not in planning.plan_now(reader, shop.edge).placed


def test_a_plan_knows_who_is_at_work(shop):
    """Each begun job has one pair of hands."""
    assert planned(shop).crew.at_work == 0
    leo = shop.orders["Leo B."]
    shop.write(lambda unit: orders.start_picking(unit, leo, by=shop.staff["Ken S."]))
    assert planned(shop).crew.at_work == 1
