"""Seconds from opening, as a day is written, and the instants that they are."""

from __future__ import annotations

from datetime import datetime, timedelta


class Timeline:
    """A day's own time; `opening` is second 0."""

    def __init__(self, opening: datetime) -> None:
        self.opening = opening
        self.at_s = float("-inf")

    def moment(self, seconds: float) -> datetime:
        """The instant that lies so many seconds after opening."""
        return self.opening + timedelta(seconds=seconds)

    def seconds(self, at: datetime) -> float:
        """How many seconds after opening an instant lies."""
        return (at - self.opening).total_seconds()
