"""What any HQ database must do, over SQLite and over PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from sync.core.answers import Key, KeyReused
from sync.core.errors import Refusal
from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds
from sync.hq.base import facts, feed, schema
from sync.hq.base.database import Database
from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.rows import Unit
from sync.hq.base.writing import ShuttingDown, StorageFailed, is_passing
from sync.hq.settings import Settings
from tests.hq.world import OPENING


def row(record_id: str, revision: int = 1, store_id: str = "a") -> FeedRow:
    """A feed row."""
    return FeedRow(
        store_id=store_id, record_type="order", record_id=record_id, revision=revision, body="{}"
    )


def opened(home: Path, database_url: str, seed: int = 1) -> Database:
    """A database with the tables of the base."""
    settings = Settings(home=str(home), database_url=database_url)
    clock, ids = FixedClock(OPENING), SeededIds(seed)
    return Database(settings, clock=clock, ids=ids, migrations=[schema.migrations])


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    """A fresh one."""
    fresh = opened(tmp_path, database_url)
    yield fresh
    fresh.close()


class TestDatabase:
    """The same for every dialect."""

    def test_a_unit_that_fails_leaves_no_trace_and_its_neighbours_stand(
        self, database: Database
    ) -> None:
        """Each in its own savepoint, all in one commit."""
        outcomes: list[object] = []

        def ask(n: int) -> None:
            def work(unit: Unit) -> None:
                facts.state(unit, f"n{n}", "x")
                if n % 2:
                    raise ValueError(n)

            try:
                database.write(work)
            except ValueError as problem:
                outcomes.append(problem)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.read() as reader:
            kept = [facts.fact(reader, f"n{n}") for n in range(20)]
        assert kept == ["x", None] * 10
        assert len(outcomes) == 10

    def test_the_same_key_gives_the_first_answer_and_another_request_is_refused(
        self, database: Database
    ) -> None:
        """Across any number of tries; a refusal is not an answer and may be tried again."""
        count: list[int] = []

        def work(unit: Unit) -> dict[str, int]:
            count.append(1)
            return {"n": len(count)}

        key = Key("till", "k", "hash")
        assert database.write(work, key) == database.write(work, key) == {"n": 1}
        with pytest.raises(KeyReused):
            database.write(work, Key("till", "k", "other"))

    def test_what_follows_a_commit_follows_only_a_commit(self, database: Database) -> None:
        """Nothing is poked for a unit that failed."""
        poked: list[str] = []

        def fails(unit: Unit) -> None:
            unit.after_commit(lambda: poked.append("failed"))
            raise Refusal

        with pytest.raises(Refusal):
            database.write(fails)
        database.write(lambda unit: unit.after_commit(lambda: poked.append("done")))
        assert poked == ["done"]

    def test_positions_follow_the_order_of_commits_without_gaps(self, database: Database) -> None:
        """Four writers at once; a reader that polls misses nothing."""
        told = Feed(lambda store_id: None)

        def write(start: int) -> None:
            for n in range(25):
                database.write(lambda unit, n=n: told.append(unit, [row(f"{start}-{n}")]))

        threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        seen: list[int] = []
        while len(seen) < 100:
            with database.read() as reader:
                after = seen[-1] if seen else 0
                seen += [each["position"] for each in feed.page(reader, "a", after=after, most=7)]
        for thread in threads:
            thread.join()
        assert seen == list(range(1, 101))

    def test_a_record_keeps_only_its_newest_row_at_the_end_of_the_feed(
        self, database: Database
    ) -> None:
        """And nothing of it shows in another store's feed."""
        told = Feed(lambda store_id: None)
        database.write(lambda unit: told.append(unit, [row("x"), row("y"), row("x", 2)]))
        database.write(lambda unit: told.append(unit, [row("z", store_id="b")]))
        with database.read() as reader:
            page = feed.page(reader, "a", after=0, most=10)
            assert feed.head(reader, "b") == 1
        assert [(each["record_id"], each["revision"]) for each in page] == [("y", 1), ("x", 2)]

    def test_a_reader_sees_one_moment_and_cannot_write(self, database: Database) -> None:
        """What is committed meanwhile is for the next reader."""
        database.write(lambda unit: facts.state(unit, "x", "1"))
        with database.read() as reader:
            assert facts.fact(reader, "x") == "1"
            database.write(lambda unit: facts.state(unit, "x", "2"))
            assert facts.fact(reader, "x") == "1"
            with pytest.raises(DBAPIError):
                reader.rows("DELETE FROM facts RETURNING name")

    def test_a_unit_never_ends_its_transaction(self, database: Database) -> None:
        """A ROLLBACK inside would make failed units durable."""
        for word in ("COMMIT", " rollback", "BEGIN"):
            with pytest.raises(ValueError, match="never opens or ends"):
                database.write(lambda unit, word=word: unit.execute(word))

    def test_after_closing_nothing_is_taken(self, database: Database) -> None:
        """The caller hears so, and knows that nothing was done."""
        database.writer.close()
        with pytest.raises(ShuttingDown):
            database.write(lambda unit: None)

    def test_a_second_start_keeps_what_is_there(
        self, database: Database, tmp_path: Path, database_url: str
    ) -> None:
        """Steps are applied once; the generation stays."""
        first = database.write(facts.generation)
        database.close()
        again = opened(tmp_path, database_url, seed=2)
        assert again.write(facts.generation) == first
        again.close()

    def test_of_two_rows_with_one_key_the_later_one_stands(self, database: Database) -> None:
        """Put at once, as if they were put one after the other."""
        rows = [
            {"name": "x", "value": "1"},
            {"name": "y", "value": "2"},
            {"name": "x", "value": "3"},
        ]
        database.write(lambda unit: unit.put("facts", rows, key=("name",)))
        with database.read() as reader:
            assert (facts.fact(reader, "x"), facts.fact(reader, "y")) == ("3", "2")


@pytest.mark.parametrize("dialect", ["sqlite"])
class TestSqlite:
    """What only a file has to promise."""

    def test_a_commit_is_durable_before_it_is_answered(self, database: Database) -> None:
        """WAL alone would lose the last commits at a power cut; FULL does not."""
        with database._writing.connect() as connection:
            modes = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("synchronous", "journal_mode", "secure_delete")
            ]
        assert modes == [2, "wal", 1]

    def test_when_sqlite_ends_the_transaction_all_of_it_is_refused(
        self, database: Database
    ) -> None:
        """A full disk may roll back a whole commit: no neighbour is told "done", nor kept after "not done"."""
        writer = database.writer
        running, go_on = threading.Event(), threading.Event()
        outcomes: dict[str, object] = {}

        def breaks(unit: Unit) -> None:
            # As the pager does when it cannot write a page.
            unit.execute("INSERT OR ROLLBACK INTO facts VALUES ('held', '')")

        works: dict[str, Callable[[Unit], object]] = {
            "held": lambda unit: (facts.state(unit, "held", "x"), running.set(), go_on.wait(10)),
            "before": lambda unit: facts.state(unit, "before", "x"),
            "breaks": breaks,
            "after": lambda unit: facts.state(unit, "after", "x"),
        }

        def ask(name: str) -> None:
            try:
                outcomes[name] = database.write(works[name])
            except (Refusal, DBAPIError) as problem:
                outcomes[name] = problem

        threads = []
        for n, name in enumerate(works, start=1):
            threads.append(threading.Thread(target=ask, args=(name,)))
            threads[-1].start()
            # The first is alone in its commit; whoever comes while it runs is together in the next.
            running.wait(10)
            while writer.open_units < n:
                threads[-1].join(0.001)
        go_on.set()
        for thread in threads:
            thread.join(10)
        with database.read() as reader:
            assert [facts.fact(reader, name) for name in works] == ["x", None, None, None]
        assert all(isinstance(outcomes[name], StorageFailed) for name in list(works)[1:])
        database.write(works["after"])


def test_only_passing_troubles_are_tried_again() -> None:
    """A full disk is not cured by trying."""

    class Serialization(Exception):
        sqlstate = "40001"

    class Full(Exception):
        pass

    assert is_passing(OperationalError("x", {}, Serialization()))
    assert is_passing(OperationalError("x", {}, Full("database is locked")))
    assert not is_passing(OperationalError("x", {}, Full("database or disk is full")))
