"""What whoever is signed in is told to do next, and when nothing is told."""

from __future__ import annotations

import msgspec
import pytest

from edge import reactions
from edge.orders import actions as orders
from edge.plan.rules import Job, Plan, Stage
from edge.screens import next_for, planning
from tests.browser.scene import NOW, Evening
from tests.edge.plan.works import planned, work
from tests.edge.screens.world import ENGLISH


@pytest.fixture
def shop(tmp_path):
    """A store whose reactions run, with one order that is late."""
    scene = Evening(tmp_path / "store")
    reactions.follower(scene.edge, reactions.table(scene.edge))
    scene.order("Leo B.", 1, "SKU-020", "SKU-061")
    scene.clock.set(NOW)
    yield scene
    scene.edge.close()


def told(shop, name: str, plan: Plan | None = None):
    with shop.edge.read() as reader:
        found = plan or planning.plan_now(reader, shop.edge)
        return next_for.shown(reader, shop.edge, found, ENGLISH, by=shop.staff[name])


def test_a_plan_that_knows_more_than_these_rows_shows_no_button(shop):
    """An order and an extra that this reader has not: the board is shown all the same."""
    order = planned(work("not here", promise=0))
    assert told(shop, "Ken S.", order).button is None
    coffee = work("extra:not here", promise=0, picking=Stage.NONE, is_extra=True)
    coffee = msgspec.structs.replace(coffee, making=Stage.WAITING, make_seconds=60.0)
    shown = told(shop, "Ken S.", planned(coffee))
    assert (shown.job, shown.button) == (Job.EXTRA.value, None)


def test_all_who_are_free_are_told_the_same_until_one_has_it(shop):
    """Then the others go on to what comes after it."""
    leo = shop.orders["Leo B."]
    assert told(shop, "Ken S.").ref == told(shop, "Yuki T.").ref == leo
    shop.write(lambda unit: orders.start_picking(unit, leo, by=shop.staff["Ken S."]))
    assert told(shop, "Ken S.") is None
    assert told(shop, "Yuki T.").ref != leo


def test_who_makes_something_is_told_nothing_else(shop):
    """Until it is made; the others are."""
    leo, ken = shop.orders["Leo B."], shop.staff["Ken S."]
    shop.write(lambda unit: orders.start_picking(unit, leo, by=ken))
    shop.write(lambda unit: orders.pick(unit, leo, 1, 1, by=ken))
    shop.write(lambda unit: orders.stage(unit, leo, "B1", by=ken))
    shop.write(lambda unit: orders.start_finish(unit, leo, by=ken))
    assert told(shop, "Ken S.") is None
    assert told(shop, "Yuki T.") is not None
    shop.write(lambda unit: orders.finish(unit, leo, by=ken))
    assert told(shop, "Ken S.") is not None
