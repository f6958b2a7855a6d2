"""Facts about the plan."""

from typing import ClassVar

from sync.core.event import Event


class DurationsForgotten(Event, frozen=True, kw_only=True):
    """A manager had the store forget how long its work takes, as it had learned it from so many orders."""

    aggregate: ClassVar[str] = "what"

    what: str
    orders: int
