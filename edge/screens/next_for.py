"""Next for you: the one thing that whoever is signed in at a board should do now, or why to wait."""

from __future__ import annotations

from edge.base.database import Rows
from edge.locale import Words
from edge.offers import store as offers
from edge.orders import store as orders
from edge.orders.rules import Move, Order, State
from edge.plan.rules import Choice, Crew, Job, Plan, Step, Task, next_step
from edge.screens import extras, order_steps
from edge.screens.planning import EXTRA
from edge.screens.shown import Button, Next

_MOVES = {Job.PICK: Move.START_PICKING, Job.MAKE: Move.START_FINISH, Job.BRING: Move.BRING_OUT}


def shown(rows: Rows, plan: Plan, _: Words, *, by: str) -> Next | None:
    """What `by` does next; None for a screen without a person, and for who has something in hand."""
    if not by or orders.in_hand(rows, by):
        return None
    step = next_step(plan, idle=free_people(plan.crew))
    task = step.task
    about = orders.find(rows, task.ref if task else step.about)
    number = about.number if about else ""
    return Next(
        ref=task.ref if task else "",
        job=task.job.value if task else "",
        choice=step.choice.value,
        number=number,
        said=words(step, number, _),
        button=_button(rows, task, about, _) if task else None,
    )


def free_people(crew: Crew) -> int:
    """How many wait for something to do, as far as is known; whoever asks is one of them."""
    return max(1, crew.idle)


def words(step: Step, number: str, _: Words) -> str:
    """The choice in one sentence."""
    said = {
        Choice.HERE: _("The customer is here."),
        Choice.COMES: _("Go out now: the customer comes in a moment."),
        Choice.DUE: _("It must begin now to be ready in time."),
        Choice.AHEAD: _("Nothing is due: begin it early, before the rush."),
        Choice.COMES_SOON: _("Stay free: %(number)s comes in a moment.", number=number),
        Choice.KEEP_FREE: _("Nothing is due. Stay free for whoever comes next."),
        Choice.NOTHING: _("Nothing to do just now."),
    }
    return said[step.choice]


def _button(rows: Rows, task: Task, order: Order | None, _: Words) -> Button | None:
    if order is None:
        redemption = task.ref.removeprefix(EXTRA)
        return extras.step(offers.load_extra(rows, redemption), _)
    if order.state is State.RECEIVED:
        return order_steps.step(order, Move.ACCEPT, _)
    # A picking that somebody left is begun anew by the same request.
    return order_steps.step(order, _MOVES[task.job], _)
