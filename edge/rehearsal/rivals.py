"""Other orders of work for the same store, to compare with: by placing, by a fence, or knowing who comes when.

All of them do first what is for a customer who stands in the store, bring out before they pick, and make what is
made last once its bags are staged. All are called out by a phone inside NEAR_M. They differ in what may begin when:

fifo      everything from its placing on: picked, then made at once, in order of placing.
fence:R   as a fence app does it. Picked in time for the promise. Made from the first report inside R metres on; a
          hidden phone sends none, so its fence never fires: then it is made when its customer is here. Who does not
          share their distance has no fence: their order is made for the promise.
oracle    knows each true arrival, not how long work takes. Picked from the placing on, made so as to be done two
          minutes before the arrival, brought out so as to meet it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from edge.plan.rules import SHIPPED
from edge.rehearsal.customers import Customer
from edge.rehearsal.goods import Goods
from edge.rehearsal.ports import Hands
from edge.rehearsal.tasks import Step, Task
from edge.rehearsal.truth import Life

# Somebody who is called out walks for so long; what every order of work knows without learning.
OUT_SECONDS = 50.0
NEVER = float("inf")
# Making takes its time, and so does waiting for a free hand; what is made stays good for longer than this.
_MAKE_AHEAD_SECONDS = 120.0


@dataclass(frozen=True)
class Times:
    """From when on each step of an order may begin, in seconds from opening."""

    pick_s: float
    make_s: float
    out_s: float


TimesOf = Callable[[Customer], Times]


def by_placing(customer: Customer) -> Times:
    """fifo"""
    placed_s = customer.planned.placed_s
    return Times(placed_s, placed_s, _called_out(customer))


def by_fence(promise_seconds: float) -> TimesOf:
    """fence:R; `customer.fenced_at` is when the fence fired."""

    def times(customer: Customer) -> Times:
        promise_s = customer.planned.placed_s + promise_seconds
        pick_s = promise_s - work_of(customer.life)
        make_s = promise_s - made_seconds(customer.life)
        if customer.planned.shares_location:
            make_s = NEVER if customer.fenced_at is None else customer.fenced_at
        return Times(pick_s, make_s, _called_out(customer))

    return times


def _called_out(customer: Customer) -> float:
    return NEVER if customer.near_at is None else customer.near_at


def by_arrival(customer: Customer) -> Times:
    """oracle"""
    comes_s = NEVER if customer.planned.no_show else customer.comes_s
    make_s = comes_s - made_seconds(customer.life) - _MAKE_AHEAD_SECONDS
    return Times(customer.planned.placed_s, make_s, comes_s - OUT_SECONDS)


def made_seconds(life: Life) -> float:
    """How long making is thought to take, from the catalogue."""
    finish = life.planned.finish
    return Goods.prep_seconds(finish.sku) if finish else 0.0


def work_of(life: Life) -> float:
    """How long everything is thought to take."""
    lines = Counter(line.zone for line in life.planned.lines)
    return SHIPPED.pick_seconds(lines) + made_seconds(life)


class ByTimes:
    """The first of what may begin: customers who are here, those who come, then the oldest start."""

    def __init__(self, customers: Callable[[], Iterator[Customer]], times_of: TimesOf) -> None:
        self._customers, self._times_of = customers, times_of
        self._next_s: float | None = None
        self.lets_all_wait = False

    def tasks(self, at_s: float, worker: Hands, *, idle: int) -> Iterator[Task]:
        """See WorkOrder."""
        found: list[tuple[int, float, str, Task]] = []
        self._next_s = NEVER
        for customer in self._customers():
            life = customer.life
            if life.end or (step := _step(life)) is None:
                continue
            start_s = self._start_s(customer, step)
            if life.seen_at is not None:
                start_s, urgency = life.seen_at, 1
            else:
                urgency = 2
            if step is Step.BRING_OUT:
                urgency = 0
            if start_s <= at_s:
                found.append((urgency, start_s, life.order_id, Task(step, life)))
            else:
                self._next_s = min(self._next_s, start_s)
        self.lets_all_wait = not found
        return (task for *_, task in sorted(found, key=lambda one: one[:3]))

    def changes_at(self, at_s: float) -> float | None:
        """See WorkOrder."""
        return self._next_s if self._next_s is not None and self._next_s < NEVER else None

    def _start_s(self, customer: Customer, step: Step) -> float:
        times = self._times_of(customer)
        return {Step.PICK: times.pick_s, Step.MAKE: times.make_s, Step.BRING_OUT: times.out_s}[
            step
        ]


def _step(life: Life) -> Step | None:
    """The next step of an order that nobody has in hand."""
    if not life.is_begun:
        return Step.PICK
    if life.staged_at is None or life.is_out:
        return None
    if life.ready_at is not None:
        return Step.BRING_OUT
    return None if life.is_being_made else Step.MAKE
