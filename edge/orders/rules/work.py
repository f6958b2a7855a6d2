"""How long an order takes its staff: what start-by times are made of."""

from edge.orders.rules.order import CLOSED, Finish, Order, State

PICK_S = 20.0
FETCH_S = 55.0
STAGE_S = 28.0
_NOTHING_LEFT = CLOSED | {State.STAGED, State.READY}


def work_seconds(
    lines: int,
    prep_seconds: float = 0.0,
    *,
    pick_s: float = PICK_S,
    fetch_s: float = FETCH_S,
    stage_s: float = STAGE_S,
) -> float:
    """Seconds from the first step to staged and finished, for this many shelf lines."""
    picking = fetch_s + lines * pick_s + stage_s if lines else 0.0
    return picking + prep_seconds


def prep_seconds(order: Order) -> float:
    """Seconds that the made-to-order lines take, one after the other."""
    return float(sum(line.facts.prep_seconds for line in order.made_lines))


def pick_seconds_left(order: Order, *, pick_s: float = PICK_S) -> float:
    """Seconds of walking, fetching and staging that are still to be done."""
    if order.state in _NOTHING_LEFT:
        return 0.0
    begun = order.state in {State.PICKING, State.PICKED}
    undecided = sum(not line.is_decided for line in order.lines)
    fetch_s = 0.0 if begun else FETCH_S
    return fetch_s + undecided * pick_s + STAGE_S


def finish_seconds_left(order: Order) -> float:
    """Seconds of making that are still to be done; a task that has begun counts in full."""
    if order.state in CLOSED or order.finish in {Finish.NONE, Finish.DONE}:
        return 0.0
    return prep_seconds(order)
