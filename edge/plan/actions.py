"""What is done with the plan: learn from an order that was handed over, and begin anew."""

from edge.base.unit import Unit
from edge.plan import store
from edge.plan.rules.events import DurationsForgotten
from edge.plan.rules.learning import PICK, Done, learn, orders_seen


def learn_from(unit: Unit, done: Done) -> None:
    """Remember how long an order's work took; what cannot have been work teaches nothing."""
    store.save_learned(unit, learn(store.load_learned(unit), done))


def forget_learned(unit: Unit, *, by: str) -> None:
    """A fresh start: the shipped figures alone, until new orders teach again."""
    orders = orders_seen(store.load_learned(unit), PICK)
    store.forget_learned(unit)
    unit.record(DurationsForgotten(what="durations", orders=orders), by=by)
