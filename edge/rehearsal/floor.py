"""Staff at work: whoever is free looks at the board and takes the first card that is due.

They follow the product's order of work and its next steps; how long each step really takes is the day's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from edge.rehearsal.agenda import Agenda
from edge.rehearsal.asking import Answer, Surprises
from edge.rehearsal.conducting import Tempo
from edge.rehearsal.people import Worker
from edge.rehearsal.truth import Life

_GLANCE_SECONDS = 60.0
# Nobody stands about while an order waits that must be begun within so long.
_AHEAD_SECONDS = 1800.0
_EXTRA_SECONDS = 150.0
_LONGEST_NIGHT_SECONDS = 86_400.0
_SLIPS_ONE_IN = 40
_BINS = [f"{shelf}{n}" for shelf in "ABCD" for n in range(1, 41)]
# A colder-hearted check than the product's own: a card of an order we know nothing of is a surprise.
_FOREIGN = "the board shows an order that nobody placed: {}"

CodeOf = Callable[[Life], str]
Gone = Callable[[float, Life, Worker], None]


class Floor:
    """The people on shift and what they do next."""

    def __init__(
        self,
        workers: list[Worker],
        agenda: Agenda,
        *,
        life_of: Callable[[str], Life | None],
        code_of: CodeOf,
        handed_over: Gone,
        tempo: Tempo,
        closes_s: float,
        surprises: Surprises,
    ) -> None:
        self._workers, self._agenda = workers, agenda
        self._life_of, self._code_of, self._handed_over = life_of, code_of, handed_over
        self._tempo, self._closes_s, self._surprises = tempo, closes_s, surprises
        self._free_bins = list(reversed(_BINS))
        self._bin_of: dict[str, str] = {}
        self._next_glance_s = self._planned_look_s = float("-inf")
        self.skip_pick_of = ""

    def look(self, at_s: float, *, is_news: bool) -> None:
        """Let everybody who is free take work; without news only once in a while."""
        free = [one for one in self._workers if self._is_available(one, at_s)]
        if not free or not (is_news or at_s >= self._next_glance_s):
            return
        self._next_glance_s = at_s + _GLANCE_SECONDS
        while free and self._take_first_card(at_s, free[0], may_work_ahead=len(free) > 1):
            del free[0]

    def _is_available(self, worker: Worker, at_s: float) -> bool:
        # Whoever closes the store stays until the last customer who is on the way has come.
        closes = at_s >= self._closes_s and worker.person.to_s >= self._closes_s
        return not worker.is_at_work and (closes or worker.person.is_free(at_s))

    def begin(self) -> None:
        """Everybody looks up when they come and when another duty ends."""
        for worker in self._workers:
            for at_s in worker.person.frees():
                self._agenda.at(at_s, lambda _at_s: None)

    def _take_first_card(self, at_s: float, worker: Worker, *, may_work_ahead: bool) -> bool:
        board = worker.board()
        due = sorted(
            (card for card in board["cards"].values() if self._is_due(card, at_s)), key=_rank
        )
        if any(self._take(at_s, worker, card) for card in due):
            return True
        # Somebody stays at the desk for whoever comes next.
        if may_work_ahead and self._works_ahead(at_s, worker, board["cards"].values()):
            return True
        if board["cards"] and at_s < self._closes_s + _LONGEST_NIGHT_SECONDS:
            self._look_again_at(at_s, board["refresh_at"])
        return False

    def _works_ahead(self, at_s: float, worker: Worker, cards: Iterable[dict[str, Any]]) -> bool:
        """Nothing is due: begin the next order that soon will be."""
        until = self._tempo.moment(at_s + _AHEAD_SECONDS).timestamp()
        soon = [
            card for card in cards if card["lane"] in {"coming", "later"} and card["rank"] < until
        ]
        lives = [self._life_of(card["ref"]) for card in sorted(soon, key=_rank)]
        life = next((one for one in lives if one is not None and not one.is_begun), None)
        worker.is_at_work = life is not None and self._pick(at_s, worker, life)
        return worker.is_at_work

    def _look_again_at(self, at_s: float, refresh_at: str) -> None:
        """The board says when it will change by itself: the next order that must be begun."""
        next_s = max(at_s + 1.0, self._tempo.seconds(datetime.fromisoformat(refresh_at)))
        if self._planned_look_s <= at_s or next_s < self._planned_look_s:
            self._planned_look_s = next_s
            self._agenda.at(next_s, lambda _at_s: None)

    def _is_due(self, card: dict[str, Any], at_s: float) -> bool:
        if not card.get("button"):
            return False
        if card.get("kind") == "help":
            return False
        if card["lane"] == "out":
            return bool(card.get("is_new"))
        is_due = card["lane"] == "pick" and card["rank"] <= self._tempo.moment(at_s).timestamp()
        return is_due and self._is_free(card)

    def _is_free(self, card: dict[str, Any]) -> bool:
        """Nobody has it; and what is made last waits for its bags."""
        begins = card["button"].get("body", {}).get("state", "started") == "started"
        if card["button"]["url"].endswith("/finish"):
            life = self._life_of(card["ref"])
            return begins and life is not None and life.staged_at is not None
        return begins and not card.get("who")

    def _take(self, at_s: float, worker: Worker, card: dict[str, Any]) -> bool:
        if card.get("kind") == "task":
            worker.is_at_work = self._prepare_extra(at_s, worker, card["button"])
            return worker.is_at_work
        step = card["button"]["url"].rpartition("/")[2]
        life = self._life_of(card["ref"])
        if life is None:
            self._surprises.note(_FOREIGN.format(card["number"]))
            return False
        begin = {"bringing": self._bring_out, "picking": self._pick, "finish": self._make}.get(
            step
        )
        worker.is_at_work = begin is not None and begin(at_s, worker, life)
        return worker.is_at_work

    # -- picking --

    def _pick(self, at_s: float, worker: Worker, life: Life) -> bool:
        if not self._went_well(worker.start_picking(life.order_id), "start picking", life):
            return False
        life.is_begun = True
        order = life.planned
        at_s += order.fetch_s
        for line in self._walk(worker, life):
            at_s += order.lines[line - 1].pick_s
            self._agenda.at(at_s, self._pick_line(worker, life, line), quiet=True)
        self._agenda.at(at_s + order.stage_s, self._stage(worker, life))
        return True

    def _walk(self, worker: Worker, life: Life) -> list[int]:
        shown = worker.order(life.order_id).get("lines", [])
        return [line["line_no"] for line in shown if not line["made_to_order"]]

    def _pick_line(self, worker: Worker, life: Life, line_no: int) -> Callable[[float], None]:
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

    def _slip(self, worker: Worker, life: Life, line_no: int) -> None:
        """A thumb on "Not here" by mistake, taken back at once."""
        self._went_well(worker.pick(life.order_id, line_no, 0), "note as short", life)
        self._went_well(worker.undo(life.order_id), "undo", life)

    def _stage(self, worker: Worker, life: Life) -> Callable[[float], None]:
        def stage(at_s: float) -> None:
            worker.is_at_work = False
            if life.end:
                return
            bin_name = self._free_bins.pop()
            self._bin_of[life.order_id] = bin_name
            if self._went_well(worker.stage(life.order_id, bin_name), "stage", life):
                life.staged_at = at_s

        return stage

    # -- making --

    def _make(self, at_s: float, worker: Worker, life: Life) -> bool:
        finish = life.planned.finish
        if finish is None or not self._went_well(
            worker.finish(life.order_id, "started"), "start making", life
        ):
            return False

        def made(done_s: float) -> None:
            worker.is_at_work = False
            if not life.end and self._went_well(
                worker.finish(life.order_id, "done"), "finish", life
            ):
                life.finished_at = done_s

        self._agenda.at(at_s + finish.prep_s, made)
        return True

    def _prepare_extra(self, at_s: float, worker: Worker, button: dict[str, Any]) -> bool:
        """What a customer added on the way."""
        if not worker.press(button).is_fine:
            return False

        def prepared(_at_s: float) -> None:
            worker.is_at_work = False
            # Refused once the order has left: then it was taken along unprepared.
            worker.press(button, state="done")

        self._agenda.at(at_s + _EXTRA_SECONDS, prepared)
        return True

    # -- handing over --

    def _bring_out(self, at_s: float, worker: Worker, life: Life) -> bool:
        if not self._went_well(worker.bring_out(life.order_id), "bring out", life):
            return False

        def give(given_s: float) -> None:
            worker.is_at_work = False
            if not life.end and self.give(given_s, worker, life):
                self.clear_bin(life)
                self._handed_over(given_s, life, worker)

        self._agenda.at(at_s + life.planned.bring_out_s + life.planned.handover_s, give)
        return True

    def give(self, at_s: float, worker: Worker, life: Life) -> bool:
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


def _rank(card: dict[str, Any]) -> tuple[bool, float]:
    return card["lane"] != "out", card["rank"]
