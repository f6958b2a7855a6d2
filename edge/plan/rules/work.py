"""What the plan must know of one order, of an extra, and of the people on shift: values only."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec


class Job(StrEnum):
    """What one person does without a pause."""

    BRING = "bring"
    PICK = "pick"
    MAKE = "make"
    EXTRA = "extra"


class Stage(StrEnum):
    """How far a job has come; NONE: there is nothing to do, LEFT: somebody began and let their time run out."""

    NONE = "none"
    WAITING = "waiting"
    LEFT = "left"
    BEGUN = "begun"
    DONE = "done"


class Window(msgspec.Struct, frozen=True):
    """When the customer comes: early, middle and late; `is_known` when more than the promise tells it."""

    low_at: datetime
    middle_at: datetime
    high_at: datetime
    is_known: bool = True


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One open order, or one extra of an order, as the plan sees it.

    `lines`: shelf lines still to look for, by zone.
    `here_at`: since when the customer stands in the store.
    `part_of`: the order that an extra belongs to.
    """

    ref: str
    promise_at: datetime
    coming: Window
    lines: Mapping[str, int] = {}
    picking: Stage = Stage.NONE
    making: Stage = Stage.NONE
    make_seconds: float = 0.0
    here_at: datetime | None = None
    is_coming: bool = False
    is_brought: bool = False
    is_extra: bool = False
    part_of: str = ""

    @property
    def is_prepared(self) -> bool:
        """Nothing is left to pick or to make."""
        done = (Stage.NONE, Stage.DONE)
        return self.picking in done and self.making in done

    @property
    def is_begun(self) -> bool:
        """Somebody is or was at it: it keeps its place."""
        begun = (Stage.BEGUN, Stage.LEFT)
        return self.picking in begun or self.making in begun


class Crew(msgspec.Struct, frozen=True):
    """The people on shift, and how many of them are known to be at a job of the plan."""

    on_shift: int = 1
    at_work: int = 0

    @property
    def idle(self) -> int:
        """Nobody knows of a job that they are at; some of them serve at the till or carry boxes."""
        return max(0, self.on_shift - self.at_work)
