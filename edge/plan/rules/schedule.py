"""The real backlog of the people on shift: the latest moment at which each job may begin so that all are in time.

List scheduling from the end of the day backwards: the job that is needed last is given to whoever then is free
latest, just before it is needed; each earlier job takes the latest place that is left. What is begun counts as
work of its own, since it is never moved. (Lawler's backward rule for the greatest lateness, with several people.)
"""

from collections.abc import Sequence
from heapq import heapify, heapreplace
from typing import NamedTuple

from edge.plan.rules.work import Job

# People on shift also serve, clean and carry: this share of their time is left for orders.
SHARE_FOR_ORDERS = 0.67


class Slot(NamedTuple):
    """One job that is not begun: how many seconds it takes and when it must be done, in epoch seconds."""

    key: tuple[str, Job]
    seconds: float
    needed: float


def latest_starts(jobs: Sequence[Slot], people: int) -> dict[tuple[str, Job], float]:
    """Key -> the latest start, in epoch seconds; it may lie in the past: then nobody can be in time any more."""
    latest = sorted(jobs, key=lambda job: (-job.needed, job.key))
    free = [-latest[0].needed if latest else 0.0 for _ in range(people_for_orders(people))]
    heapify(free)
    starts: dict[tuple[str, Job], float] = {}
    for job in latest:
        start = min(job.needed, -free[0]) - job.seconds
        heapreplace(free, -start)
        starts[job.key] = start
    return starts


def people_for_orders(on_shift: int) -> int:
    """How many of the people on shift are at orders at one time; at least one."""
    return max(1, round(on_shift * SHARE_FOR_ORDERS))
