"""Staff at work: whoever is free takes the first thing that is to be done.

What comes first is a work order's to say, the board's own or another; how long each step really takes is the day's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge.rehearsal.agenda import Agenda
from edge.rehearsal.asking import Answer, Surprises
from edge.rehearsal.ports import Hands
from edge.rehearsal.tasks import LifeOf, Step, Task, WorkOrder
from edge.rehearsal.truth import Life
from edge.screens.shown import Button

_GLANCE_SECONDS = 60.0
_EXTRA_SECONDS = 150.0
_LONGEST_NIGHT_SECONDS = 86_400.0
# For so long somebody waits outside with the bags of a customer who was expected.
_PATIENCE_SECONDS = 600.0
_SLIPS_ONE_IN = 40
_BINS = [f"{shelf}{n}" for shelf in "ABCDEFGH" for n in range(1, 41)]
# A colder-hearted check than the product's own: a card of an order we know nothing of is a surprise.
_FOREIGN = "the board shows an order that nobody placed: {}"

CodeOf = Callable[[Life], str]
Gone = Callable[[float, Life, Hands], None]


@dataclass
class _Meeting:
    """Somebody stands outside with the bags, and the customer has not come yet."""

    life: Life
    worker: Hands
    until_s: float


class Floor:
    """The people on shift and what they do next."""

    def __init__(
        self,
        workers: Sequence[Hands],
        agenda: Agenda,
        *,
        work: WorkOrder,
        life_of: LifeOf,
        code_of: CodeOf,
        handed_over: Gone,
        closes_s: float,
        surprises: Surprises,
    ) -> None:
        self._workers, self._agenda, self._work = workers, agenda, work
        self._life_of, self._code_of, self._handed_over = life_of, code_of, handed_over
        self._closes_s, self._surprises = closes_s, surprises
        self._free_bins = list(reversed(_BINS))
        self._bin_of: dict[str, str] = {}
        self._outside: list[_Meeting] = []
        # Brought back in, with nobody outside when their customers come after all.
        self._came_late: list[Life] = []
        self._next_glance_s = self._planned_look_s = float("-inf")
        self.skip_pick_of = ""
        self.worked_s = 0.0

    def look(self, at_s: float, *, is_news: bool) -> None:
        """Let everybody who is free take work; without news only once in a while."""
        self._meet(at_s)
        free = [one for one in self._workers if self._is_available(one, at_s)]
        if not free or not (is_news or at_s >= self._next_glance_s):
            return
        self._next_glance_s = at_s + _GLANCE_SECONDS
        idle = len(free)
        for worker in free:
            if self._goes_out_again(at_s, worker):
                idle -= 1
                continue
            idle -= self._takes_something(at_s, worker, idle=idle)
            if self._work.lets_all_wait:
                break

    def _goes_out_again(self, at_s: float, worker: Hands) -> bool:
        life = next((life for life in self._came_late if life.came_at is not None), None)
        if life is None:
            return False
        self._came_late.remove(life)
        worker.is_at_work = not life.end and self._bring_out(at_s, worker, life)
        return worker.is_at_work

    def _is_available(self, worker: Hands, at_s: float) -> bool:
        # Whoever closes the store stays until the last customer who is on the way has come.
        closes = at_s >= self._closes_s and worker.person.to_s >= self._closes_s
        return not worker.is_at_work and (closes or worker.person.is_free(at_s))

    def begin(self) -> None:
        """Everybody looks up when they come and when another duty ends."""
        for worker in self._workers:
            for at_s in worker.person.frees():
                self._agenda.at(at_s, lambda _at_s: None)

    def _takes_something(self, at_s: float, worker: Hands, *, idle: int) -> bool:
        for task in self._work.tasks(at_s, worker, idle=idle):
            if self._take(at_s, worker, task):
                return True
        self._look_again(at_s)
        return False

    def _look_again(self, at_s: float) -> None:
        """Work may become due although nothing happens."""
        changes_s = self._work.changes_at(at_s)
        if changes_s is None or at_s >= self._closes_s + _LONGEST_NIGHT_SECONDS:
            return
        next_s = max(at_s + 1.0, changes_s)
        if self._planned_look_s <= at_s or next_s < self._planned_look_s:
            self._planned_look_s = next_s
            self._agenda.at(next_s, lambda _at_s: None)

    def _take(self, at_s: float, worker: Hands, task: Task) -> bool:
        if task.step is Step.EXTRA:
            worker.is_at_work = task.button is not None and self._prepare_extra(
                at_s, worker, task.button
            )
            return worker.is_at_work
        if task.life is None:
            self._surprises.note(_FOREIGN.format(task.number))
            return False
        begin = {Step.BRING_OUT: self._bring_out, Step.PICK: self._pick, Step.MAKE: self._make}
        worker.is_at_work = begin[task.step](at_s, worker, task.life)
        return worker.is_at_work

    # -- picking --

    def _pick(self, at_s: float, worker: Hands, life: Life) -> bool:
        if not self._went_well(worker.start_picking(life.order_id), "start picking", life):
            return False
        life.is_begun = True
        order, began_s = life.planned, at_s
        at_s += order.fetch_s
        for line in worker.walk(life.order_id):
            at_s += order.lines[line - 1].pick_s
            self._agenda.at(at_s, self._pick_line(worker, life, line), quiet=True)
        self._agenda.at(at_s + order.stage_s, self._stage(worker, life, began_s))
        return True

    def _pick_line(self, worker: Hands, life: Life, line_no: int) -> Callable[[float], None]:
        def pick(at_s: float) -> None:
            if life.end:
                return
            if self.skip_pick_of == life.planned.id:
                self.skip_pick_of = ""
            else:
                life.fetched_lines.add(line_no)
            if _slips(life, line_no):
                self._slip(worker, life, line_no)
            self._went_well(worker.pick(life.order_id, line_no, 1), f"pick line {line_no}", life)

        return pick

    def _slip(self, worker: Hands, life: Life, line_no: int) -> None:
        """A thumb on "Not here" by mistake, taken back at once."""
        self._went_well(worker.pick(life.order_id, line_no, 0), "note as short", life)
        self._went_well(worker.undo(life.order_id), "undo", life)

    def _stage(self, worker: Hands, life: Life, began_s: float) -> Callable[[float], None]:
        def stage(at_s: float) -> None:
            self._is_done(worker, at_s - began_s)
            if life.end:
                return
            bin_name = self._free_bins.pop()
            self._bin_of[life.order_id] = bin_name
            if self._went_well(worker.stage(life.order_id, bin_name), "stage", life):
                life.staged_at = at_s

        return stage

    def _is_done(self, worker: Hands, seconds: float) -> None:
        worker.is_at_work = False
        self.worked_s += seconds

    # -- making --

    def _make(self, at_s: float, worker: Hands, life: Life) -> bool:
        finish = life.planned.finish
        if finish is None or not self._went_well(
            worker.finish(life.order_id, "started"), "start making", life
        ):
            return False
        life.is_being_made = True
        prep_s = finish.prep_s

        def made(done_s: float) -> None:
            self._is_done(worker, prep_s)
            if not life.end and self._went_well(
                worker.finish(life.order_id, "done"), "finish", life
            ):
                life.finished_at = done_s

        self._agenda.at(at_s + prep_s, made)
        return True

    def _prepare_extra(self, at_s: float, worker: Hands, button: Button) -> bool:
        """What a customer added on the way."""
        if not worker.press(button).is_fine:
            return False

        def prepared(_at_s: float) -> None:
            self._is_done(worker, _EXTRA_SECONDS)
            # Refused once the order has left: then it was taken along unprepared.
            worker.press(button, state="done")

        self._agenda.at(at_s + _EXTRA_SECONDS, prepared)
        return True

    # -- handing over --

    def _bring_out(self, at_s: float, worker: Hands, life: Life) -> bool:
        if not self._went_well(worker.bring_out(life.order_id), "bring out", life):
            return False
        life.is_out = True
        out_s = life.planned.bring_out_s

        def is_outside(now_s: float) -> None:
            self.worked_s += out_s
            self._outside.append(_Meeting(life, worker, now_s + _PATIENCE_SECONDS))
            self._meet(now_s)
            if life.came_at is None:
                self._agenda.at(now_s + _PATIENCE_SECONDS, lambda _at_s: None)

        self._agenda.at(at_s + out_s, is_outside, quiet=True)
        return True

    def _meet(self, at_s: float) -> None:
        """Who stands outside gives the bags to whom they wait for, or takes them back in."""
        for meeting in list(self._outside):
            if meeting.life.end:
                self._outside.remove(meeting)
                self._is_done(meeting.worker, 0.0)
            elif meeting.life.came_at is not None or meeting.life.is_foreign:
                self._outside.remove(meeting)
                give_s = at_s + meeting.life.planned.handover_s
                self._agenda.at(give_s, self._gives(meeting.worker, meeting.life))
            elif at_s >= meeting.until_s:
                self._outside.remove(meeting)
                back_s = at_s + meeting.life.planned.bring_out_s
                self._agenda.at(back_s, self._is_back(meeting.worker, meeting.life))

    def _is_back(self, worker: Hands, life: Life) -> Callable[[float], None]:
        def back(_at_s: float) -> None:
            self._came_late.append(life)
            self._is_done(worker, life.planned.bring_out_s + _PATIENCE_SECONDS)

        return back

    def _gives(self, worker: Hands, life: Life) -> Callable[[float], None]:
        def give(given_s: float) -> None:
            self._is_done(worker, life.planned.handover_s)
            if not life.end and self.give(given_s, worker, life):
                self.clear_bin(life)
                self._handed_over(given_s, life, worker)

        return give

    def give(self, at_s: float, worker: Hands, life: Life) -> bool:
        """Hand an order over, by the pass's code where there is one."""
        code = self._code_of(life)
        reason = "" if code else "Name and order number checked at the desk"
        if not self._went_well(
            worker.hand_over(life.order_id, code=code, reason=reason), "hand over", life
        ):
            return False
        life.given.append((at_s, life.shown_number))
        return True

    def clear_bin(self, life: Life) -> None:
        """The bags are gone."""
        if name := self._bin_of.pop(life.order_id, ""):
            self._free_bins.insert(0, name)

    def _went_well(self, answer: Answer, what: str, life: Life) -> bool:
        if not answer.is_fine:
            self._surprises.note(
                f"{what} of {life.planned.id} was refused: {answer.status} {answer.code} {answer.text[:200]}"
            )
        return answer.is_fine


def _slips(life: Life, line_no: int) -> bool:
    """Whether this is one of the few lines at which somebody's thumb slips: always the same ones."""
    return sum(map(ord, f"{life.planned.id}{line_no}")) % _SLIPS_ONE_IN == 0
