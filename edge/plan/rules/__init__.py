"""What is true of the plan: pure. Works in, one place for each out; `next_up` says what a free person does."""

from edge.plan.rules.next_up import Choice, Step, next_step
from edge.plan.rules.pace import SHIPPED, Pace
from edge.plan.rules.plan import NOTHING, Lane, Placed, Plan, Why, alone, make_plan
from edge.plan.rules.tasks import Task
from edge.plan.rules.work import Crew, Job, Stage, Window, Work

__all__ = [
    "NOTHING",
    "SHIPPED",
    "Choice",
    "Crew",
    "Job",
    "Lane",
    "Pace",
    "Placed",
    "Plan",
    "Stage",
    "Step",
    "Task",
    "Why",
    "Window",
    "Work",
    "alone",
    "make_plan",
    "next_step",
]
