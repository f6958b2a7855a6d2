"""Events: facts that happened, in the past tense, with pseudonymous keys only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One fact. `kind` follows from the class name: OrderStaged becomes order_staged.

    `aggregate` names the field that holds the id of the thing the fact is about. No names, notes, contacts,
    ranges or coordinates: what identifies a person lives in erasable tables.
    """

    kind: ClassVar[str] = "event"
    version: ClassVar[int] = 1
    aggregate: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def aggregate_id(self) -> str:
        """The id of the thing this fact is about."""
        return str(getattr(self, self.aggregate))


def event_kinds(base: type[Event] = Event) -> Iterator[type[Event]]:
    """Every kind of event that is loaded, for the docs, the bindings and the contract tests."""
    for kind in base.__subclasses__():
        yield kind
        yield from event_kinds(kind)
