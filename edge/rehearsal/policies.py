"""The policies that can be played against each other, by the names that people type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from edge.rehearsal import rivals
from edge.rehearsal.customers import Customer
from edge.rehearsal.simulated_store import PROMISE_SECONDS
from edge.rehearsal.tasks import BoardOrder, LifeOf, WorkOrder
from edge.rehearsal.timeline import Timeline

OURS, FENCE, FIFO, ORACLE = "ours", "fence", "fifo", "oracle"
NAMES = f"{OURS}, {FENCE}:METRES (such as {FENCE}:800), {FIFO}, {ORACLE}"
NEAREST_M, FARTHEST_M = 10, 100_000


class PolicyUnknown(ValueError):
    """No policy is called so."""


@dataclass(frozen=True)
class Policy:
    """One order of work; `fence_m` is the radius of a fence, 0 for who has none."""

    name: str
    fence_m: float = 0.0

    def work(
        self, life_of: LifeOf, customers: Callable[[], Iterator[Customer]], timeline: Timeline
    ) -> WorkOrder:
        """What tells staff what to do first."""
        if self.name == OURS:
            return BoardOrder(life_of, timeline)
        if self.fence_m:
            return rivals.ByTimes(customers, rivals.by_fence(PROMISE_SECONDS))
        times = {FIFO: rivals.by_placing, ORACLE: rivals.by_arrival}[self.name]
        return rivals.ByTimes(customers, times)


def read(text: str) -> Policy:
    """The policy of this name, or PolicyUnknown."""
    name, _, radius = text.strip().partition(":")
    if name in {OURS, FIFO, ORACLE} and not radius:
        return Policy(name)
    if name == FENCE and radius.isdecimal() and NEAREST_M <= int(radius) <= FARTHEST_M:
        return Policy(f"{FENCE}:{int(radius)}", float(radius))
    raise PolicyUnknown(f"There is no policy “{text}”; there are: {NAMES}.")
