"""A figure: what was measured, its floor, what must hold, and whether it does."""

import json
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of `make bench`."""

    name: str
    value: float
    unit: str
    floor: float
    ratio: float
    hold: str
    ok: bool

    def line(self) -> str:
        """As one JSON line."""
        rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}
        return json.dumps(rounded)


def at_most(name: str, value: float, unit: str, *, floor: float, most: float) -> Figure:
    """Value must stay at or under `most`, an absolute number."""
    ratio = value / floor if floor else 0.0
    hold = f"<= {most:g} {unit}"
    return Figure(
        name=name, value=value, unit=unit, floor=floor, ratio=ratio, hold=hold, ok=value <= most
    )


def at_least(name: str, value: float, unit: str, *, floor: float, least: float) -> Figure:
    """Value must reach `least`, an absolute number."""
    ratio = value / floor if floor else 0.0
    hold = f">= {least:g} {unit}"
    return Figure(
        name=name, value=value, unit=unit, floor=floor, ratio=ratio, hold=hold, ok=value >= least
    )


def within(name: str, value: float, unit: str, *, floor: float, times: float) -> Figure:
    """Value must stay within so many times its floor."""
    ratio = value / floor
    hold = f"<= {times:g}x floor"
    return Figure(
        name=name, value=value, unit=unit, floor=floor, ratio=ratio, hold=hold, ok=ratio <= times
    )


def p50(values: list[float]) -> float:
    """The middle of the measured values."""
    return float(median(values))
