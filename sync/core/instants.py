"""Which instants a shop can mean: those whose neighbours, in every time zone, are instants too."""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
# What follows from an instant of our time, such as the end of a hold, may lie beyond it.
FARTHEST = datetime(2300, 1, 1, tzinfo=UTC)


def of_our_time(*instants: datetime | None, latest: datetime = LATEST) -> None:
    """Raise ValueError for an instant that no order or offer can have: sums with it would overflow."""
    for at in instants:
        if at is not None and not EARLIEST <= at < latest:
            raise ValueError(f"an instant lies between {EARLIEST.year} and {latest.year}")
