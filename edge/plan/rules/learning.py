"""How long work takes in this store: learned from what happened, drawn towards the shipped figures while little did.

Picking is a line through the orders: so much for the way and the bags, so much a line in each zone. It is fitted by
ridge regression towards the shipped figures (Hoerl and Kennard 1970; the same as a normal prior on each figure), from
sums alone, so that no order is kept. Hours of the day, making and bringing out are means, each with some imagined
orders that went as shipped. What is old fades: the sums are worth some hundred orders at most.
No staff and no customer is in any of it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from edge.plan.rules.pace import SHIPPED, ZONES, Pace

# So many orders with the shipped figures are imagined beside the real ones.
IMAGINED = 8.0
# The newest orders count; those some hundred back have faded.
WORTH_AT_MOST = 200.0
# Picking one order varies by about so many seconds whatever is learned; the figures by so much from store to store.
NOISE_S = 80.0
FIXED_SPREAD_S, LINE_SPREAD_S = 30.0, 8.0
# No figure is ever learned beyond so many times the shipped one, or below that part of it.
FARTHEST = 3.0
# What took so many times longer or shorter than expected was no work: a break, a clock that was set, a wrong tap.
SENSELESS = 6.0
LONGEST_S = 3_600.0
SHORTEST_S = 5.0

PICK, MAKE, BRING = "pick", "make", "bring"


class Sums(msgspec.Struct, frozen=True):
    """What is kept of many orders: how many (faded), and the sums of what is learned from them."""

    orders: float = 0.0
    sums: tuple[float, ...] = ()
    seen: int = 0


Learned = Mapping[str, Sums]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One order that was handed over: what was done, and how many seconds each part took; None where unknown."""

    hour: int
    lines: Mapping[str, int]
    pick_s: float | None = None
    make_s: float | None = None
    catalogue_s: float = 0.0
    bring_s: float | None = None


def learn(learned: Learned, done: Done) -> dict[str, Sums]:
    """What is known after one order more; only the sums that changed."""
    pace = pace_of(learned)
    changed: dict[str, Sums] = {}
    expected = pace.pick_seconds(done.lines)
    if done.pick_s is not None and any(done.lines.values()) and is_sensible(done.pick_s, expected):
        row, name = _row(done.lines), hour_name(done.hour)
        seconds = within(done.pick_s, expected)
        changed[name] = _add(learned.get(name), (seconds / expected,))
        # What the hour explains is not the way's or the zone's.
        usual = seconds / _mean(changed[name], 1.0)
        products = [a * b for n, a in enumerate(row) for b in row[n:]]
        changed[PICK] = _add(learned.get(PICK), (*products, *(a * usual for a in row)))
    if done.make_s is not None and is_sensible(done.make_s, done.catalogue_s):
        share = within(done.make_s, done.catalogue_s) / done.catalogue_s
        changed[MAKE] = _add(learned.get(MAKE), (share,))
    if done.bring_s is not None and is_sensible(done.bring_s, SHIPPED.bring_s):
        changed[BRING] = _add(learned.get(BRING), (within(done.bring_s, SHIPPED.bring_s),))
    return changed


def is_sensible(seconds: float, expected: float) -> bool:
    """Whether it can have been work."""
    if expected <= 0.0 or not SHORTEST_S <= seconds <= LONGEST_S:
        return False
    return expected / SENSELESS <= seconds <= expected * SENSELESS


def within(seconds: float, expected: float) -> float:
    """One odd order moves nothing far."""
    return min(expected * FARTHEST, max(expected / FARTHEST, seconds))


def hour_name(hour: int) -> str:
    """The name of an hour's sums."""
    return f"hour:{hour:02d}"


def pace_of(learned: Learned, hour: int | None = None) -> Pace:
    """The figures as this store knows them, at an hour of its day or over all of it."""
    fixed, *lines = _picking(learned.get(PICK, Sums()))
    slower = 1.0 if hour is None else _mean(learned.get(hour_name(hour)), 1.0)
    share = slower * fixed / (SHIPPED.fetch_s + SHIPPED.stage_s)
    ambient_s, chilled_s, frozen_s = (slower * each for each in lines)
    return Pace(
        fetch_s=share * SHIPPED.fetch_s,
        stage_s=share * SHIPPED.stage_s,
        ambient_s=ambient_s,
        chilled_s=chilled_s,
        frozen_s=frozen_s,
        bring_s=_mean(learned.get(BRING), SHIPPED.bring_s),
        making=_mean(learned.get(MAKE), 1.0),
    )


def orders_seen(learned: Learned, name: str) -> int:
    """From how many orders it was learned."""
    return learned.get(name, Sums()).seen


def _add(known: Sums | None, more: Sequence[float]) -> Sums:
    before = known or Sums()
    kept = 1.0 - 1.0 / WORTH_AT_MOST
    old = before.sums or (0.0,) * len(more)
    sums = tuple(kept * a + b for a, b in zip(old, more, strict=True))
    return Sums(kept * before.orders + 1.0, sums, before.seen + 1)


def _mean(known: Sums | None, shipped: float) -> float:
    if known is None or not known.sums:
        return shipped
    mean = (IMAGINED * shipped + known.sums[0]) / (IMAGINED + known.orders)
    return within(mean, shipped)


def _row(lines: Mapping[str, int]) -> tuple[float, ...]:
    chilled, frozen = lines.get("chilled", 0), lines.get("frozen", 0)
    ambient = sum(lines.values()) - chilled - frozen
    return (1.0, float(ambient), float(chilled), float(frozen))


def _picking(known: Sums) -> list[float]:
    """The fixed seconds and those a line, ambient, chilled and frozen: the ridge's normal equations, solved."""
    shipped = [SHIPPED.fetch_s + SHIPPED.stage_s, *_shipped_lines()]
    if not known.sums:
        return shipped
    spread = [FIXED_SPREAD_S, *[LINE_SPREAD_S] * len(ZONES)]
    size = len(shipped)
    upper = iter(known.sums)
    matrix = [[0.0] * size for _ in shipped]
    for n in range(size):
        for m in range(n, size):
            matrix[n][m] = matrix[m][n] = next(upper)
    right = list(upper)
    for n in range(size):
        pull = (NOISE_S / spread[n]) ** 2
        matrix[n][n] += pull
        right[n] += pull * shipped[n]
    found = _solved(matrix, right)
    return [within(each, figure) for each, figure in zip(found, shipped, strict=True)]


def _shipped_lines() -> list[float]:
    return [SHIPPED.ambient_s, SHIPPED.chilled_s, SHIPPED.frozen_s]


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; the matrix is symmetric and positive, so nothing need be swapped."""
    size = len(right)
    for n in range(size):
        for m in range(n + 1, size):
            share = matrix[m][n] / matrix[n][n]
            matrix[m] = [b - share * a for a, b in zip(matrix[n], matrix[m], strict=True)]
            right[m] -= share * right[n]
    found = [0.0] * size
    for n in reversed(range(size)):
        rest = sum(matrix[n][m] * found[m] for m in range(n + 1, size))
        found[n] = (right[n] - rest) / matrix[n][n]
    return found
