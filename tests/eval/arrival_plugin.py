"""The product's own rules, as a replay of recorded trips asks for them: a band and "likely here" after each report.

Nothing is fitted and nothing is decided here: `figures` names the file of coefficients that ships.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from edge.arrivals.rules import door, forecast  # noqa: E402 - a replay runs from anywhere
from edge.arrivals.rules.reports import RangeReport, Trail, follow  # noqa: E402

Observation = tuple[float, float, float | None]


class Predictor:
    """Follows the reports as the store does and answers from its forecast and its door."""

    name = "store-edge"
    figures = str(ROOT / "edge" / "arrivals" / "rules" / "figures.py")

    def __init__(self) -> None:
        self._seen: list[Observation] = []
        self._trail = Trail()

    def predict(self, observations: list[Observation]) -> tuple[tuple[float, float, float], bool]:
        """Seconds left (p10, p50, p90) and whether somebody seems to stand at the door."""
        trail = self._followed(observations)
        band = forecast.forecast(trail)
        return (band.p10, band.p50, band.p90), door.is_likely_here(trail)

    def _followed(self, observations: list[Observation]) -> Trail:
        """The trail of all observations; only what is new since the last question is followed."""
        known = len(self._seen)
        if observations[:known] != self._seen:
            known, self._trail = 0, Trail()
        for seq, one in enumerate(observations[known:], start=known):
            self._trail = follow(self._trail, RangeReport(seq, *one))
        self._seen = list(observations)
        return self._trail
