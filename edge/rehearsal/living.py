"""Actors of a shop that lives: a person may do their work for them, and they go on with the next thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from edge.rehearsal.asking import Answer
from edge.rehearsal.customers import Crowd, Customer
from edge.rehearsal.floor import Floor
from edge.rehearsal.play import Play
from edge.rehearsal.ports import Hands
from edge.rehearsal.tasks import Step, Task
from edge.rehearsal.truth import CANCELLED, HANDED_OVER, NO_SHOW, Life

# What the store calls an end, and what truth calls it.
ENDS = {HANDED_OVER: HANDED_OVER, CANCELLED: CANCELLED, NO_SHOW: NO_SHOW, "restocked": NO_SHOW}


class PatientCrowd(Crowd):
    """Customers whom a refusal tells that somebody else had a hand in their order."""

    def _refused(self, customer: Customer, what: str) -> None:
        customer.life.is_foreign = True


class PatientFloor(Floor):
    """Staff who leave what they do not know alone, and what is refused to whoever was faster."""

    def _take(self, at_s: float, worker: Hands, task: Task) -> bool:
        if task.step is not Step.EXTRA and task.life is None:
            return False
        return super()._take(at_s, worker, task)

    def _went_well(self, answer: Answer, what: str, life: Life) -> bool:
        life.is_foreign = life.is_foreign or not answer.is_fine
        return answer.is_fine


@dataclass
class LivePlay(Play):
    """A day that is being made up while it is played, with a person among the actors."""

    crowd_of: ClassVar[type[Crowd]] = PatientCrowd
    floor_of: ClassVar[type[Floor]] = PatientFloor

    @property
    def open_lives(self) -> list[Life]:
        """Orders that were sent and have not ended, as far as anybody here knows."""
        return [life for life in self.truth.lives.values() if life.is_sent and not life.end]

    def customer_of(self, life: Life) -> Customer:
        """Whose order it is."""
        return self._customers[life.planned.id]

    def look_for_foreign_hands(self) -> list[Life]:
        """Orders that are off the board although no actor ended them: a person did, and how."""
        shown = set(self.stage.workers[0].board().cards)
        ended = []
        for life in self.open_lives:
            if life.order_id in shown:
                continue
            end = ENDS.get(self._state_of(life), "")
            if end:
                life.is_foreign, life.foreign_end = True, end
                self.floor.clear_bin(life)
                ended.append(life)
        return ended
