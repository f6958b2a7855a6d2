"""What only PostgreSQL can do to us: many writers at once, lost connections, positions that commit out of order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds
from sync.hq.base import facts, feed, schema
from sync.hq.base.database import Database
from sync.hq.base.feed import Feed, FeedRow
from sync.hq.base.pooled import PooledWriter
from sync.hq.base.rows import Unit
from sync.hq.base.writing import DatabaseAway, OutcomeUnknown, StorageFailed, TextRefused
from sync.hq.settings import Settings
from tests import postgres
from tests.hq.world import OPENING

pytestmark = pytest.mark.postgres
WAITING = (
    "SELECT count(*) AS n FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture(params=["postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """PostgreSQL alone."""
    said: str = request.param
    return said


@pytest.fixture
def open_database(tmp_path: Path, database_url: str) -> Iterator[Callable[..., Database]]:
    """Opens the same database, with settings of its own."""
    opened: list[Database] = []

    def one(**more: Any) -> Database:
        given = {"home": str(tmp_path), "database_url": database_url, "database_connections": 4}
        opened.append(
            Database(
                Settings(**{**given, **more}), clock=FixedClock(OPENING), ids=SeededIds(1),
                migrations=[schema.migrations],
            )
        )  # fmt: skip
        return opened[-1]

    yield one
    for each in opened:
        each.close()


@pytest.fixture
def database(open_database: Callable[..., Database]) -> Database:
    """One worker's."""
    return open_database()


class Serial(Feed):
    """The planted fault: positions from a sequence, which are given out before the commit and in no one's order."""

    def append(self, unit: Unit, rows: Sequence[FeedRow]) -> None:
        for row in rows:
            given = unit.row("SELECT nextval('planted_positions') AS position")
            assert given is not None
            stored = feed._stored(row, given["position"], "")
            unit.put("feed", [stored], key=("store_id", "record_type", "record_id"))


class Overlap:
    """Two transactions on one store's feed: the first has its position and waits, the second may overtake it."""

    def __init__(self, database: Database, told: Feed) -> None:
        self.database, self.told = database, told
        self.seen: list[str] = []
        self.position = 0

    def run(self) -> None:
        """Let them overlap, polling in the middle and at the end as a store does."""
        first_is_in, may_end = threading.Event(), threading.Event()

        def first(unit: Unit) -> None:
            self.told.append(unit, [_row("first")])
            first_is_in.set()
            may_end.wait(20)

        one = threading.Thread(target=self.database.write, args=(first,), kwargs={"lane": "one"})
        one.start()
        assert first_is_in.wait(20)
        two = threading.Thread(
            target=self.database.write, args=(self._second,), kwargs={"lane": "two"}
        )
        two.start()
        _until(lambda: not two.is_alive() or _waiting(self.database) > 0)
        self.poll()
        may_end.set()
        one.join(20)
        two.join(20)
        self.poll()

    def _second(self, unit: Unit) -> None:
        self.told.append(unit, [_row("second")])

    def poll(self) -> None:
        """Read on from the cursor."""
        with self.database.read() as reader:
            for row in feed.page(reader, "a", after=self.position, most=10):
                self.seen.append(row["record_id"])
                self.position = row["position"]


def _row(record_id: str) -> FeedRow:
    return FeedRow(store_id="a", record_type="order", record_id=record_id, revision=1, body="{}")


def _waiting(database: Database) -> int:
    with database.read() as reader:
        row = reader.row(WAITING)
    return row["n"] if row else 0


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_polling_reader_skips_no_row_when_transactions_overlap(database: Database) -> None:
    """A store's head is moved in the writing transaction, so the second cannot have its position before the first
    has ended.
    """
    overlap = Overlap(database, Feed(lambda store_id: None))
    overlap.run()
    assert overlap.seen == ["first", "second"]


def test_a_serial_cursor_would_skip_one(database: Database, database_url: str) -> None:
    """The same overlap shows the fault that the head is there for."""
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE IF NOT EXISTS planted_positions")
    overlap = Overlap(database, Serial(lambda store_id: None))
    overlap.run()
    assert overlap.seen == ["second"]


def test_units_of_two_lanes_run_side_by_side_and_one_without_a_lane_alone(
    database: Database,
) -> None:
    """What names no lane needs no thought about others."""
    inside, may_end = threading.Event(), threading.Event()

    def slow(unit: Unit) -> None:
        inside.set()
        may_end.wait(20)

    one = threading.Thread(target=database.write, args=(slow,), kwargs={"lane": "one"})
    one.start()
    assert inside.wait(20)
    database.write(lambda unit: facts.state(unit, "beside", "1"), lane="two")
    same = threading.Thread(
        target=database.write,
        args=(lambda unit: facts.state(unit, "x", "same"),),
        kwargs={"lane": "one"},
    )
    alone = threading.Thread(
        target=database.write, args=(lambda unit: facts.state(unit, "x", "alone"),)
    )
    same.start()
    _until(lambda: _waiting(database) == 1)
    alone.start()
    _until(lambda: _waiting(database) == 2)
    with database.read() as reader:
        assert (facts.fact(reader, "beside"), facts.fact(reader, "x")) == ("1", None)
    may_end.set()
    for thread in (one, same, alone):
        thread.join(20)
    with database.read() as reader:
        assert facts.fact(reader, "x") == "alone"


def test_what_is_held_by_name_is_decided_by_one_at_a_time(database: Database) -> None:
    """Two lanes count the same thing up; nothing is lost."""

    def count(unit: Unit) -> None:
        unit.hold("counter", "another")
        facts.state(unit, "n", str(int(facts.fact(unit, "n") or 0) + 1))

    def often(lane: str) -> None:
        for _ in range(15):
            database.write(count, lane=lane)

    threads = [threading.Thread(target=often, args=(f"lane-{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with database.read() as reader:
        assert facts.fact(reader, "n") == "45"


@pytest.mark.parametrize("state", ["40001", "40P01", "57P01", "25006"])
def test_a_unit_that_failed_for_a_passing_reason_is_run_again(
    database: Database, state: str
) -> None:
    """Serialization failure, deadlock, a server that stops, a primary that became a standby."""
    tries: list[int] = []

    def work(unit: Unit) -> int:
        tries.append(1)
        facts.state(unit, "tries", str(len(tries)))
        if len(tries) < 3:
            unit.execute(
                f"DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '{state}'; END $$"
            )
        return len(tries)

    assert database.write(work) == 3
    with database.read() as reader:
        assert facts.fact(reader, "tries") == "3"


def test_two_units_that_cross_are_both_done(database: Database) -> None:
    """PostgreSQL ends one of them; it is run again."""
    database.write(lambda unit: [facts.state(unit, name, "0") for name in ("x", "y")])
    both_in = threading.Barrier(2)
    tries: list[str] = []

    def crossing(first: str, second: str) -> Callable[[Unit], None]:
        def work(unit: Unit) -> None:
            facts.state(unit, first, "1")
            tries.append(first)
            if len(tries) <= 2:
                both_in.wait(20)
            facts.state(unit, second, "1")

        return work

    threads = [
        threading.Thread(
            target=database.write, args=(crossing(*names),), kwargs={"lane": names[0]}
        )
        for names in (("x", "y"), ("y", "x"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(tries) >= 3


def test_a_connection_that_is_lost_in_a_unit_costs_nothing(database: Database) -> None:
    """Nor does one that was lost while it lay in the pool."""
    tries: list[int] = []

    def work(unit: Unit) -> None:
        tries.append(1)
        facts.state(unit, "x", str(len(tries)))
        if len(tries) == 1:
            unit.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    database.write(work)
    with database.read() as reader:
        assert facts.fact(reader, "x") == "2"
        reader.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    database.write(lambda unit: facts.state(unit, "x", "3"))
    with database.read() as reader:
        assert facts.fact(reader, "x") == "3"


@pytest.mark.parametrize(("is_lost_after", "runs"), [(True, 1), (False, 2)])
def test_a_commit_whose_answer_was_lost_is_asked_about(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, is_lost_after: bool, runs: int
) -> None:
    """Done already: the result stands. Not done: it is run again. Never twice."""
    tries: list[int] = []
    dialect = database._writing.dialect

    def work(unit: Unit) -> str:
        tries.append(1)
        unit.execute("INSERT INTO facts (name, value) VALUES ('once', :n)", n=str(len(tries)))
        return "done"

    def losing(connection: Any) -> None:
        monkeypatch.undo()
        if is_lost_after:
            connection.commit()
        connection.driver_connection.close()
        raise psycopg.OperationalError("planted: the connection was lost")

    monkeypatch.setattr(dialect, "do_commit", losing)
    assert database.write(work) == "done"
    assert len(tries) == runs
    with database.read() as reader:
        assert facts.fact(reader, "once") == str(runs)


def test_a_commit_of_which_nobody_can_say_what_became_is_not_called_undone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was kept, the answer was lost, and the database stays away: the caller is told to look."""

    def losing(connection: Any) -> None:
        connection.commit()
        connection.driver_connection.close()
        raise psycopg.OperationalError("planted: the connection was lost")

    def away(*_: Any) -> str:
        raise DBAPIError("ask", None, psycopg.errors.InsufficientPrivilege("planted"))

    monkeypatch.setattr(database._writing.dialect, "do_commit", losing)
    monkeypatch.setattr(PooledWriter, "_fate", away)
    with pytest.raises(OutcomeUnknown):
        database.write(lambda unit: facts.state(unit, "kept", "yes"))
    monkeypatch.undo()
    with database.read() as reader:
        assert facts.fact(reader, "kept") == "yes"


def test_a_standby_that_never_heard_of_a_commit_has_not_got_it(database: Database) -> None:
    """PostgreSQL's own words for it, so that the code we know them by is the right one."""
    with pytest.raises(DBAPIError) as refused, database.read() as reader:
        reader.row("SELECT pg_xact_status('9000000000000000000'::xid8)")
    assert refused.value.orig.sqlstate == "22023"


def test_a_statement_that_takes_too_long_is_ended(open_database: Callable[..., Database]) -> None:
    """And the caller is told to try again, be it a reader or a writer."""
    impatient = open_database(statement_seconds=1)
    with pytest.raises(StorageFailed):
        impatient.write(lambda unit: unit.row("SELECT pg_sleep(20)"))
    with pytest.raises(StorageFailed), impatient.read() as reader:
        reader.row("SELECT pg_sleep(20)")


def test_a_text_that_cannot_be_kept_is_the_callers_mistake(database: Database) -> None:
    """SQLite would keep a NUL; PostgreSQL cannot, and must not fail as if it were our fault."""
    with pytest.raises(TextRefused):
        database.write(lambda unit: facts.state(unit, "x", "a\0b"))
    with pytest.raises(TextRefused):
        database.write(lambda unit: unit.insert("facts", ("name", "value"), [("x", "a\0b")]))
    rows = [{"name": name, "value": "x"} for name in ("x", "a\0b")]
    with pytest.raises(TextRefused):
        database.write(lambda unit: unit.put("facts", rows, key=("name",)))
    with pytest.raises(TextRefused), database.read() as reader:
        facts.fact(reader, "a\0b")


def test_nothing_is_left_in_a_session(database: Database) -> None:
    """PgBouncer hands the next transaction to another connection."""
    database.write(lambda unit: unit.hold("x"), lane="lane")
    with database.read() as reader:
        facts.fact(reader, "x")
    with database._writing.connect() as connection:
        asked = connection.exec_driver_sql
        prepared = asked("SELECT count(*) FROM pg_prepared_statements").scalar()
        locks = asked("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").scalar()
        limit, kind = (
            asked("SHOW statement_timeout").scalar(),
            asked("SHOW transaction_isolation").scalar(),
        )
    assert (prepared, locks, limit, kind) == (0, 0, "0", "read committed")


def test_two_that_start_at_once_migrate_once(
    open_database: Callable[..., Database], database_url: str
) -> None:
    """Whoever comes second finds it done."""
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DELETE FROM hq_steps WHERE feature = 'race'")
        connection.execute("DROP TABLE IF EXISTS race")
    race, done = schema.Migrations("race"), []
    race.steps.append(lambda connection: _slow_step(connection, done))
    first = open_database()
    threads = [
        threading.Thread(target=schema.migrate, args=(first._writing, [race])) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert done == ["step"]


def _slow_step(connection: Any, done: list[str]) -> None:
    connection.exec_driver_sql("SELECT pg_sleep(0.05)")
    schema.create(connection, "race", "name TEXT PRIMARY KEY")
    done.append("step")


def test_without_any_postgresql_the_tests_fail_and_say_what_to_install(tmp_path: Path) -> None:
    """Never a silent skip."""
    with pytest.raises(postgres.NoPostgres, match="apt-get install postgresql"):
        postgres.programs([tmp_path])


def test_a_server_that_is_not_there_is_said_so_without_the_password(tmp_path: Path) -> None:
    """After some patience."""
    secret = tmp_path / "password"
    secret.write_text("very-secret\n")
    secret.chmod(0o600)
    settings = Settings(
        home=str(tmp_path),
        database_url=f"postgresql://hq@/hq?host={tmp_path}",
        database_password_file="password",
    )
    with pytest.raises(DatabaseAway) as away:
        Database(settings, clock=FixedClock(OPENING), ids=SeededIds(1), migrations=[])
    assert "very-secret" not in away.value.message() + repr(settings)
