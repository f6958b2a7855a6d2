"""A day in virtual time: real rules and acts, actors with a truth of their own, and figures that must agree with it."""

from __future__ import annotations

import gzip
from datetime import datetime
from statistics import median

import msgspec
import pytest
from click.testing import CliRunner

from edge.cli.simulate import command
from edge.rehearsal import day as days
from edge.rehearsal import outcome, policies, trips
from edge.rehearsal.day import Day, Person
from edge.rehearsal.simulation import Simulation
from edge.rehearsal.trips import Trips
from edge.rehearsal.truth import HANDED_OVER
from sync.doors.ids import SeededIds

ALL = ("ours", "fifo", "fence:800", "oracle")


def short_day(*, staff: int = 3, orders: int = 12) -> Day:
    """Two hours with a dozen orders, one of them never fetched."""
    planned = [
        msgspec.structs.replace(
            one,
            placed_s=60.0 + 300 * n,
            leaves_s=1800.0 + 300 * n,
            no_show=n == 5,
            turn_back_s=None,
            cancel_s=None,
        )
        for n, one in enumerate(days.small().orders[:orders])
    ]
    people = [Person(f"s{n}", -600.0, 9000.0, [(2000.0, 2300.0)]) for n in range(staff)]
    return Day(seed="short", opens_s=0, closes_s=9000, orders=planned, staff=people)


@pytest.fixture
def played(tmp_path):
    """Plays a day under a policy."""
    opened: list[Simulation] = []

    def play(day: Day, policy: str, *, ways: Trips | None = None, **how) -> Simulation:
        home = tmp_path / f"store-{len(opened)}"
        made = Simulation(home, day, ways or trips.load(None), policies.read(policy), **how)
        opened.append(made)
        made.run(lambda _at_s, _truth: None)
        return made

    yield play
    for one in opened:
        one.close()


def scored(played: Simulation) -> outcome.Outcome:
    """Its figures."""
    return outcome.outcome("x", played.truth, played.day, played.floor.worked_s)


@pytest.mark.parametrize("policy", ALL)
def test_every_policy_serves_everybody_and_the_products_figures_are_true(played, policy):
    """All who come are handed their order once; what the product says of it is what really happened."""
    done = played(short_day(), policy)
    assert done.disagreements() == []
    assert sum(life.end == HANDED_OVER for life in done.truth.lives.values()) == 11
    assert all(len(life.given) <= 1 for life in done.truth.lives.values())


def test_every_policy_plays_the_same_draws(played):
    """The same customers come at the same moments, whatever the store does."""
    came = [
        [life.came_at for life in played(short_day(), policy).truth.lives.values()]
        for policy in ("fifo", "oracle")
    ]
    assert came[0] == came[1]


def test_the_product_sees_only_what_it_would_see(played):
    """Without location nobody sends a range; a hidden page sends none after its first minute."""
    silent = [
        msgspec.structs.replace(one, opt_in=False, page="never", double_tap=False)
        for one in short_day().orders
    ]
    assert (
        played(msgspec.structs.replace(short_day(), orders=silent), "ours").truth.reports_sent == 0
    )
    first = [msgspec.structs.replace(one, opt_in=True, page="first_minute") for one in silent]
    sent = played(msgspec.structs.replace(short_day(), orders=first), "ours").truth.reports_sent
    assert 0 < sent <= 11 * 5


def test_a_day_without_staff_serves_nobody(played):
    """Who waits for ever was not served well, and their wait has no figure."""
    said = scored(played(short_day(staff=0), "ours"))
    assert said.staff_utilisation is None
    for group in (said.opt_in, said.no_location):
        assert group.n > 0
        assert group.served_well == group.wait_under_120s == group.ready_on_arrival == 0.0
        assert group.wait_p50_s is group.dwell_p50_s is None


def test_a_barrier_before_the_door_holds_everybody_up(played):
    """A store with a bias: every true arrival is so much later, and the phone stands still meanwhile."""
    usual, late = (played(short_day(), "fifo", lingers_s=s).truth for s in (0.0, 75.0))
    came = [
        (life.came_at, late.lives[name].came_at)
        for name, life in usual.lives.items()
        if life.came_at is not None
    ]
    assert {round(after - before, 3) for before, after in came} == {75.0}
    assert late.reports_sent > usual.reports_sent


def test_a_store_with_a_bias_learns_it_within_fifty_handovers(played, shared):
    """75 s at a barrier, of which no shipped figure knows: held against the same day without it, they are foreseen.

    Two days of 110 recorded ways: what is left is a median over sixty journeys, so fewer would say little.
    """
    ways = trips.load(shared / "data" / "trips-dev.jsonl.gz")
    usual, late = (
        played(day_of_live_phones(110), "fifo", ways=ways, lingers_s=seconds)
        for seconds in (0.0, 75.0)
    )
    assert came_later(late, slice(10)) - came_later(usual, slice(10)) > 45
    left = came_later(late, slice(50, None)) - came_later(usual, slice(50, None))
    print(f"after 50 handovers {left:+.0f} s of the planted 75 s are left")
    assert abs(left) <= 15


def came_later(done: Simulation, which: slice) -> float:
    """By how many seconds these customers, in order of handover, came later than the store had answered them."""
    served = sorted(done.truth.handed_over(), key=lambda life: life.given[0])[which]
    return median(
        median(
            (life.came_at or 0.0) - done.store.seconds(datetime.fromisoformat(said))
            for said in life.expected
        )
        for life in served
        if life.expected
    )


def day_of_live_phones(count: int) -> Day:
    """Shelf goods only, each customer with a page that is open all the way."""
    chance = SeededIds(5)
    planned = [
        msgspec.structs.replace(
            days.small().orders[n % 50],
            id=f"l{n:03d}",
            placed_s=10.0 + 230 * n,
            leaves_s=1500.0 + 230 * n,
            trip_key=chance.uniform(0, 0.999),
            opt_in=True,
            page="live",
            finish=None,
            lines=days.small().orders[0].lines[:1],
            double_tap=False,
            no_show=False,
            turn_back_s=None,
            cancel_s=None,
        )
        for n in range(count)
    ]
    people = [Person(f"s{n}", -600.0, 50_000.0, []) for n in range(3)]
    return Day(seed="live", opens_s=0, closes_s=36_000, orders=planned, staff=people)


def test_a_figure_of_the_product_that_is_not_true_fails_the_run(played):
    """A planted fault: the store is told of a handover two seconds off."""
    done = played(short_day(), "fifo")
    life = done.truth.handed_over()[0]
    life.given[0] = (life.given[0][0] + 2.0, life.given[0][1])
    assert any("handed_over_at" in sentence for sentence in done.disagreements())


# -- the command --


@pytest.fixture
def asked(tmp_path):
    """Runs the command on a short day; words that are given come instead of the usual ones."""
    day, ways = tmp_path / "day.json", tmp_path / "trips.jsonl.gz"
    day.write_bytes(msgspec.json.encode(short_day(orders=4)))
    row = {
        "dest": [52.0, 5.0],
        "arrival_t": 600,
        "points": [[0, 52.02, 5.0, 7], [600, 52.0, 5.0, None]],
    }
    ways.write_bytes(gzip.compress(msgspec.json.encode(row) + b"\n"))
    usual = {"--day": day, "--trips": ways, "--policy": "fifo", "--json": tmp_path / "out.json"}

    def ask(**instead):
        chosen = {**usual, **{f"--{name}": value for name, value in instead.items()}}
        words = [str(word) for pair in chosen.items() for word in pair]
        return CliRunner().invoke(command, words), tmp_path / "out.json"

    return ask


def test_the_same_seed_gives_the_same_bytes(asked):
    """Twice, and in the shape that was promised."""
    first = [asked(policy="ours")[1].read_bytes() for _ in range(2)]
    assert first[0] == first[1]
    said = msgspec.json.decode(first[0])
    assert [set(one) for one in said] == [{"policy", "opt_in", "no_location", "staff_utilisation"}]
    assert set(said[0]["opt_in"]) == {
        "n", "wait_under_120s", "fresh", "served_well", "ready_on_arrival", "wait_p50_s", "wait_p90_s", "dwell_p50_s",
    }  # fmt: skip


def test_a_table_is_shown_and_the_bar_goes_elsewhere(asked):
    """The table on standard output; how far it is on standard error."""
    done, _file = asked()
    assert done.exit_code == 0
    assert "served well" in done.stdout
    assert "#" in done.stderr
    assert "#" not in done.stdout


@pytest.mark.parametrize(
    "policy", ["", "best", "fence", "fence:", "fence:near", "fence:0", "fifo:8"]
)
def test_a_policy_that_is_none_is_refused(asked, policy):
    """In one sentence that names those that there are."""
    done, _file = asked(policy=policy)
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        f"Error: There is no policy “{policy}”; there are: {policies.NAMES}."
    ]


@pytest.mark.parametrize(
    ("which", "content", "said"),
    [
        ("day", None, "cannot be read: No such file"),
        ("day", b"{", "is no day"),
        ("day", b'{"seed": 1}', "is no day: Object missing required field"),
        ("day", b'{"seed":1,"opens_s":0,"closes_s":9,"orders":[],"staff":[]}', "holds no orders"),
        ("trips", None, "cannot be read: No such file"),
        ("trips", b"plain text", "is not gzip"),
        ("trips", gzip.compress(b"{}", mtime=0)[:-6], "is not gzip"),
        ("trips", gzip.compress(b"{}", mtime=0), "holds a line that is no trip"),
        ("trips", gzip.compress(b"\n", mtime=0), "holds no trips"),
        ("trips", gzip.compress(b'{"dest":[1,2],"arrival_t":5,"points":[]}', mtime=0), "no trip"),
    ],
)
def test_a_file_that_cannot_be_played_is_refused_in_a_sentence(
    asked, tmp_path, which, content, said
):
    """One line, exit 2, and no traceback."""
    path = tmp_path / "other"
    if content is not None:
        path.write_bytes(content)
    done, _file = asked(**{which: path})
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
