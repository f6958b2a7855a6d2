"""The one writer: all or nothing, told only after the commit, the same answer twice."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from edge.base import facts, log, timers
from edge.base.edge import Edge
from edge.base.lock import FolderInUse
from edge.base.writer import ShuttingDown, StorageFailed, Writer
from sync.core.answers import Key, KeyReused
from sync.core.event import Event
from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds
from tests.world import OPENING, open_edge


class ParcelMoved(Event, frozen=True, kw_only=True):
    """A fact for these tests."""

    aggregate = "parcel_id"
    parcel_id: str


@pytest.fixture
def edge(tmp_path):
    opened = open_edge(tmp_path / "store")
    yield opened
    opened.close()


def move(name: str):
    return lambda unit: unit.record(ParcelMoved(parcel_id=name))


def together(edge, *works):
    """What units got that shared one commit: the writer is held back until all of them wait."""
    held, begun = threading.Event(), threading.Event()

    def hold(unit):
        begun.set()
        held.wait(10)

    def told_of(work):
        try:
            return edge.write(work)
        except sqlite3.Error as failure:
            return failure

    with ThreadPoolExecutor(len(works) + 1) as pool:
        pool.submit(edge.write, hold)
        begun.wait(10)
        answers = []
        for number, work in enumerate(works, 2):
            answers.append(pool.submit(told_of, work))
            while edge.open_units < number:
                held.wait(0.001)
        held.set()
        return [answer.result(10) for answer in answers]


def seqs(edge: Edge) -> list[int]:
    with edge.read() as reader:
        return [each.seq for each in log.read_after(reader, 0)]


def test_the_result_comes_back_after_the_commit(edge):
    """Whoever hears "done" can read what was done."""
    assert edge.write(move("a")) == 1
    assert seqs(edge) == [1]


def test_a_unit_that_fails_leaves_no_trace_and_no_gap(edge):
    """Its neighbours keep their place in the log, without a hole."""

    def fails(unit):
        unit.record(ParcelMoved(parcel_id="bad"))
        raise ValueError("no")

    edge.write(move("a"))
    with pytest.raises(ValueError, match="no"):
        edge.write(fails)
    edge.write(move("b"))
    assert seqs(edge) == [1, 2]


def test_a_lone_unit_that_fails_leaves_nothing_behind(edge):
    """No state, no event, no timer, no first answer, no open transaction; the same key may try again."""
    key = Key("staff:ken", "key-0001", "hash")

    def work(unit, *, fails):
        facts.put(unit, "moved", "yes")
        unit.set_timer("kind", "ref", unit.now)
        unit.record_all([ParcelMoved(parcel_id="a"), ParcelMoved(parcel_id="b")])
        if fails:
            raise ValueError("no")
        return "done"

    with pytest.raises(ValueError, match="no"):
        edge.write(partial(work, fails=True), key)
    assert not edge._writer._connection.in_transaction
    with edge.read() as reader:
        assert facts.get(reader, "moved") is None
        assert timers.next_due_at(reader) is None
        assert reader.row("SELECT 1 FROM answers") is None
    assert (seqs(edge), edge.log.durable_seq) == ([], 0)
    assert edge.write(partial(work, fails=False), key) == "done"
    assert (seqs(edge), edge.log.durable_seq) == ([1, 2], 2)


def test_only_units_that_share_a_commit_need_savepoints(edge):
    """One alone is its own transaction; of two that waited together the failing one goes and the other stands."""
    said: list[str] = []
    connection = edge._writer._connection
    connection.set_trace_callback(said.append)
    edge.write(move("a"))
    assert not [words for words in said if "SAVEPOINT" in words]
    told = together(edge, move("b"), lambda unit: unit.execute("INSERT INTO nowhere VALUES (1)"))
    connection.set_trace_callback(None)
    assert [words for words in said if "SAVEPOINT" in words]
    assert (told[0], type(told[1])) == (2, sqlite3.OperationalError)
    assert seqs(edge) == [1, 2]


def test_facts_recorded_together_are_chained_like_single_ones(tmp_path):
    """One statement or several: the same rows, links and ids."""
    kept = []
    for name in ("one", "many"):
        edge = open_edge(tmp_path / name)
        events = [ParcelMoved(parcel_id=letter) for letter in "abc"]
        if name == "many":
            assert edge.write(lambda unit, e=events: unit.record_all(e, by="ken")) == 3
        else:
            edge.write(lambda unit, e=events: [unit.record(one, by="ken") for one in e])
        with edge.read() as reader:
            kept.append([tuple(row) for row in reader.rows("SELECT * FROM events")])
        edge.close()
    assert kept[0] == kept[1]


def test_more_facts_than_fit_one_statement_are_recorded_too(edge):
    """A bulk of two thousand, without a gap."""
    many = [ParcelMoved(parcel_id=str(number)) for number in range(2000)]
    assert edge.write(lambda unit: unit.record_all(many)) == 2000
    assert edge.write(lambda unit: unit.record_all([])) == 2000


def test_many_at_once_get_gapless_numbers_and_only_failures_fail(edge):
    """Sixteen callers, every fourth one failing inside a shared commit."""

    def work(number):
        def unit_of(unit):
            unit.record(ParcelMoved(parcel_id=str(number)))
            if number % 4 == 0:
                unit.execute("INSERT INTO no_such_table VALUES (1)")
            return number

        try:
            return edge.write(unit_of)
        except sqlite3.OperationalError:
            return None

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(work, range(200)))
    assert [each for each in told if each is not None] == [n for n in range(200) if n % 4]
    assert seqs(edge) == list(range(1, 151))


def test_the_same_key_gives_the_first_answer_and_one_effect(edge):
    """A request sent again changes nothing and hears the same."""
    key = Key("staff:ken", "key-0001", "hash")
    first = edge.write(lambda unit: {"seq": unit.record(ParcelMoved(parcel_id="a"))}, key)
    again = edge.write(lambda unit: {"seq": unit.record(ParcelMoved(parcel_id="a"))}, key)
    assert first == again == {"seq": 1}
    assert seqs(edge) == [1]


def test_the_first_answer_survives_a_restart(tmp_path):
    """Idempotency does not live in memory."""
    key = Key("staff:ken", "key-0001", "hash")
    edge = open_edge(tmp_path / "store")
    edge.write(move("a"), key)
    edge.close()
    edge = open_edge(tmp_path / "store")
    assert edge.write(move("b"), key) == 1
    assert seqs(edge) == [1]
    edge.close()


def test_a_key_used_for_something_else_is_refused(edge):
    """Same key, other body: 409."""
    edge.write(move("a"), Key("staff:ken", "key-0001", "one body"))
    with pytest.raises(KeyReused):
        edge.write(move("b"), Key("staff:ken", "key-0001", "another body"))
    assert seqs(edge) == [1]


def test_two_people_may_choose_the_same_key(edge):
    """Keys belong to who asks."""
    edge.write(move("a"), Key("staff:ken", "key-0001", "one"))
    edge.write(move("b"), Key("staff:yuki", "key-0001", "two"))
    assert seqs(edge) == [1, 2]


def test_what_waits_for_the_commit_runs_after_it_and_not_on_failure(edge):
    """Memory is touched only by what became durable."""
    seen: list[str] = []

    def fails(unit):
        unit.after_commit(lambda: seen.append("bad"))
        raise ValueError("no")

    edge.write(lambda unit: unit.after_commit(lambda: seen.append("good")))
    with pytest.raises(ValueError, match="no"):
        edge.write(fails)
    assert seen == ["good"]


def test_a_failure_after_the_commit_stops_neither_the_caller_nor_the_writer(edge):
    """The commit stands; what lives only in memory stumbled, and the log of the service says so."""

    def stumble():
        raise KeyError("memory")

    edge.write(lambda unit: unit.after_commit(stumble))
    seen = []
    edge.write(lambda unit: unit.after_commit(lambda: seen.append("next")))
    assert seen == ["next"]


def test_memory_has_changed_before_anybody_hears_of_the_commit(edge):
    """A screen that is woken by a withdrawal must not find the range that it ended."""
    seen = []
    before = edge.log.durable_seq

    def work(unit):
        unit.record(ParcelMoved(parcel_id="p"))
        unit.after_commit(lambda: seen.append(edge.log.durable_seq))

    edge.write(work)
    assert (seen, edge.log.durable_seq) == ([before], before + 1)


@pytest.mark.parametrize("word", ["begin", " COMMIT", "rollback", "Savepoint x", "PRAGMA x=1"])
def test_a_unit_cannot_say_the_words_of_a_transaction(edge, word):
    """They belong to the writer."""
    with pytest.raises(ValueError, match="never opens or ends"):
        edge.write(lambda unit: unit.execute(word))


def test_a_unit_that_ends_the_transaction_ends_the_process(tmp_path):
    """Half-done work must not become durable beside others: the writer stops everything."""
    edge = open_edge(tmp_path / "store")
    edge.close()
    connection = sqlite3.connect(
        tmp_path / "store" / "store.db", isolation_level=None, check_same_thread=False
    )
    ended = threading.Event()
    writer = Writer(
        connection,
        log.LogHead(0, b"", log.hlc.ZERO),
        clock=FixedClock(OPENING),
        ids=SeededIds(1),
        end_process=ended.set,
    )
    with pytest.raises(StorageFailed):
        writer.write(lambda unit: unit._connection.execute("COMMIT"))
    assert ended.is_set()
    writer.close()


def test_after_closing_nothing_is_taken_and_nothing_hangs(tmp_path):
    """Late callers are told, not left waiting."""
    edge = open_edge(tmp_path / "store")
    edge.close()
    with pytest.raises(ShuttingDown):
        edge.write(move("late"))


def test_a_full_disk_is_said_in_words_and_keeps_nothing(edge):
    """The page limit stands in for a full disk: the unit fails, the next small one works."""
    edge._writer._connection.execute("PRAGMA max_page_count=1")
    with pytest.raises((StorageFailed, sqlite3.OperationalError)):
        edge.write(
            lambda unit: [unit.record(ParcelMoved(parcel_id="x" * 9000)) for _ in range(40)]
        )
    edge._writer._connection.execute("PRAGMA max_page_count=1000000")
    assert edge.write(move("a")) == 1


def test_a_second_store_edge_on_the_same_folder_says_so(edge):
    """One folder, one writer."""
    with pytest.raises(FolderInUse) as refusal:
        open_edge(edge.home)
    assert str(edge.home) in refusal.value.message()


def test_a_lock_left_by_a_dead_process_does_not_block(tmp_path):
    """The kernel frees it: opening, closing and opening again works, file or no file."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "lock").touch()
    open_edge(tmp_path / "store").close()
    open_edge(tmp_path / "store").close()
