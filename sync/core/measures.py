"""How figures are made of what was counted: the same at a store and at HQ, so that both say the same."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from typing import NamedTuple

SHORT_WAIT_SECONDS = 120.0
Z90 = 1.6449


class Share(NamedTuple):
    """A share of what was shown with its Wilson interval (90 %), each from 0 to 1; without any, all is possible."""

    taken: int
    shown: int
    low: float
    high: float

    @property
    def middle(self) -> float | None:
        """The share as it was counted; None when nothing was shown."""
        return self.taken / self.shown if self.shown else None


def share(taken: int, shown: int, z: float = Z90) -> Share:
    """Wilson's score interval (1927): honest for small counts, and never below 0 or above 1."""
    taken = min(taken, shown)
    if shown <= 0:
        return Share(0, 0, 0.0, 1.0)
    p, zz = taken / shown, z * z
    centre = p + zz / (2 * shown)
    spread = z * sqrt(p * (1 - p) / shown + zz / (4 * shown * shown))
    scale = 1 + zz / shown
    return Share(
        taken, shown, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
    )


def nearest_rank(ordered: Sequence[float], part: float) -> float | None:
    """The value below or at which so large a part of all lies, from 0 to 1; None of nothing."""
    return ordered[max(0, ceil(part * len(ordered)) - 1)] if ordered else None
