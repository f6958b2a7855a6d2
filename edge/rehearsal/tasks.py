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
from edge.screens.shown import BoardView, Button, Card

# Nobody stands about while an order waits that must be begun within so long.
_AHEAD_SECONDS = 1800.0

LifeOf = Callable[[str], Life | None]


class Step(StrEnum):
    """What there is to do; the end of the address that a button asks."""

    PICK = "picking"
    MAKE = "finish"
    BRING_OUT = "bringing"
    EXTRA = "extra"


@dataclass(frozen=True)
class Task:
    """One step at one order, or a button that stands for an extra. `number` is how people call it."""

    step: Step
    life: Life | None
    number: str = ""
    button: Button | None = None


class WorkOrder(Protocol):
    """Says what comes first."""

    def tasks(self, at_s: float, worker: Hands, *, may_work_ahead: bool) -> Iterator[Task]:
        """What `worker` could begin now, the most urgent first."""

    def changes_at(self, at_s: float) -> float | None:
        """When there may be something new to do although nothing happens."""


class BoardOrder:
    """The product's own order: whoever is free takes the first card that is due."""

    def __init__(self, life_of: LifeOf, timeline: Timeline) -> None:
        self._life_of, self._timeline = life_of, timeline
        self._seen: BoardView | None = None

    def tasks(self, at_s: float, worker: Hands, *, may_work_ahead: bool) -> Iterator[Task]:
        """See WorkOrder."""
        board = self._seen = worker.board()
        cards = sorted(board.cards.values(), key=_rank)
        now = self._timeline.moment(at_s).timestamp()
        for card in cards:
            if task := self._due(card, now):
                yield task
        # Somebody stays at the desk for whoever comes next.
        if may_work_ahead:
            yield from self._ahead(cards, now + _AHEAD_SECONDS)

    def changes_at(self, at_s: float) -> float | None:
        """The board says when it will change by itself: the next order that must be begun."""
        if self._seen is None or not self._seen.cards:
            return None
        return self._timeline.seconds(datetime.fromisoformat(self._seen.refresh_at))

    def _due(self, card: Card, now: float) -> Task | None:
        button = card.button
        if button is None or card.kind == "help":
            return None
        if card.kind == "task":
            is_due = card.rank <= now and _begins(button)
            return Task(Step.EXTRA, None, button=button) if is_due else None
        life, step = self._life_of(card.ref), button.url.rpartition("/")[2]
        if card.lane == "out":
            is_due = card.is_new
        else:
            is_due = card.lane == "pick" and card.rank <= now and _is_free(card, button, life)
        if not is_due or step not in set(Step):
            return None
        return Task(Step(step), life, card.number)

    def _ahead(self, cards: list[Card], until: float) -> Iterator[Task]:
        """Nothing is due: begin the next order that soon will be."""
        for card in cards:
            life = self._life_of(card.ref)
            is_soon = card.lane in {"coming", "later"} and card.rank < until
            if is_soon and life is not None and not life.is_begun:
                yield Task(Step.PICK, life, card.number)


def _begins(button: Button) -> bool:
    return bool(button.body.get("state", "started") == "started")


def _is_free(card: Card, button: Button, life: Life | None) -> bool:
    """Nobody has it; and what is made last waits for its bags."""
    if button.url.endswith(f"/{Step.MAKE}"):
        return _begins(button) and life is not None and life.staged_at is not None
    return _begins(button) and not card.who


def _rank(card: Card) -> tuple[bool, float]:
    return card.lane != "out", card.rank
