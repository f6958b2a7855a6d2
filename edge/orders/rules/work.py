"""What is made to order, and how long the catalogue says that it takes; how long work takes here knows the plan."""

from edge.orders.rules.order import CLOSED, Finish, Order


def prep_seconds(order: Order) -> float:
    """Seconds that the made-to-order lines take, one after the other."""
    return float(sum(line.facts.prep_seconds for line in order.made_lines))


def finish_seconds_left(order: Order) -> float:
    """Seconds of making that are still to be done; a task that has begun counts in full."""
    if order.state in CLOSED or order.finish in {Finish.NONE, Finish.DONE}:
        return 0.0
    return prep_seconds(order)
