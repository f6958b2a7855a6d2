"""What is left to do at one order: its jobs, by when each must be done, and how long it takes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from edge.plan.rules import due
from edge.plan.rules.pace import Pace
from edge.plan.rules.work import Job, Stage, Work

_TO_DO = (Stage.WAITING, Stage.LEFT, Stage.BEGUN)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One job at one order. `seconds` are those that are left; what is begun counts in full.

    `waits_for_sign`: made to order, and nothing tells when it would still be good.
    """

    ref: str
    job: Job
    needed_by: datetime
    seconds: float
    is_begun: bool = False
    waits_for_sign: bool = False

    @property
    def latest_start(self) -> datetime:
        """When it must begin if nobody else needed anything."""
        return self.needed_by - timedelta(seconds=self.seconds)


def tasks(work: Work, pace: Pace, now: datetime) -> list[Task]:
    """The jobs that are left, in the order in which one person does them."""
    if work.is_extra:
        return [_extra(work)]
    if work.is_prepared:
        return [_bring(work, pace)]
    making = list(_making(work, pace, now))
    return [*_picking(work, pace, making), *making]


def _extra(work: Work) -> Task:
    return Task(
        ref=work.ref,
        job=Job.EXTRA,
        needed_by=work.here_at or work.promise_at,
        seconds=work.make_seconds,
        is_begun=work.making is Stage.BEGUN,
    )


def _bring(work: Work, pace: Pace) -> Task:
    needed_by = work.here_at or work.coming.middle_at + timedelta(seconds=pace.bring_s)
    return Task(
        ref=work.ref,
        job=Job.BRING,
        needed_by=needed_by,
        seconds=pace.bring_s,
        is_begun=work.is_brought,
    )


def _picking(work: Work, pace: Pace, making: list[Task]) -> Iterator[Task]:
    """Bags first, so that the order is ready with what is made."""
    if work.picking not in _TO_DO:
        return
    is_begun = work.picking is Stage.BEGUN
    needed_by = work.here_at or due.bags_by(work.coming, work.promise_at)
    if making and not making[0].waits_for_sign and not making[0].is_begun:
        needed_by = min(needed_by, making[0].latest_start)
    seconds = pace.pick_seconds(work.lines, is_begun=is_begun)
    yield Task(ref=work.ref, job=Job.PICK, needed_by=needed_by, seconds=seconds, is_begun=is_begun)


def _making(work: Work, pace: Pace, now: datetime) -> Iterator[Task]:
    if work.making not in _TO_DO:
        return
    good_by = work.here_at or due.made_by(work.coming, now)
    yield Task(
        ref=work.ref,
        job=Job.MAKE,
        needed_by=good_by or max(work.coming.middle_at, now),
        seconds=pace.make_seconds(work.make_seconds),
        is_begun=work.making is Stage.BEGUN,
        waits_for_sign=good_by is None,
    )
