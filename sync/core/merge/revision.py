"""Records with one owner, who counts their revisions up: the highest revision stands."""

from __future__ import annotations

from typing import Protocol, TypeVar

from sync.core.canonical import canonical


class Revised(Protocol):
    """Anything whose owner counts its changes."""

    @property
    def revision(self) -> int:
        """Grows with each change by the owner."""


Record = TypeVar("Record", bound=Revised)


def merge(one: Record, other: Record) -> Record:
    """The higher revision; equal revisions that differ settle the same way on both ends."""
    return max(one, other, key=lambda record: (record.revision, canonical(record)))
