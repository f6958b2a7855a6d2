"""What the phone does: when it reports, how it rounds, when it ends. Sent to the page as data."""

from math import floor

import msgspec


class Step(msgspec.Struct, frozen=True):
    """Beyond this range, one report in so many seconds."""

    beyond_m: int
    every_seconds: int


class Rounding(msgspec.Struct, frozen=True):
    """Below this range, round to so many metres."""

    below_m: int
    to_m: int


class Elsewhere(msgspec.Struct, frozen=True):
    """Standing at another store: this near to it, this surely, and this far from one's own."""

    near_m: int = 150
    sure_m: int = 100
    apart_m: int = 400


class Plan(msgspec.Struct, frozen=True):
    """The whole plan; the page obeys it and decides nothing itself.

    In the first minute reports are closer together: many phones are hidden after it, and the speed
    seen until then is all that the forecast will ever have.
    """

    steps: tuple[Step, ...] = (
        Step(8_000, 120),
        Step(3_000, 60),
        Step(1_000, 30),
        Step(400, 10),
        Step(0, 5),
    )
    rounding: tuple[Rounding, ...] = (Rounding(1_000, 10), Rounding(10_000, 50))
    first_seconds: int = 60
    first_every_seconds: int = 15
    ends_after_seconds: int = 7_200
    elsewhere: Elsewhere = Elsewhere()


SHIPPED = Plan()


def seconds_to_next(distance_m: float, elapsed_seconds: float, plan: Plan = SHIPPED) -> int:
    """Seconds from a report at this range to the next one."""
    every = next((s.every_seconds for s in plan.steps if distance_m > s.beyond_m), 0)
    every = every or plan.steps[-1].every_seconds
    if elapsed_seconds < plan.first_seconds:
        return min(every, plan.first_every_seconds)
    return every


def rounded(distance_m: float, plan: Plan = SHIPPED) -> float | None:
    """The range as it may leave the phone; None is "far"."""
    to_m = next((r.to_m for r in plan.rounding if distance_m < r.below_m), None)
    # Half goes up, as Math.round does: the page must come to the same number.
    return None if to_m is None else float(floor(distance_m / to_m + 0.5) * to_m)


# Whoever tells only of two rings is silent all the way between them.
CROSSING_PATIENCE_SECONDS = 1_800.0


def patience_seconds(distance_m: float | None, plan: Plan = SHIPPED) -> float:
    """How long silence after a report at this range is nothing unusual."""
    expected = seconds_to_next(
        distance_m or plan.steps[0].beyond_m + 1.0, plan.first_seconds, plan
    )
    return max(30.0, 2.5 * expected)
