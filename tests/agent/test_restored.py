"""A store that was restored: it goes on where HQ knows nothing newer, and stops honestly where it does."""

from __future__ import annotations

import pytest

from edge.app import MIGRATIONS
from edge.base import backup, restore, schema
from edge.orders import actions as orders
from sync.agent.steps import State
from tests.agent.hq_world import World


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.order_at_hq(1)
    world.box.settle()
    yield world
    world.close()


@pytest.fixture
def kept(world):
    """A backup of the store while it runs."""
    return backup.make(
        world.box.home, world.box.home / "backups", now=world.clock.now(), version="1"
    )


def pick(world):
    """Something happens in the store."""
    [order] = world.box.rows("SELECT order_id FROM orders")
    edge = world.box.edge
    edge.write(lambda unit: orders.start_picking(unit, order["order_id"], by="ken"))


def restored(world, kept):
    """Stop, restore, start."""
    world.box.stop()
    known = schema.known((schema.migrations, *MIGRATIONS))
    done = restore.restore(world.box.home, kept, now=world.clock.now(), known=known, end_now=())
    world.box.start()
    return done


def test_a_store_that_lost_nothing_that_hq_knows_goes_on(world, kept):
    """The same history, the same place."""
    restored(world, kept)
    pick(world)
    assert world.box.settle().state is State.UP_TO_DATE
    ours = world.box.rows("SELECT event_id FROM events ORDER BY seq")
    assert ours == world.hq.rows("SELECT event_id FROM events ORDER BY seq")


def test_a_store_that_hq_knows_more_of_stops_to_send_and_says_so(world, kept):
    """Nothing at HQ is overwritten, and orders go on in the store."""
    pick(world)
    world.box.settle()
    before = world.hq.rows("SELECT event_id FROM events ORDER BY seq")
    assert restored(world, kept).left_behind > 0
    pick(world)
    status = world.box.settle()
    assert status.state is State.FORKED
    assert "restored" in status.sentence
    assert world.hq.rows("SELECT event_id FROM events ORDER BY seq") == before
    [order] = world.box.rows("SELECT state FROM orders")
    assert order["state"] == "picking"
