"""One plan for all who look at the same moment, never an older one, and no waiting for who only reports."""

from __future__ import annotations

from datetime import timedelta

from edge.plan.memory import LastPlan
from edge.plan.rules import Plan
from tests.edge.plan.works import planned, work


class Maker:
    """Makes plans, and counts how often."""

    def __init__(self) -> None:
        self.asked: list[Plan] = []

    def __call__(self, before: Plan) -> Plan:
        self.asked.append(before)
        return planned(work(f"order {len(self.asked)}"))


def test_who_looks_at_the_same_moment_sees_the_same_plan():
    """Made once; the next one hears of it, so that cards do not tremble."""
    last, maker = LastPlan(), Maker()
    first = last.at(7, 0.0, maker)
    assert last.at(7, 0.9, maker) is first
    second = last.at(8, 0.9, maker)
    assert maker.asked[1] is first
    assert second is not first


def test_a_plan_is_made_anew_after_a_second_and_when_an_eta_changed():
    """Neither is an event."""
    last, maker = LastPlan(), Maker()
    last.at(7, 0.0, maker)
    last.at(7, 1.1, maker)
    assert len(maker.asked) == 2
    last.outdate()
    last.at(7, 1.2, maker)
    last.at(7, 1.3, maker)
    assert len(maker.asked) == 3


def test_who_began_to_look_before_an_event_neither_sees_its_plan_nor_replaces_it():
    """A plan is as new as the rows it was made from; an older one is for whoever still looks at those rows."""
    last, maker = LastPlan(), Maker()
    newer = last.at(8, 0.0, maker)
    older = last.at(7, 0.1, maker)
    assert older is not newer
    assert last.at(8, 0.2, maker) is newer


def test_an_eta_that_changes_while_a_plan_is_made_outdates_it():
    """A report does not wait for the plan, and is in the next one."""
    last, maker = LastPlan(), Maker()

    def reported_meanwhile(before: Plan) -> Plan:
        last.outdate()
        return maker(before)

    last.at(7, 0.0, reported_meanwhile)
    last.at(7, 0.1, maker)
    assert len(maker.asked) == 2


def test_a_stepped_clock_makes_a_young_plan_old():
    """A rehearsal plays hours in a second; what was planned for another hour is not shown."""
    last, maker = LastPlan(), Maker()
    first = last.at(7, 0.0, maker)
    assert last.at(7, 0.1, maker, now=first.at) is first
    assert last.at(7, 0.1, maker, now=first.at + timedelta(minutes=5)) is not first
