"""The 52 scenarios of the specification: played here, proved by a named test elsewhere, or said to be not yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.sim import checks, seeds, stories
from tests.sim.faults import Fault
from tests.sim.run import Run

SEED = 5200


class Elsewhere(NamedTuple):
    """A test that proves it: file and function."""

    file: str
    name: str


class NotYet(NamedTuple):
    """What has to be built first."""

    feature: str


@dataclass(frozen=True)
class Scenario:
    """One row: what goes wrong, and how we know that it does no harm."""

    number: int
    title: str
    proof: tuple[Fault, ...] | Callable[[Run], None] | Elsewhere | NotYet
    stores: int = 3

    def play(self) -> str:
        """Play it; "" if every invariant held."""
        if isinstance(self.proof, tuple) and not isinstance(self.proof, Elsewhere | NotYet):
            return seeds.play(
                SEED + self.number, stores=self.stores, faults=self.proof, real=True
            ).problem
        assert callable(self.proof)
        return _told(self.number, self.stores, self.proof)


def _told(number: int, stores: int, story: Callable[[Run], None]) -> str:
    run = Run(SEED + number, stores=stores)
    try:
        stories.wait(run, 5)
        story(run)
        run.heal()
        checks.at_the_end(run)
    except AssertionError as broken:
        return str(broken)
    finally:
        run.close()
    return ""


def _every(kind: str, step: float, **more: float) -> tuple[Fault, ...]:
    """One fault after the other, with one statement more of life each time."""
    times = [10 + step * n for n in range(int(220 / step))]
    return tuple(
        Fault(at, kind, who=n % 3, amount=more.get("amount", float(n)), lasts=more.get("lasts", 0))
        for n, at in enumerate(times)
    )


def _line(kind: str, share: float = 1.0) -> tuple[Fault, ...]:
    return (Fault(10.0, kind, lasts=200.0, amount=share),)


LEASES = NotYet("leases of limited offers and single-use coupons")
DAMAGED = NotYet("repair of a damaged log from HQ's copy")
PURGE = NotYet("forgetting events at the store, which safe_through would allow")
REPLAY = NotYet("erasures and consents replayed after a restore of HQ")
OVER_VERSIONS = NotYet("a second schema version, and upcasters for the first")

SCENARIOS = (
    Scenario(1, "reply lost after HQ's commit; the same batch again", _line("reply_lost", 0.7)),
    Scenario(2, "request doubled by the network", _line("twice")),
    Scenario(3, "batches arrive out of order", _line("late", 0.6)),
    Scenario(
        4,
        "batch cut short or with a flipped bit",
        (*_line("flipped", 0.4), *_line("cut_short", 0.4)),
    ),
    Scenario(5, "store killed between its own write and the push", _every("kill", 4)),
    Scenario(
        6, "store killed after HQ's answer, before its cursor", stories.killed_over_an_answer
    ),
    Scenario(7, "HQ killed inside the transaction, statement by statement", _every("hq_kill", 3)),
    Scenario(8, "power cut at the store", _every("power_cut", 9)),
    Scenario(9, "power cut at HQ after it answered", _every("hq_power_cut", 25)),
    Scenario(
        10,
        "disk full in mid-sale, mid-pull, mid-checkpoint",
        (*_every("disk_full", 20, lasts=8), Fault(100.0, "hq_disk_full", lasts=30.0)),
    ),
    Scenario(11, "a page of the store's log is damaged", DAMAGED),
    Scenario(12, "store restored from an old backup, sells offline, then syncs", stories.restored),
    Scenario(13, "the same, with as many new events as were lost", stories.restored_to_as_many),
    Scenario(14, "the same, twice from one image", stories.restored_twice),
    Scenario(
        15,
        "disk cloned: two boxes live as one store",
        (Fault(60.0, "clone", who=0), Fault(90.0, "clone", who=1)),
    ),
    Scenario(
        16,
        "box replaced while the old one had unsent events",
        (Fault(40.0, "cut", who=0, lasts=120.0, amount=1.0), Fault(90.0, "replace", who=0)),
    ),
    Scenario(
        17,
        "HQ restored to a backup at or above safe_through",
        (Fault(190.0, "hq_restore", amount=0.99),),
    ),
    Scenario(
        18, "HQ restored to a backup below safe_through", (Fault(190.0, "hq_restore", amount=0.0),)
    ),
    Scenario(
        19,
        "HQ restored while stores are in mid-pull",
        (Fault(60.0, "slow", lasts=150.0, amount=500.0), *_every("hq_restore", 45, amount=0.5)),
    ),
    Scenario(20, "HQ and a store restored to different times", stories.both_restored),
    Scenario(
        21,
        "failover to a replica that lags, and back",
        NotYet("failover to a replica: only restored backups begin a generation"),
    ),
    Scenario(
        22,
        "store's clock a day off, in 1970, jumping, standing",
        (
            Fault(15.0, "clock_off", who=0, amount=86_400.0),
            Fault(20.0, "clock_1970", who=1),
            Fault(25.0, "clock_stands", who=2),
            Fault(120.0, "clock_off", who=0, amount=-86_400.0),
            Fault(150.0, "restart", who=1),
        ),
    ),
    Scenario(
        23,
        "a store a year ahead edits a profile, then others do",
        NotYet("profile fields written by stores"),
    ),
    Scenario(
        24, "HQ's clock steps back ten minutes", (Fault(60.0, "hq_clock_off", amount=-600.0),)
    ),
    Scenario(
        25,
        "a no at A offline; an older yes of B comes later with a larger stamp",
        stories.no_at_one_older_yes_at_other,
    ),
    Scenario(
        26, "yes and no at two stores, in every order, doubled", stories.yes_and_no_in_every_order
    ),
    Scenario(
        27,
        "no, new yes that saw it, HQ restored to before both",
        (Fault(170.0, "hq_restore", amount=0.3),),
    ),
    Scenario(
        28,
        "a no in an event that HQ cannot read",
        NotYet("consent events of unknown shape that count as a no"),
    ),
    Scenario(29, "erasure, then backups that still hold the person", REPLAY),
    Scenario(30, "limited offer over 50 stores with partitions", LEASES),
    Scenario(31, "store restored to before it spent its lease", LEASES),
    Scenario(32, "lease reply lost, asked again", LEASES),
    Scenario(33, "silent store's lease taken back, it returns with uses", LEASES),
    Scenario(34, "single-use coupon at two offline stores", LEASES),
    Scenario(
        35,
        "one of an offer left, two tills at one instant",
        Elsewhere(
            "tests/edge/acts/test_accept_offer.py", "test_the_last_one_goes_to_one_of_two_passes"
        ),
    ),
    Scenario(36, "HQ's cancel crosses with the handover", stories.cancel_crosses_handover),
    Scenario(
        37,
        "order moved to another store while the first is offline",
        NotYet("moving an order that a store has fetched"),
    ),
    Scenario(38, "poison first, in the middle, last, and all of a batch", _every("poison", 6)),
    Scenario(
        39, "poison, good events behind it, handler mended, tried again", stories.poison_is_mended
    ),
    Scenario(40, "versions apart: store behind, store ahead, HQ rolled back", OVER_VERSIONS),
    Scenario(
        41,
        "an unknown field survives an old store",
        Elsewhere("tests/contract/test_records.py", "test_a_field_of_a_newer_version_is_let_pass"),
    ),
    Scenario(
        42,
        "a herd reconnects while HQ is busy",
        (Fault(5.0, "cut", lasts=100.0, amount=1.0), Fault(105.0, "busy", lasts=60.0, amount=0.7)),
        stores=12,
    ),
    Scenario(
        43,
        "2 kB/s with stalls; the batch shrinks and grows",
        (Fault(10.0, "slow", lasts=220.0, amount=2000.0),),
    ),
    Scenario(
        44,
        "gzip bomb, huge event, a million tiny ones",
        Elsewhere("tests/protocol/test_limits.py", "test_a_bomb_is_refused_before_it_has_grown"),
    ),
    Scenario(
        45, "links stopped one by one, started in another order, in the night", stories.swizzle
    ),
    Scenario(
        46,
        "feed writers commit out of order on PostgreSQL",
        Elsewhere(
            "tests/hq/base/test_postgresql.py",
            "test_a_polling_reader_skips_no_row_when_transactions_overlap",
        ),
    ),
    Scenario(
        47,
        "feed compacted past a store that was away",
        NotYet("compaction of the feed, and a snapshot instead of a resume"),
    ),
    Scenario(48, "the night is compared while the store sells", stories.night_during_sales),
    Scenario(49, "one row changed by hand at HQ", stories.changed_by_hand),
    Scenario(
        50, "upload stuck: rows unsent, nothing under way, no timer", _line("half_open", 0.9)
    ),
    Scenario(
        51,
        "location consent withdrawn while a report is on its way",
        Elsewhere(
            "tests/edge/acts/test_report_range.py",
            "test_after_a_withdrawal_the_next_range_is_refused",
        ),
    ),
    Scenario(52, "store forgets events while safe_through goes down", PURGE),
)


def not_yet() -> Iterator[tuple[Scenario, str]]:
    """What is not proved, and why."""
    for each in SCENARIOS:
        if isinstance(each.proof, NotYet):
            yield each, each.proof.feature


def table() -> str:
    """All rows, as text."""
    return "\n".join(f"{each.number:2}  {each.title:72} {_proof(each)}" for each in SCENARIOS)


def _proof(scenario: Scenario) -> str:
    if isinstance(scenario.proof, NotYet):
        return f"NOT YET: {scenario.proof.feature}"
    if isinstance(scenario.proof, Elsewhere):
        return f"{scenario.proof.file}::{scenario.proof.name}"
    return f"played (seed {SEED + scenario.number})"


def main() -> int:
    """Print the table and play what can be played; 1 if one fails."""
    print(table())
    failed = 0
    for each in SCENARIOS:
        if isinstance(each.proof, Elsewhere | NotYet):
            continue
        problem = each.play()
        failed += bool(problem)
        print(f"{each.number:2}  {problem or 'held'}", flush=True)
    return 1 if failed else 0
