"""A handover teaches the store when its customers come; what ended otherwise teaches nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge import reactions
from edge.acts.learn_arrival import learn_arrival
from edge.acts.withdraw import lapse, withdraw
from edge.app import open_store
from edge.arrivals import actions as arrivals
from edge.arrivals import store as arrivals_store
from edge.arrivals.rules import NOTHING, Learned, Level, Seen, Step, expect, learn, observe
from edge.base import backup
from tests.edge.acts.journey_world import JourneyWorld

WAY = (2_500.0, 2_100.0, 1_700.0, 1_300.0, 900.0, 500.0, 200.0, 60.0)


@pytest.fixture
def world(tmp_path):
    world = JourneyWorld(tmp_path / "store")
    yield world
    world.edge.close()


def learned(world) -> Learned:
    with world.edge.read() as reader:
        return arrivals_store.load_learned(reader)


def comes(world):
    """Ana comes by car, and shows her pass at the kiosk."""
    order = world.on_the_way()
    world.reports(*WAY, every=30.0)
    world.clock.advance(seconds=20)
    assert world.kiosk({"code": world.code(order)}).status_code == 200
    world.clock.advance(seconds=40)
    return order


def teaches(world, order) -> None:
    monotonic = world.clock.monotonic()
    world.edge.write(
        lambda unit: learn_arrival(unit, order.order_id, world.memory, monotonic=monotonic)
    )


def test_a_handover_teaches_each_step_of_the_way(world):
    """Every range that was passed, the tap and the promise, once each; at nine in the morning."""
    teaches(world, comes(world))
    known = learned(world)
    assert {name for name, each in known.seen.items() if each.handovers == 1} == {
        "under_3_km", "under_1_km", "under_300_m", "under_100_m", "tap", "promise", "morning",
    }  # fmt: skip
    assert known.handovers == 1
    assert world.memory.learned == known


def test_only_a_handover_is_followed_by_a_lesson(world):
    """Not a cancelled order, not a no-show."""
    table = reactions.table(world.edge)
    followed = [
        kind
        for kind, follows in table.items()
        if "learn_from_arrival" in {each.__name__ for each in follows}
    ]
    assert followed == ["order_handed_over"]
    assert table["order_handed_over"][0].__name__ == "learn_from_arrival"


def test_a_report_and_an_arrival_alone_teach_nothing(world):
    """Not a byte until the goods are given."""
    comes(world)
    world.react()
    assert learned(world).levels == {}


def test_who_turned_away_teaches_nothing(world):
    """They drove off beyond all doubt, and came for their order in the end."""
    order = world.on_the_way()
    world.reports(1_500.0, 1_200.0, 1_000.0, 1_300.0, 1_900.0, 2_400.0, 3_000.0, every=60.0)
    assert world.journey(order).phase == "turned_away"
    world.react()
    assert world.kiosk({"code": world.code(order)}).status_code == 200
    teaches(world, order)
    assert learned(world).levels == {}


def test_after_a_withdrawal_only_tap_and_promise_teach(world):
    """What the ranges foretold is forgotten with them."""
    order = comes(world)
    world.edge.write(lambda unit: withdraw(unit, order.order_id, world.memory))
    teaches(world, order)
    assert learned(world).seen.keys() == {"tap", "promise"}


def test_after_the_consent_ran_out_only_tap_and_promise_teach(world):
    """Also in the seconds before the timer that forgets the ranges rings."""
    order = comes(world)
    world.clock.advance(minutes=250)
    teaches(world, order)
    assert learned(world).seen.keys() <= {"tap", "promise"}


def test_a_consent_that_ran_out_takes_its_ranges_along(world):
    """By time as by a tap: nothing is held, nothing is expected from it, and the trip goes on by its tap."""
    order = world.order()
    world.says("yes", order)
    world.clock.advance(minutes=180)
    world.post("on-my-way")
    world.reports(900.0, 300.0)
    assert world.journey(order).phase == "near"
    world.clock.advance(minutes=60)
    world.edge.write(lambda unit: lapse(unit, order.order_id, world.memory))
    assert world.memory.get(order.order_id, monotonic=world.clock.monotonic()) is None
    assert world.journey(order).phase == "en_route"
    assert world.kinds()[-1] == "customer_not_near"


def test_another_consent_that_ran_out_leaves_the_ranges_alone(world):
    """The timer is the order's; what still stands is asked."""
    order = world.on_the_way()
    world.reports(900.0)
    world.edge.write(lambda unit: lapse(unit, order.order_id, world.memory))
    assert len(world.memory) == 1


def test_who_is_given_their_goods_twice_teaches_once(world):
    """Handed over, undone, handed over again."""
    order = comes(world)
    teaches(world, order)
    known = learned(world)
    world.edge.write(lambda unit: arrivals.end(unit, order.order_id, world.memory, why="served"))
    teaches(world, order)
    assert learned(world) == known


def test_what_was_learnt_is_what_the_next_customer_is_told(world):
    """From the commit on, in memory, and after a restart and from a backup as well."""
    rows = {"site": Level(60, 75.0, 20.0), "promise": Level(60, 0.0, 9.0)}
    taught = Learned(rows, {"under_3_km": Seen(60, 80.0)})
    world.edge.write(lambda unit: arrivals_store.save_learned(unit, NOTHING, taught))
    teaches(world, comes(world))
    known = world.memory.learned
    assert known.levels["site"].handovers == 61
    home = world.edge.home
    kept = backup.make(home, home / "backups", now=world.clock.now(), version="1")
    assert kept.manifest.tables["arrival_levels"] == len(known.levels)
    world.edge.close()
    again = open_store(world.edge.home, clock=world.clock)
    try:
        assert again.part(type(world.memory)).learned == known
    finally:
        again.close()


def test_a_manager_starts_anew_and_it_is_written_down(world):
    """The shipped figures alone, by this commit; the log has the name and how much was forgotten."""
    teaches(world, comes(world))
    world.edge.write(lambda unit: arrivals.forget_learned(unit, world.memory, by="kim"))
    assert learned(world) == world.memory.learned == Learned(time_zone="Asia/Tokyo")
    assert world.kinds()[-1] == "learning_forgotten"


def test_a_corrected_eta_is_later_by_what_was_learnt(world):
    """The answer to the next report carries it."""
    world.memory.put_learned(Learned({"site": Level(60, 75.0, 20.0)}))
    order = world.on_the_way()
    world.reports(2_500.0)
    sighting = world.memory.get(order.order_id, monotonic=world.clock.monotonic())
    now, way = world.clock.now(), world.journey(order)
    shipped = expect(way, sighting, order.promise_at, now)
    told = expect(way, sighting, order.promise_at, now, learned=world.memory.learned)
    assert told.middle_at - shipped.middle_at == timedelta(seconds=75)
    assert learn(NOTHING, observe_of(world, order)).seen.keys() == {"promise"}


def observe_of(world, order):
    """What somebody who came without a word teaches: how they stand to the promise."""
    world.edge.write(
        lambda unit: arrivals.end(unit, order.order_id, world.memory, why="cancelled")
    )
    came = arrivals.store.Journey("o2", arrived_at=world.clock.now(), arrived_how="kiosk")
    seen = observe(came, {}, promise_at=order.promise_at, zone=world.clock.now().tzinfo)
    assert [each.step for each in seen.foretold] == [Step.PROMISE]
    return seen
