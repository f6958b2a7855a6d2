"""How often something was taken of how often it was shown, and how sure that is."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

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
