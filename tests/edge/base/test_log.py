"""The event log: gapless, chained, salted, and read from one's own place."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from edge.base import log
from sync.core import chain, hlc
from sync.core.event import Event
from tests.world import OPENING, FixedClock, open_edge


class BoxCounted(Event, frozen=True, kw_only=True):
    """A fact for these tests."""

    aggregate = "box_id"
    box_id: str
    pieces: int = 1


@pytest.fixture
def clock():
    return FixedClock(OPENING)


@pytest.fixture
def edge(tmp_path, clock):
    opened = open_edge(tmp_path / "store", clock=clock)
    yield opened
    opened.close()


def verify(edge) -> int:
    """Walk the chain as another machine would; returns how many links hold."""
    with edge.read() as reader:
        rows = reader.rows("SELECT * FROM events ORDER BY seq")
    previous = chain.genesis(edge.epoch)
    for count, row in enumerate(rows):
        if (
            row["body"] is not None
            and chain.body_hash(row["salt"], row["body"].encode()) != row["body_hash"]
        ):
            return count
        envelope = chain.Envelope(
            **{
                name: row[name]
                for name in chain.Envelope.__struct_fields__
                if name != "original_id"
            }
        )
        previous = chain.link(previous, envelope)
        if previous != row["chain"]:
            return count
    return len(rows)


def count_boxes(edge, n):
    for number in range(n):
        edge.write(
            lambda unit, number=number: unit.record(BoxCounted(box_id=f"b{number}"), by="ken")
        )


def test_the_chain_holds_from_the_epoch_to_the_head(edge):
    """Equal chain means equal history."""
    count_boxes(edge, 20)
    assert verify(edge) == 20


def test_the_chain_goes_on_after_a_restart(tmp_path):
    """The head is read from the database, not remembered."""
    edge = open_edge(tmp_path / "store")
    count_boxes(edge, 3)
    epoch = edge.epoch
    edge.close()
    edge = open_edge(tmp_path / "store", seed=2)
    count_boxes(edge, 3)
    assert (edge.epoch, verify(edge)) == (epoch, 6)
    edge.close()


@pytest.mark.parametrize(
    "damage", ["by = 'eve'", "kind = 'box_lost'", "body = replace(body, '1', '2')", "at = hlc"]
)
def test_a_changed_row_breaks_the_chain_there(edge, damage):
    """Whoever edits history is found at the very row."""
    count_boxes(edge, 5)
    edge.write(lambda unit: unit.execute(f"UPDATE events SET {damage} WHERE seq = 3"))
    assert verify(edge) == 2


def test_body_and_salt_can_be_erased_and_the_chain_still_holds(edge):
    """A person's right to be forgotten does not cost the proof."""
    count_boxes(edge, 5)
    edge.write(
        lambda unit: unit.execute("UPDATE events SET body = NULL, salt = NULL WHERE seq = 3")
    )
    assert verify(edge) == 5
    with edge.read() as reader:
        assert log.read_after(reader, 2, limit=1)[0].body == {}


def test_stamps_never_go_back_when_the_clock_does(edge, clock):
    """A Pi that boots in 1970 keeps its order of events."""
    count_boxes(edge, 1)
    clock.set(OPENING - timedelta(days=20_000))
    count_boxes(edge, 2)
    with edge.read() as reader:
        stamps = [
            hlc.parse(row["hlc"]) for row in reader.rows("SELECT hlc FROM events ORDER BY seq")
        ]
    assert stamps == sorted(set(stamps))


def test_a_reader_goes_on_from_its_own_cursor(edge):
    """Cursor and what was done with it move together."""
    count_boxes(edge, 5)
    edge.write(lambda unit: log.move_cursor(unit, "screens", 3))
    with edge.read() as reader:
        assert log.cursor(reader, "screens") == 3
        assert log.cursor(reader, "others") == 0
        assert [each.seq for each in log.read_after(reader, 3)] == [4, 5]
        assert [each.seq for each in log.read_after(reader, 0, kinds=["box_lost"])] == []
        assert [each.aggregate_id for each in log.of_aggregate(reader, "b1")] == ["b1"]


def test_waiting_ends_with_the_commit(edge):
    """Screens hear of news without polling."""
    assert not edge.log.wait_beyond(0, timeout=0.0)
    count_boxes(edge, 1)
    assert edge.log.wait_beyond(0, timeout=0.0)


def test_followers_learn_which_kinds_came_without_asking_the_disk(edge):
    """Only what is durable counts; a rolled-back unit leaves nothing, and a long absence says so."""

    def fails(unit):
        unit.record(BoxCounted(box_id="bad"))
        raise ValueError("no")

    assert edge.log.kinds_beyond(0) == set()
    with pytest.raises(ValueError, match="no"):
        edge.write(fails)
    count_boxes(edge, 3)
    assert edge.log.kinds_beyond(0) == {"box_counted"}
    assert edge.log.kinds_beyond(3) == set()
    count_boxes(edge, log.RECENT_EVENTS)
    assert edge.log.kinds_beyond(0) is None


def test_after_a_restart_the_older_events_must_be_read(tmp_path):
    """Memory begins anew; nobody takes that for "nothing happened"."""
    edge = open_edge(tmp_path / "store")
    count_boxes(edge, 3)
    edge.close()
    edge = open_edge(tmp_path / "store")
    assert edge.log.kinds_beyond(1) is None
    assert edge.log.kinds_beyond(3) == set()
    edge.close()


def test_a_log_with_the_former_index_is_taken_over_whole(tmp_path):
    """A store that ran before the index on event ids was dropped keeps every fact and every link."""
    edge = open_edge(tmp_path / "store")
    edge.write(lambda unit: unit.record_all([BoxCounted(box_id=name) for name in "abc"]))
    edge.close()
    database = sqlite3.connect(tmp_path / "store" / "store.db")
    before = database.execute("SELECT * FROM events").fetchall()
    database.execute("CREATE INDEX timers_due ON timers(due_at)")
    database.execute("CREATE UNIQUE INDEX former ON events(event_id)")
    database.execute("DELETE FROM _sqlite_migrations WHERE name = 'lighter_log_and_timers'")
    database.commit()
    database.close()
    edge = open_edge(tmp_path / "store")
    with edge.read() as reader:
        assert [tuple(row) for row in reader.rows("SELECT * FROM events")] == before
        names = {row["name"] for row in reader.rows("SELECT name FROM sqlite_schema")}
    assert edge.write(lambda unit: unit.record(BoxCounted(box_id="d"))) == 4
    assert names & {"former", "timers_due"} == set()
    edge.close()
