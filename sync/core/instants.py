"""Instants: how they are kept as text, and which of them a shop can mean."""

from __future__ import annotations

from datetime import UTC, datetime

# Beyond these, sums with an instant or its neighbours in other time zones could overflow.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
# What follows from an instant of our time, such as the end of a hold, may lie beyond it.
FARTHEST = datetime(2300, 1, 1, tzinfo=UTC)


def text(at: datetime) -> str:
    """`at` (aware) in ISO 8601, UTC, microseconds: text that sorts by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def parse(kept: str) -> datetime:
    """The instant that `text` wrote; aware, UTC."""
    return datetime.fromisoformat(kept)


def of_our_time(*instants: datetime | None, latest: datetime = LATEST) -> None:
    """Raise ValueError for an instant that no order or offer can have: sums with it would overflow."""
    for at in instants:
        if at is not None and not EARLIEST <= at < latest:
            raise ValueError(f"an instant lies between {EARLIEST.year} and {latest.year}")
