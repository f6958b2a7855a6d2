"""By when a job must be done: bags before the customer can be there, what is made while it is still good."""

from datetime import datetime, timedelta
from math import erf, log, sqrt

from edge.plan.rules.work import Window

# Until when what was made is good, and how much of that goes by between the arrival and the handover.
GOOD_FOR_SECONDS = 600.0
HANDOVER_SECONDS = 90.0
# A handover is short when it ends within two minutes of the arrival: making may end so late.
LATEST_SECONDS = 20.0
# Customers come later than the band says more often than earlier, and what was made once is not made again: the best
# moment is put off by this share of the time until it. Measured on simulated days; see docs/simulation.md.
PUT_OFF = 0.2
# Below this chance of being both there and good, it is made when the customer comes.
LEAST_CHANCE = 0.2
_STEPS = 16
_Z90 = 1.2815515655446004


def bags_by(coming: Window, promise_at: datetime) -> datetime:
    """Shelf goods lose nothing by waiting: the early end of the eta, and never after the promise.

    Before anybody set out it is the middle of when customers come to a promise here; as shipped, that is the promise.
    The walk out is not taken off: nine in ten come after the early end and find the bags ready to be carried, and
    whoever brings them sets out before the customer stands there. It is the bringing that counts the walk.
    """
    return min(coming.low_at if coming.is_known else coming.middle_at, promise_at)


def made_by(coming: Window, now: datetime) -> datetime | None:
    """When what is made to order should be done; None when nobody can tell so that it would be good.

    Of all moments the one with the greatest chance that the customer comes after it and gets it while it is good.
    The eta's band is read as a split log-normal, as the forecast reads it.
    """
    if not coming.is_known:
        return None
    low, middle, high = (max(1.0, (at - now).total_seconds()) for at in _band(coming))
    best_at, best = 0.0, 0.0
    for n in range(_STEPS + 1):
        at = middle * n / _STEPS
        chance = _before(at + GOOD_FOR_SECONDS - HANDOVER_SECONDS, low, middle, high) - _before(
            at - LATEST_SECONDS, low, middle, high
        )
        if chance > best + 1e-3:
            best_at, best = at, chance
    return now + timedelta(seconds=best_at * (1 + PUT_OFF)) if best >= LEAST_CHANCE else None


def _band(coming: Window) -> tuple[datetime, datetime, datetime]:
    return coming.low_at, coming.middle_at, coming.high_at


def _before(seconds: float, low: float, middle: float, high: float) -> float:
    """The chance that the customer comes within so many seconds."""
    if seconds <= 0.0:
        return 0.0
    ratio = middle / low if seconds < middle else high / middle
    spread = max(0.01, log(max(1.0, ratio)) / _Z90)
    return 0.5 * (1.0 + erf(log(seconds / middle) / (spread * sqrt(2.0))))
