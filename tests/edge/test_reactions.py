"""What follows a fact follows exactly once, also after a crash, and one failure stops nobody else."""

from __future__ import annotations

import pytest

from edge import reactions
from edge.base import facts, log
from sync.core.event import Event
from tests.world import open_edge


class BellRung(Event, frozen=True, kw_only=True):
    """A fact for these tests."""

    aggregate = "bell_id"
    bell_id: str


class BellHung(Event, frozen=True, kw_only=True):
    """Another one, that nobody reacts to."""

    aggregate = "bell_id"
    bell_id: str


@pytest.fixture
def edge(tmp_path):
    opened = open_edge(tmp_path / "store")
    yield opened
    opened.close()


def add_one(unit, fact):
    facts.put(unit, "count", str(int(facts.get(unit, "count") or 0) + 1))


def fails(unit, fact):
    facts.put(unit, "never", "kept")
    raise RuntimeError("broken")


def value(edge, name):
    with edge.read() as reader:
        return facts.get(reader, name)


def ring(edge, times):
    for number in range(times):
        edge.write(lambda unit, number=number: unit.record(BellRung(bell_id=str(number))))


def test_each_fact_is_followed_once(edge):
    """Reading on from the cursor, as after a restart, repeats nothing."""
    ring(edge, 5)
    table = {"bell_rung": [add_one]}
    reactions.react(edge, table, 0)
    with edge.read() as reader:
        place = log.cursor(reader, reactions.READER)
    reactions.react(edge, table, place)
    assert (place, value(edge, "count")) == (5, "5")


def test_a_crash_between_two_facts_neither_loses_nor_doubles(edge):
    """The effect and the cursor are one transaction."""
    ring(edge, 3)

    class Crash(BaseException):
        pass

    def crashes_at_two(unit, fact):
        add_one(unit, fact)
        if fact.seq == 2 and value(edge, "mended") is None:
            raise Crash

    with pytest.raises(Crash):
        reactions.react(edge, {"bell_rung": [crashes_at_two]}, 0)
    edge.write(lambda unit: facts.put(unit, "mended", "yes"))
    with edge.read() as reader:
        place = log.cursor(reader, reactions.READER)
    reactions.react(edge, {"bell_rung": [crashes_at_two]}, place)
    assert value(edge, "count") == "3"


def test_a_reaction_that_fails_is_kept_for_inspection_and_its_neighbours_run(edge):
    """It leaves nothing half done."""
    ring(edge, 1)
    reactions.react(edge, {"bell_rung": [fails, add_one]}, 0)
    assert (value(edge, "count"), value(edge, "never")) == ("1", None)
    with edge.read() as reader:
        row = reader.row("SELECT seq, reaction, problem FROM failed_reactions")
    assert tuple(row) == (1, "fails", "RuntimeError('broken')")


def test_facts_that_nobody_reacts_to_are_passed_over(edge):
    """Also when there are very many of them."""
    for _ in range(reactions.BATCH + 5):
        edge.write(lambda unit: unit.record(BellHung(bell_id="b")))
    ring(edge, 1)
    place = 0
    for _ in range(2):
        place = reactions.react(edge, {"bell_rung": [add_one]}, place)
    assert value(edge, "count") == "1"


def test_the_follower_does_what_is_left_by_itself(edge):
    """A thread, a condition, no polling of the table."""
    import threading

    ring(edge, 1)
    heard = threading.Event()
    follower = reactions.follower(
        edge, {"bell_rung": [lambda unit, fact: unit.after_commit(heard.set)]}
    )
    assert not heard.is_set()
    follower.start()
    assert heard.wait(5)
    follower.stop()


def test_what_can_follows_in_the_commit_of_its_fact(edge):
    """No moment lies between, and whoever reads on finds nothing left to do."""
    table = {"bell_rung": [add_one]}
    edge.follow_at_once(reactions.at_once(edge, table))
    ring(edge, 3)
    assert value(edge, "count") == "3"
    assert reactions.react(edge, table, 0) == 3
    assert value(edge, "count") == "3"


def test_what_a_reaction_records_is_followed_in_the_same_commit(edge):
    """As its follower would."""

    def hang(unit, fact):
        unit.record(BellHung(bell_id=fact.aggregate_id))

    edge.follow_at_once(reactions.at_once(edge, {"bell_rung": [hang], "bell_hung": [add_one]}))
    ring(edge, 1)
    assert (value(edge, "count"), edge.log.durable_seq) == ("1", 2)


def test_what_fails_at_once_takes_only_itself_back(edge):
    """The fact stands; of the reaction nothing is left but what its follower keeps."""
    called = []

    def fails_late(unit, fact):
        unit.after_commit(lambda: called.append(fact.seq))
        unit.record(BellHung(bell_id="b"))
        fails(unit, fact)

    table = {"bell_rung": [add_one, fails_late]}
    edge.follow_at_once(reactions.at_once(edge, table))
    ring(edge, 1)
    assert (edge.log.durable_seq, called) == (1, [])
    assert (value(edge, "count"), value(edge, "never")) == (None, None)
    reactions.react(edge, table, 0)
    assert value(edge, "count") == "1"
    with edge.read() as reader:
        assert [failure.reader for failure in log.failures(reader)] == ["fails_late"]


def test_nothing_follows_before_what_is_older(edge):
    """A fact whose reaction still waits is followed first, by the follower."""
    ring(edge, 1)
    table = {"bell_rung": [add_one]}
    edge.follow_at_once(reactions.at_once(edge, table))
    ring(edge, 1)
    assert value(edge, "count") is None
    assert reactions.react(edge, table, 0) == 2
    ring(edge, 1)
    assert value(edge, "count") == "3"
