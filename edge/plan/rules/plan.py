"""The plan: one place for every open order, with when its work must begin, and why it stands where it is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from edge.plan.rules.pace import Pace
from edge.plan.rules.schedule import Slot, latest_starts
from edge.plan.rules.tasks import Task, tasks
from edge.plan.rules.work import Crew, Job, Work

# An order whose start came stays so until there is this much time again; a start moves only by more than a while.
STAYS_SECONDS = 90.0
MOVES_SECONDS = 20.0
# From here on it is said that an order begins earlier because of those around it.
LONG_QUEUE_SECONDS = 60.0
BEFORE_EVERYBODY = 1e9


class Lane(StrEnum):
    """Where an order stands on the board: by what to do next."""

    BRING_OUT = "bring_out"
    COMING = "coming"
    PICK_NOW = "pick_now"
    LATER = "later"
    READY = "ready"


class Why(StrEnum):
    """Why an order stands where it is; screens turn it into a sentence."""

    HERE = "here"
    BEGUN = "begun"
    QUEUE = "queue"
    EXPECTED = "expected"
    PROMISED = "promised"
    MADE_LAST = "made_last"
    NO_SIGN = "no_sign"
    PREPARED = "prepared"


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """One order's place, by the job of it that must begin first.

    `rank` orders its lane; `seconds` is what that job takes, `queue_seconds` how much earlier it begins so that
    the people on shift are in time with the others as well.
    """

    ref: str
    lane: Lane
    why: Why
    job: Job
    needed_by: datetime
    start_by: datetime
    rank: float
    seconds: float
    queue_seconds: float = 0.0

    def slack_seconds(self, now: datetime) -> float:
        """How much time is left before work must begin; below zero it is late."""
        return (self.start_by - now).total_seconds()


class Plan(msgspec.Struct, frozen=True):
    """All places at one moment, and what the choice of the next thing looks at."""

    at: datetime
    crew: Crew
    placed: Mapping[str, Placed]
    works: Mapping[str, Work]
    tasks: Sequence[Task]
    starts: Mapping[tuple[str, Job], datetime]


NOTHING = Plan(datetime.min.replace(tzinfo=UTC), Crew(), {}, {}, (), {})


def alone(work: Work, pace: Pace, now: datetime) -> Placed:
    """The place of one order as if there were no other."""
    return make_plan([work], pace, Crew(), now).placed[work.ref]


def make_plan(
    works: Iterable[Work], pace: Pace, crew: Crew, now: datetime, *, before: Plan = NOTHING
) -> Plan:
    """Everybody's place now; `before` keeps what is begun, and what hardly moved, where it was."""
    known = {work.ref: work for work in works}
    left = {work.ref: tasks(work, pace, now) for work in known.values()}
    every = [task for each in left.values() for task in each]
    starts = _starts(every, known, crew, before)
    placed = {
        ref: _placed(
            known[ref], each[0], starts[ref, each[0].job], now=now, before=before.placed.get(ref)
        )
        for ref, each in left.items()
    }
    return Plan(now, crew, placed, known, every, starts)


def _starts(
    every: Sequence[Task], works: Mapping[str, Work], crew: Crew, before: Plan
) -> dict[tuple[str, Job], datetime]:
    """When each job must begin, with the backlog of the people on shift; what is begun is only by itself."""
    open_jobs = [task for task in every if not task.is_begun and _takes_time(task, works)]
    latest = latest_starts(
        [Slot((t.ref, t.job), t.seconds, t.needed_by.timestamp()) for t in open_jobs],
        crew.on_shift,
    )
    return {
        (task.ref, task.job): _settled(task, latest.get((task.ref, task.job)), before)
        for task in every
    }


def _takes_time(task: Task, works: Mapping[str, Work]) -> bool:
    """Whether somebody must be kept for it: not for what nobody knows the moment of."""
    if task.job is Job.BRING:
        return works[task.ref].coming.is_known
    return not task.waits_for_sign


def _settled(task: Task, latest: float | None, before: Plan) -> datetime:
    """The start, unless it moved so little that a card would only tremble."""
    start = task.latest_start if latest is None else datetime.fromtimestamp(latest, UTC)
    was = before.starts.get((task.ref, task.job))
    if was is not None and abs((start - was).total_seconds()) < MOVES_SECONDS:
        return was
    return start


def _placed(
    work: Work, task: Task, start_by: datetime, *, now: datetime, before: Placed | None
) -> Placed:
    queue_seconds = max(0.0, (task.latest_start - start_by).total_seconds())
    lane = _lane(work, task, (start_by - now).total_seconds(), before)
    stays = before is not None and before.lane is lane and work.is_begun
    return Placed(
        ref=work.ref,
        lane=lane,
        why=_why(work, task, queue_seconds),
        job=task.job,
        needed_by=task.needed_by,
        start_by=start_by,
        rank=before.rank if before and stays else _rank(work, task, start_by),
        seconds=task.seconds,
        queue_seconds=queue_seconds,
    )


def _rank(work: Work, task: Task, start_by: datetime) -> float:
    """Least slack first; a customer who stands in the store comes before every plan, the longest wait first."""
    if work.here_at:
        return work.here_at.timestamp() - BEFORE_EVERYBODY
    return (work.promise_at if task.job is Job.BRING else start_by).timestamp()


def _why(work: Work, task: Task, queue_seconds: float) -> Why:
    if work.here_at:
        return Why.HERE
    if task.is_begun:
        return Why.BEGUN
    if task.job is Job.BRING:
        return Why.PREPARED
    if task.job is Job.MAKE:
        return Why.NO_SIGN if task.waits_for_sign else Why.MADE_LAST
    if queue_seconds >= LONG_QUEUE_SECONDS:
        return Why.QUEUE
    return Why.EXPECTED if work.coming.is_known or work.is_extra else Why.PROMISED


def _lane(work: Work, task: Task, slack_seconds: float, before: Placed | None) -> Lane:
    if work.is_prepared and not work.is_extra:
        if work.here_at:
            return Lane.BRING_OUT
        return Lane.COMING if work.is_coming else Lane.READY
    stays = STAYS_SECONDS if before is not None and before.lane is Lane.PICK_NOW else 0.0
    is_due = not task.waits_for_sign and slack_seconds <= stays
    if is_due or work.is_begun or work.here_at or work.is_extra:
        return Lane.PICK_NOW
    return Lane.COMING if work.is_coming else Lane.LATER
