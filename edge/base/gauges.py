"""Numbers that only those who run things know, given by name to whoever shows them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

Number = Callable[[], float]


class Gauges:
    """Filled by those who put the parts together; asked when somebody looks."""

    def __init__(self) -> None:
        self._numbers: dict[str, Number] = {}

    def give(self, name: str, number: Number) -> None:
        """Say how to find a number."""
        self._numbers[name] = number

    def value(self, name: str) -> float | None:
        """The number now; None where nobody gave it."""
        number = self._numbers.get(name)
        return None if number is None else float(number())


class LogCounter(logging.Handler):
    """Counts log records by level, so that a rise of errors is seen without reading the log."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler."""
        self.counts[record.levelname] += 1
