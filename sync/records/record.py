"""What a record type is: its shape, which way it travels, what is folded into it, how two truths settle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from sync.core.canonical import canonical


class Direction(StrEnum):
    """Which way a record type travels."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


class Heard(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event as HQ heard it; `hlc` is the effective one. The body keeps fields nobody here knows."""

    store_id: str
    seq: int
    event_id: str
    kind: str
    aggregate_id: str
    at: str
    hlc: str = ""
    version: int = 1
    by: str = ""
    origin: str = "edge"
    body: dict[str, Any] = {}


class CannotFold(Exception):
    """This event has no place in its record: HQ keeps it, but its effect goes to quarantine."""


Fold = Callable[[Any, Heard], Any]


def _nothing(current: Any, heard: Heard) -> Any:
    raise CannotFold(f"{heard.kind} is not folded")


def _aggregate(heard: Heard) -> str:
    return heard.aggregate_id


@dataclass(frozen=True)
class RecordType:
    """One row of the registry. `fold` takes the record so far (or None) and gives the next one."""

    name: str
    shape: type[Any]
    direction: Direction
    merge: Callable[[Any, Any], Any]
    digest_fields: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    fold: Fold = _nothing
    record_id: Callable[[Heard], str] = _aggregate
    up_shape: type[Any] | None = None

    @property
    def travels_up(self) -> bool:
        """Whether stores tell HQ of it."""
        return self.direction is not Direction.DOWN

    @property
    def travels_down(self) -> bool:
        """Whether HQ tells stores of it."""
        return self.direction is not Direction.UP

    def read(self, body: bytes | str) -> Any:
        """The record in a feed body; msgspec.ValidationError if it is none. Unknown fields pass."""
        return msgspec.json.decode(body, type=self.shape, strict=False)

    def read_folded(self, body: bytes | str) -> Any:
        """The record in HQ's own row of what was folded."""
        return msgspec.json.decode(body, type=self.up_shape or self.shape, strict=False)

    def text(self, record: Any) -> bytes:
        """A record as it is stored and sent."""
        return canonical(record)

    def digest_values(self, record: Any) -> Sequence[object]:
        """What edge and HQ must agree on for this record, in a fixed order."""
        return [getattr(record, name) for name in self.digest_fields]


def body_as(shape: type[Any], heard: Heard, **known: object) -> Any:
    """The event's body as a record, with what the envelope knows; CannotFold if it does not fit."""
    try:
        return msgspec.convert({**heard.body, **known}, shape, strict=False)
    except msgspec.ValidationError as problem:
        raise CannotFold(str(problem)) from problem
