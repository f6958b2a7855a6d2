"""Every order has one place, with a reason, and keeps it while nothing really changes."""

from __future__ import annotations

import time

import pytest

from edge.plan.rules import Job, Lane, Stage, Why
from tests.edge.plan.works import NOW, at, in_its_bin, on_the_way, planned, work

MAKING = {"making": Stage.WAITING, "make_seconds": 240.0}
SOON = on_the_way(2, 3, 4)


def place(each, **more):
    return planned(each, **more).placed["a"]


@pytest.mark.parametrize(
    ("each", "lane", "why", "job"),
    [
        (in_its_bin(here_at=NOW), Lane.BRING_OUT, Why.HERE, Job.BRING),
        (in_its_bin(coming=SOON, is_coming=True), Lane.COMING, Why.PREPARED, Job.BRING),
        (in_its_bin(), Lane.READY, Why.PREPARED, Job.BRING),
        (work(), Lane.LATER, Why.PROMISED, Job.PICK),
        (work(promise=2), Lane.PICK_NOW, Why.PROMISED, Job.PICK),
        (work(picking=Stage.BEGUN), Lane.PICK_NOW, Why.BEGUN, Job.PICK),
        (work(picking=Stage.LEFT), Lane.PICK_NOW, Why.PROMISED, Job.PICK),
        (work(coming=on_the_way(20, 22, 25), is_coming=True), Lane.COMING, Why.EXPECTED, Job.PICK),
        (work(here_at=NOW), Lane.PICK_NOW, Why.HERE, Job.PICK),
        (in_its_bin(**MAKING), Lane.LATER, Why.NO_SIGN, Job.MAKE),
        (in_its_bin(promise=-5, **MAKING), Lane.LATER, Why.NO_SIGN, Job.MAKE),
        (in_its_bin(coming=SOON, is_coming=True, **MAKING), Lane.PICK_NOW, Why.MADE_LAST, Job.MAKE),
        (in_its_bin(here_at=NOW, **MAKING), Lane.PICK_NOW, Why.HERE, Job.MAKE),
        (in_its_bin(making=Stage.BEGUN, make_seconds=240.0), Lane.PICK_NOW, Why.BEGUN, Job.MAKE),
    ],
)  # fmt: skip
def test_an_order_stands_where_its_next_job_is_and_says_why(each, lane, why, job):
    """Lane, reason and job follow from what is known of order, customer and clock."""
    shown = place(each)
    assert (shown.lane, shown.why, shown.job) == (lane, why, job)


def test_an_order_begins_as_late_as_it_may():
    """Three lines: a way of 55 s, 20 s a line, 28 s to bag, and all of it before the promise."""
    assert place(work(promise=30)).start_by == at(30 - 143 / 60)


def test_bags_come_before_what_is_made():
    """The picking ends when the making must begin, though the customer comes later."""
    plan = planned(work(coming=on_the_way(20, 22, 24), **MAKING))
    assert plan.placed["a"].job is Job.PICK
    assert plan.placed["a"].needed_by == plan.starts["a", Job.MAKE]


def test_a_queue_makes_others_begin_earlier_and_says_so():
    """One person, two orders for the same moment."""
    plan = planned(work("a", promise=30, lines=10), work("b", promise=30))
    first = min(plan.placed.values(), key=lambda each: each.start_by)
    assert first.why is Why.QUEUE
    assert first.queue_seconds > 60
    assert planned(work("a", promise=30, lines=10), people=3).placed["a"].queue_seconds == 0


def test_the_longest_wait_stands_first_and_before_every_plan():
    """Whoever is here comes before what is late."""
    late, old, new = (
        work("late", promise=-60),
        work("old", here_at=at(-4)),
        work("new", here_at=NOW),
    )
    placed = planned(late, new, old).placed
    assert sorted(placed, key=lambda ref: placed[ref].rank) == ["old", "new", "late"]


def test_a_start_that_hardly_moves_stays():
    """A few seconds of forecast are no reason for a card to move."""
    before = planned(work(coming=on_the_way(20, 22, 24), is_coming=True))
    nearly = work(coming=on_the_way(20.2, 22, 24), is_coming=True)
    assert planned(nearly, before=before).starts == before.starts
    moved = work(coming=on_the_way(15, 17, 19), is_coming=True)
    assert planned(moved, before=before).starts != before.starts


def test_an_order_that_was_due_does_not_flap():
    """A minute of new slack leaves it in Pick now; two minutes put it back."""
    before = planned(work(promise=2))
    assert planned(work(promise=2.4 + 1), before=before).placed["a"].lane is Lane.PICK_NOW
    assert planned(work(promise=2.4 + 2), before=before).placed["a"].lane is Lane.LATER


def test_work_that_has_begun_keeps_its_place():
    """Whatever the customer does, and however much is picked."""
    before = planned(work(picking=Stage.BEGUN, lines=5))
    after = planned(work(picking=Stage.BEGUN, lines=1, promise=90), before=before)
    assert after.placed["a"].rank == before.placed["a"].rank


def test_a_plan_of_five_hundred_orders_is_made_in_a_moment():
    """At most 20 ms on a quiet machine; five times as much passes here, beside other work."""
    many = [
        work(str(n), promise=n, coming=on_the_way(n, n + 2, n + 5), **(MAKING if n % 3 else {}))
        for n in range(500)
    ]
    began = time.process_time()
    planned(*many, people=4)
    assert time.process_time() - began < 0.1


def test_an_extra_joins_the_backlog():
    """One person cannot make a coffee and pick at the same moment: the picking begins earlier."""
    coffee = work("coffee", promise=30, picking=Stage.NONE, is_extra=True, part_of="b", **MAKING)
    by_itself = planned(work("a", promise=30)).placed["a"]
    beside = planned(work("a", promise=30), coffee).placed
    assert min(each.start_by for each in beside.values()) < by_itself.start_by
    assert beside["coffee"].lane is Lane.PICK_NOW
    assert beside["coffee"].job is Job.EXTRA
