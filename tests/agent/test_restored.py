"""A store that was restored: it goes on where HQ knows nothing newer, and in a fresh epoch where it does."""

from __future__ import annotations

import pytest

from edge.acts.receive_order import receive_order
from edge.app import MIGRATIONS
from edge.base import backup, restore, schema
from edge.base.proof import LogDamaged, prove_log
from edge.orders import actions as orders
from edge.orders import store as order_rows
from sync.agent.steps import State
from sync.core.neutral import NeutralLine, NeutralOrder
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


def test_a_store_that_hq_knows_more_of_goes_on_in_a_fresh_epoch(world, kept):
    """Nothing at HQ is overwritten, what the store did since is sent again, and the night finds nothing."""
    pick(world)
    world.box.settle()
    before = world.hq.rows("SELECT event_id FROM events ORDER BY epoch, seq")
    assert restored(world, kept).left_behind > 0
    pick(world)
    own = world.box.rows("SELECT event_id FROM events ORDER BY seq DESC LIMIT 1")
    assert world.box.settle().state is State.UP_TO_DATE
    after = world.hq.rows("SELECT event_id FROM events")
    assert {row["event_id"] for row in (*before, *own)} == {row["event_id"] for row in after}
    assert [
        row["is_open"] for row in world.hq.rows("SELECT is_open FROM epochs ORDER BY is_open")
    ] == [0, 1]
    report = world.box.service.compare("2026-11-23")
    assert report.chain_equal
    assert report.digests_equal
    assert report.differences == []


def test_an_order_that_ended_before_the_restore_is_over_again(world, kept):
    """HQ tells how it ended: nobody is given the goods a second time."""
    pick(world)
    [order] = world.box.rows("SELECT order_id FROM orders")
    world.box.edge.write(
        lambda unit: orders.cancel(unit, order["order_id"], reason="asked", by="ken")
    )
    world.box.settle()
    restored(world, kept)
    world.box.settle()
    [order] = world.box.rows("SELECT state, is_open FROM orders")
    assert (order["state"], order["is_open"]) == ("cancelled", 0)
    assert world.box.service.compare("2026-11-23").digests_equal


def test_an_order_of_the_till_that_the_restore_lost_is_known_as_such(world, kept):
    """Its lines were never told to HQ; its number and state are, and both ends agree on them."""
    now = world.clock.now()
    late = NeutralOrder(
        order_id=world.box.edge.ids.uuid7(now), source="till", source_id="9", shown_number="",
        store_id="harbour-lane", customer_key="walk-in", customer_name="Ben T",
        lines=[NeutralLine(line_no=1, sku="SKU-002", name="Rice", qty=1, unit_price_minor=900)],
        promise_at=now, hold_until=now, token_hash="", placed_at=now, currency="JPY",
    )  # fmt: skip
    edge = world.box.edge
    edge.write(
        lambda unit: receive_order(unit, late, shop=orders.shop_here(unit, edge), origin="edge")
    )
    world.box.settle()
    restored(world, kept)
    world.box.settle()
    with world.box.edge.read() as reader:
        [lost] = order_rows.told_back(reader)
    assert (lost.order_id, lost.state) == (late.order_id, "accepted")
    assert world.box.service.compare("2026-11-23").digests_equal


def test_a_log_of_two_epochs_is_proved_link_by_link(world, kept):
    """A backup of it can be tried like any other."""
    pick(world)
    world.box.settle()
    restored(world, kept)
    pick(world)
    world.box.settle()
    with world.box.edge.read() as reader:
        proved = list(prove_log(reader, world.box.edge.epoch))
    assert proved[-1] == world.box.edge.log.durable_seq
    world.box.edge.write(lambda unit: unit.execute("UPDATE events SET kind = 'x' WHERE seq = 1"))
    with world.box.edge.read() as reader, pytest.raises(LogDamaged):
        list(prove_log(reader, world.box.edge.epoch))


def test_a_store_whose_request_numbers_were_used_jumps_over_them(world):
    """A copy of its disk may have used them: one refusal, and it goes on above what HQ has seen."""
    world.box.stop()
    world.hq.change("UPDATE store_sessions SET last_sequence = 50000")
    world.box.start()
    pick(world)
    assert world.box.settle().state is State.UP_TO_DATE
    assert len(world.box.wire.sent) < 8
