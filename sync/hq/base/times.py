"""Instants as HQ's database keeps them: ISO 8601, UTC, microseconds, so that text order is time order."""

from datetime import UTC, datetime


def text(at: datetime) -> str:
    """`at` (aware) as text that sorts by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def parse(stored: str) -> datetime:
    """The instant that `text` wrote; aware, UTC."""
    return datetime.fromisoformat(stored)
