"""How long each job takes: figures that ship, and the same figures as a store has learned them."""

from collections.abc import Mapping

import msgspec

ZONES = ("ambient", "chilled", "frozen")


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds by job. Picking: the way to the first shelf, each line by its zone, and bagging into a bin.

    `making` stretches the catalogue's own preparation time.
    """

    fetch_s: float = 55.0
    ambient_s: float = 20.0
    chilled_s: float = 20.0
    frozen_s: float = 20.0
    stage_s: float = 28.0
    bring_s: float = 80.0
    making: float = 1.0

    def pick_seconds(self, lines: Mapping[str, int], *, is_begun: bool = False) -> float:
        """Seconds until so many lines, by zone, are looked for and lie in a bin."""
        a_line = {"chilled": self.chilled_s, "frozen": self.frozen_s}
        picking = sum(n * a_line.get(zone, self.ambient_s) for zone, n in lines.items())
        return (0.0 if is_begun else self.fetch_s) + picking + self.stage_s

    def make_seconds(self, catalogue_s: float) -> float:
        """Seconds of making for what the catalogue says takes so long."""
        return self.making * catalogue_s


# Medians of a store day as it is played by the simulator; a store learns its own (learning.py).
SHIPPED = Pace()
