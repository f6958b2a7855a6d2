"""What a free person does next, and when it is better to wait: one order for the board, the demo and the simulator.

1. Whoever stands in the store: bring it, else make or pick what is missing, the longest wait first. Nothing is
   brought out before what its customer added on the way is made.
2. Whoever will stand there when somebody has walked out with the bags.
3. What is due, least slack first; but nobody sets out for a long walk who is needed at the door in a moment.
4. Work ahead: the next order to be picked, so that the rush finds it done, while somebody stays free for arrivals.
What is made to order is never made ahead: it would not be good any more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from edge.plan.rules.plan import Plan
from edge.plan.rules.tasks import Task
from edge.plan.rules.work import Job

# The figures below were tuned on six simulated days that nothing else was fitted to (seeds 11 to 16);
# three that they were not tuned on (21 to 23) stand beside them in docs/plan.md.
# So many people stay free for whoever comes next before anybody works ahead.
KEPT_FREE = 1
# Somebody who comes within so long is waited for, rather than left to wait for the end of a pick.
SOON_SECONDS = 150.0
# Somebody goes out with the bags when the customer is expected within so long, and surely comes within the second.
OUT_SECONDS = 120.0
OUT_AT_MOST_SECONDS = 400.0


class Choice(StrEnum):
    """Why this is next, or why to wait."""

    HERE = "here"
    COMES = "comes"
    DUE = "due"
    AHEAD = "ahead"
    COMES_SOON = "comes_soon"
    KEEP_FREE = "keep_free"
    NOTHING = "nothing"


class Step(msgspec.Struct, frozen=True):
    """What to do next; without a `task` wait until the plan changes. `about`: who is waited for."""

    choice: Choice
    task: Task | None = None
    about: str = ""


def next_step(plan: Plan, *, idle: int) -> Step:
    """The next thing for one of `idle` people who are free, the one who asks among them."""
    if task := next(_for_those_here(plan), None):
        return Step(Choice.HERE, task)
    if task := next(_for_those_at_the_door(plan), None):
        return Step(Choice.COMES, task)
    soon = _who_comes_soon(plan)
    if soon and idle <= len(soon):
        return Step(Choice.COMES_SOON, about=soon[0])
    if task := next(_due(plan), None):
        return Step(Choice.DUE, task)
    if task := next(_ahead(plan), None):
        is_free_enough = idle > KEPT_FREE + len(soon)
        return Step(Choice.AHEAD, task) if is_free_enough else Step(Choice.KEEP_FREE)
    return Step(Choice.NOTHING)


def _open(plan: Plan) -> Iterator[Task]:
    """What somebody could begin now."""
    incomplete = {work.part_of for work in plan.works.values() if work.is_extra}
    return (
        task
        for task in plan.tasks
        if not task.is_begun and not (task.job is Job.BRING and task.ref in incomplete)
    )


def _for_those_here(plan: Plan) -> Iterator[Task]:
    here = [task for task in _open(plan) if plan.works[task.ref].here_at]
    return iter(
        sorted(here, key=lambda task: (task.job is not Job.BRING, task.needed_by, task.ref))
    )


def _for_those_at_the_door(plan: Plan) -> Iterator[Task]:
    middle, high = (plan.at + timedelta(seconds=s) for s in (OUT_SECONDS, OUT_AT_MOST_SECONDS))
    coming = ((plan.works[task.ref].coming, task) for task in _brings(plan))
    near = [(c.middle_at, t) for c, t in coming if c.middle_at <= middle and c.high_at <= high]
    return (task for _, task in sorted(near, key=lambda each: (each[0], each[1].ref)))


def _due(plan: Plan) -> Iterator[Task]:
    due = [
        task
        for task in _open(plan)
        if task.job is not Job.BRING and not task.waits_for_sign and _start(plan, task) <= plan.at
    ]
    return iter(sorted(due, key=lambda task: (_start(plan, task), task.ref)))


def _ahead(plan: Plan) -> Iterator[Task]:
    bags = [task for task in _open(plan) if task.job is Job.PICK]
    return iter(sorted(bags, key=lambda task: (_start(plan, task), task.ref)))


def _start(plan: Plan, task: Task) -> datetime:
    return plan.starts[task.ref, task.job]


def _brings(plan: Plan) -> Iterator[Task]:
    """Prepared orders whose customers are known to come."""
    return (
        task
        for task in _open(plan)
        if task.job is Job.BRING and plan.works[task.ref].coming.is_known
    )


def _who_comes_soon(plan: Plan) -> list[str]:
    until = plan.at + timedelta(seconds=SOON_SECONDS)
    soon = [(plan.works[task.ref].coming.middle_at, task.ref) for task in _brings(plan)]
    return [ref for at, ref in sorted(soon) if at <= until]
