"""What reports need of a store's events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class Event(Protocol):
    """Something that happened in a store."""

    @property
    def kind(self) -> str:
        """What happened."""

    @property
    def about(self) -> str:
        """The order, the offer, or one use of it."""

    @property
    def at(self) -> datetime:
        """When, by the store's clock."""

    @property
    def body(self) -> Mapping[str, Any]:
        """What else was said."""
