"""An offer that was seen to end stays over, also for a clock that is set back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge import jobs
from edge.app import MIGRATIONS, PARTS
from edge.base import log
from edge.jobs import Schedule
from edge.offers import actions, store
from edge.offers.rules import Result
from tests.edge.offers.conftest import make_wish
from tests.world import OPENING, FixedClock, open_edge


class Shop:
    """A store whose clock is set by hand, with its timers."""

    def __init__(self, home) -> None:
        self.clock = FixedClock(OPENING)
        self.edge = open_edge(home, MIGRATIONS, clock=self.clock)
        for part in PARTS:
            self.edge.put_part(part())
        self.plan = Schedule(self.edge, timer_work=jobs.timer_work(self.edge), jobs=[])

    def make(self, **changes):
        return self.edge.write(lambda unit: actions.make(unit, make_wish(**changes), by="mia"))

    def offer(self, offer_id):
        with self.edge.read() as reader:
            return store.load(reader, offer_id)

    def takes(self, offer_id):
        return self.edge.write(lambda unit: actions.redeem(unit, offer_id, surface="kiosk")).result

    def ended(self):
        with self.edge.read() as reader:
            facts = log.read_after(reader, 0)
        return [fact.aggregate_id for fact in facts if fact.kind == "offer_ended"]


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
    yield made
    made.edge.close()


def test_an_offer_that_ended_is_not_revived_by_a_clock_set_back(shop):
    """Its end is a fact, noted once when its time came."""
    offer = shop.make()
    shop.clock.advance(minutes=5 * 60)
    shop.plan.wake()
    assert shop.ended() == [offer.offer_id]
    shop.clock.set(OPENING + timedelta(hours=1))
    shop.plan.wake()
    assert shop.takes(offer.offer_id) is Result.NO_LONGER_VALID
    with shop.edge.read() as reader:
        assert store.on_offer(reader, shop.clock.now()) == []
        assert store.candidates(reader, shop.clock.now()) == ()
    assert shop.ended() == [offer.offer_id]


def test_without_the_noted_end_the_clock_would_revive_it(shop):
    """The planted fault: nobody wakes the timer, and the offer is back."""
    offer = shop.make()
    shop.clock.advance(minutes=5 * 60)
    shop.clock.set(OPENING + timedelta(hours=1))
    assert shop.takes(offer.offer_id) is Result.OK


def test_an_offer_with_a_new_end_begins_again(shop):
    """A manager's own word counts more than the clock's."""
    offer = shop.make()
    shop.clock.advance(minutes=5 * 60)
    shop.plan.wake()
    later = make_wish(ends_at=shop.clock.now() + timedelta(hours=2))
    shop.edge.write(lambda unit: actions.change(unit, offer.offer_id, later, by="mia"))
    assert shop.takes(offer.offer_id) is Result.OK
    shop.clock.advance(minutes=3 * 60)
    shop.plan.wake()
    assert shop.ended() == [offer.offer_id] * 2
    assert shop.offer(offer.offer_id).ended_at is not None


def test_a_stopped_offer_has_no_end_to_note(shop):
    """It was over before."""
    offer = shop.make()
    stopped = shop.edge.write(lambda unit: actions.stop(unit, offer.offer_id, by="mia"))
    assert not stopped.stands
    shop.clock.advance(minutes=5 * 60)
    shop.plan.wake()
    assert shop.ended() == []
    assert shop.takes(offer.offer_id) is Result.NO_LONGER_VALID


def test_offers_of_an_older_database_get_their_end_too(tmp_path):
    """The column and the timers come with the new version."""
    edge = open_edge(tmp_path / "old", MIGRATIONS)
    offer = edge.write(lambda unit: actions.make(unit, make_wish(), by="mia"))
    edge.write(
        lambda unit: [
            unit.execute("DELETE FROM timers"),
            unit.execute("ALTER TABLE offers DROP COLUMN ended_at"),
            unit.execute("DELETE FROM _sqlite_migrations WHERE name = 'what_ended_stays_ended'"),
        ]
    )
    edge.close()
    edge = open_edge(tmp_path / "old", MIGRATIONS)
    found = edge.write(lambda unit: unit.rows("SELECT kind, ref, due_at FROM timers"))
    assert [(row["kind"], row["ref"]) for row in found] == [("offer_ends", offer.offer_id)]
    edge.close()
