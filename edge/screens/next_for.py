"""Next for you: the one thing that whoever is signed in at a board should do now, or why to wait.

All who are free are told the same most urgent thing: nobody knows who of them looks at a screen, and whoever stands in
the store must not wait for one who does not. The first tap has it, and the boards of the others go on to the next.
"""

from __future__ import annotations

from edge.base.database import Rows
from edge.base.edge import Edge
from edge.locale import Words
from edge.offers import store as offers
from edge.offers.rules.extra import Extra, ExtraState
from edge.orders import store as orders
from edge.orders.rules import Move, Order, State
from edge.plan.memory import Timings
from edge.plan.rules import Choice, Crew, Job, Plan, Step, Task, next_step
from edge.screens import extras, order_steps
from edge.screens.planning import EXTRA
from edge.screens.shown import Button, Next

_MOVES = {Job.PICK: Move.START_PICKING, Job.MAKE: Move.START_FINISH, Job.BRING: Move.BRING_OUT}
_MAKING_BEGAN = "order_finish_started"


def shown(rows: Rows, edge: Edge, plan: Plan, _: Words, *, by: str) -> Next | None:
    """What `by` does next; None for a screen without a person, and for who has something in hand."""
    added = offers.open_extras(rows)
    if not by or _is_busy(rows, edge, added, by):
        return None
    step = next_step(plan, idle=free_people(plan.crew))
    task = step.task
    ref = task.ref if task else step.about
    extra = next((each for each in added if ref == f"{EXTRA}{each.redemption_id}"), None)
    about = orders.find(rows, extra.order_id if extra else ref)
    number = about.number if about else ""
    return Next(
        ref=task.ref if task else "",
        job=task.job.value if task else "",
        choice=step.choice.value,
        number=number,
        said=words(step, number, _),
        button=_button(task, about, extra, _) if task else None,
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


def _is_busy(rows: Rows, edge: Edge, added: list[Extra], by: str) -> bool:
    """Whether somebody fetches, makes or brings out; who makes an order is remembered until the next start."""
    timings = edge.part(Timings)
    makes = (timings.who(each.order_id, _MAKING_BEGAN) == by for each in orders.being_made(rows))
    adds = (each.by == by for each in added if each.state is ExtraState.STARTED)
    return orders.in_hand(rows, by) or any(makes) or any(adds)


def _button(task: Task, order: Order | None, extra: Extra | None, _: Words) -> Button | None:
    """None for what this moment of the database does not know."""
    if task.job is Job.EXTRA:
        return extras.step(extra, _) if extra else None
    if order is None:
        return None
    if order.state is State.RECEIVED:
        return order_steps.step(order, Move.ACCEPT, _)
    # A picking that somebody left is begun anew by the same request.
    return order_steps.step(order, _MOVES[task.job], _)
