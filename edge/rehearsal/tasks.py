"""What a free member of staff may begin now: the board's own order of work, as people follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from edge.rehearsal.ports import Hands
from edge.rehearsal.timeline import Timeline
from edge.rehearsal.truth import Life
from edge.screens.shown import BoardView, Button

LifeOf = Callable[[str], Life | None]


class Step(StrEnum):
    """What there is to do; the end of the address that a button asks."""

    PICK = "picking"
    MAKE = "finish"
    BRING_OUT = "bringing"
    EXTRA = "extra"


_STEPS = {"pick": Step.PICK, "make": Step.MAKE, "bring": Step.BRING_OUT, "extra": Step.EXTRA}


@dataclass(frozen=True)
class Task:
    """One step at one order, or a button that stands for an extra. `number` is how people call it."""

    step: Step
    life: Life | None
    number: str = ""
    button: Button | None = None


class WorkOrder(Protocol):
    """Says what comes first. `lets_all_wait`: whoever was told so last need not be followed by others who ask."""

    lets_all_wait: bool

    def tasks(self, at_s: float, worker: Hands, *, idle: int) -> Iterator[Task]:
        """What `worker`, one of `idle` people who are free, could begin now, the most urgent first."""

    def changes_at(self, at_s: float) -> float | None:
        """When there may be something new to do although nothing happens."""


class BoardOrder:
    """The product's own order: whoever is free does what the board says is next."""

    def __init__(self, life_of: LifeOf, timeline: Timeline) -> None:
        self._life_of, self._timeline = life_of, timeline
        self._seen: BoardView | None = None
        self.lets_all_wait = False

    def tasks(self, at_s: float, worker: Hands, *, idle: int) -> Iterator[Task]:
        """See WorkOrder."""
        board = self._seen = worker.board()
        upcoming = board.next
        self.lets_all_wait = upcoming is not None and not upcoming.ref
        if upcoming is None or not upcoming.ref:
            return
        step = _STEPS[upcoming.job]
        life = None if step is Step.EXTRA else self._life_of(upcoming.ref)
        yield Task(step, life, upcoming.number, upcoming.button)

    def changes_at(self, at_s: float) -> float | None:
        """The board says when it will change by itself."""
        if self._seen is None or not self._seen.cards:
            return None
        return self._timeline.seconds(datetime.fromisoformat(self._seen.refresh_at))
