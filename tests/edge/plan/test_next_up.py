"""A free person does what matters most, works ahead when there is nothing, and waits with a reason."""

from __future__ import annotations

from edge.plan.rules import Job, Stage, next_step
from edge.plan.rules.next_up import Choice
from tests.edge.plan.works import NOW, at, in_its_bin, on_the_way, planned, work

MAKING = {"making": Stage.WAITING, "make_seconds": 240.0}


def chosen(*works, idle=1):
    step = next_step(planned(*works, people=4), idle=idle)
    return step.choice, (step.task.ref, step.task.job) if step.task else step.about


def test_whoever_stands_in_the_store_comes_first():
    """Bags that are ready before what is still to be done, and both before what is late."""
    late, ready = work("late", promise=-60), in_its_bin("ready", here_at=NOW)
    missing = work("missing", here_at=at(-3))
    assert chosen(late, missing, ready) == (Choice.HERE, ("ready", Job.BRING))
    assert chosen(late, missing) == (Choice.HERE, ("missing", Job.PICK))


def test_somebody_goes_out_just_before_a_customer_who_is_sure_to_come():
    """Two minutes away, and surely within seven: the bags are at the car when it stops."""
    near = in_its_bin("near", coming=on_the_way(1, 1.9, 3), is_coming=True)
    assert chosen(near, work("late", promise=-9)) == (Choice.COMES, ("near", Job.BRING))


def test_nobody_sets_out_for_a_long_walk_who_is_needed_at_the_door():
    """One free person waits for whoever comes in two minutes; two do not both wait."""
    soon = in_its_bin("soon", coming=on_the_way(0.5, 2.2, 9), is_coming=True)
    late = work("late", promise=-60)
    assert chosen(soon, late) == (Choice.COMES_SOON, "soon")
    assert chosen(soon, late, idle=2) == (Choice.DUE, ("late", Job.PICK))


def test_what_is_due_is_done_by_least_slack():
    """Picking and making stand in one row."""
    one, other = work("one", promise=1), in_its_bin("other", coming=on_the_way(1, 2, 3), **MAKING)
    assert chosen(one, other) == (Choice.DUE, ("other", Job.MAKE))


def test_who_is_free_works_ahead_while_somebody_stays():
    """Bags of the next promise; the last free person stays for whoever comes."""
    later = work("later", promise=90)
    assert chosen(later, idle=2) == (Choice.AHEAD, ("later", Job.PICK))
    assert chosen(later, idle=1) == (Choice.KEEP_FREE, "")


def test_nothing_is_made_ahead():
    """It would not be good any more."""
    assert chosen(in_its_bin(**MAKING), idle=9) == (Choice.NOTHING, "")


def test_what_somebody_has_is_offered_to_nobody():
    """Begun picks and bags that are on their way out."""
    begun = work(picking=Stage.BEGUN, here_at=NOW)
    brought = in_its_bin("b", here_at=NOW, is_brought=True)
    assert chosen(begun, brought, idle=3) == (Choice.NOTHING, "")


def test_what_somebody_left_is_offered_again():
    """Their time ran out."""
    assert chosen(work(picking=Stage.LEFT, promise=1)) == (Choice.DUE, ("a", Job.PICK))


def extra(ref: str, part_of: str, **more):
    """A coffee that the customer of an order added on the way."""
    coffee = {"is_extra": True, "picking": Stage.NONE, "part_of": part_of, "lines": {}}
    return work(ref, **(coffee | MAKING | more))


def test_what_was_added_is_made_before_the_order_goes_out():
    """Also when it is not due yet: its customer stands here."""
    order, coffee = in_its_bin("order", here_at=NOW), extra("coffee", "order", here_at=NOW)
    assert chosen(order, coffee) == (Choice.HERE, ("coffee", Job.EXTRA))
    making = extra("coffee", "order", here_at=NOW, making=Stage.BEGUN)
    assert chosen(order, making) == (Choice.NOTHING, "")
    assert chosen(order) == (Choice.HERE, ("order", Job.BRING))


def test_an_extra_is_due_like_other_work():
    """When it must begin to be ready in time, and not before."""
    assert chosen(extra("coffee", "order", promise=3)) == (Choice.DUE, ("coffee", Job.EXTRA))
    assert chosen(extra("coffee", "order", promise=30), idle=9) == (Choice.NOTHING, "")
