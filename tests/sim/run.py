"""One run: a chain of stores and its HQ in one thread, from a seed, a workload and a list of faults."""

from __future__ import annotations

import heapq
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any

from edge.offers.rules.events import OfferHonoured
from sync.agent.steps import Answer, Outcome, Rest, Send, Silence, State
from sync.core.errors import Refusal
from sync.hq.base.sqlite import FILE_NAME
from tests.sim import checks, line
from tests.sim.box import Box, fresh_image
from tests.sim.faults import Fault
from tests.sim.hq import Headquarters, Said, scratch
from tests.sim.machines import Image, Killed
from tests.sim.model import Model, Violation
from tests.sim.time_and_chance import Time, chance
from tests.sim.work import CATALOGUE, Workload

BUSY_SECONDS = 240.0
DEEDS_A_STORE = 22
HEAL_SECONDS = 1800.0
# A store whose disk or session stumbled looks again after this long, as its agent does.
STUMBLE_SECONDS = 5.0
LEAST_REST = 0.05
BACKUP_EVERY = 60.0


class Run:
    """Everything of one run; `play` is the whole of it."""

    def __init__(self, seed: int, *, stores: int, faults: Sequence[Fault] = ()) -> None:
        self.seed, self.faults = seed, list(faults)
        self.time = Time()
        self.model = Model()
        self.trace: list[str] = []
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._ordered = 0
        self._folder = scratch()
        self.hq = Headquarters(self._folder, self.time, seed)
        self.hq_backups: list[Image] = []
        self.boxes: list[Box] = []
        names = [f"store-{number}" for number in range(stores)]
        self.hq.command("import-products", text=CATALOGUE.format(milk=240), currency="JPY")
        self.work = Workload(self.hq, self.time, names)
        for number, name in enumerate(names):
            self.add_box(name, name, code=f"S{number}")
        self.healing = False

    def add_box(self, name: str, store_id: str, *, code: str = "") -> Box:
        """A computer becomes a store, a new one or one that was."""
        box = Box(self._folder, name, store_id=store_id, time=self.time, seed=self.seed)
        if code:
            self.hq.command(
                "save-store", store_id=store_id, code=code, name=f"Store {store_id}",
                zone="Asia/Tokyo", public_host=f"{store_id}.localhost",
            )  # fmt: skip
        box.start(fresh_image())
        box.enrol(self.hq)
        self.boxes.append(box)
        self.look(box)
        return box

    # ---- the loop ----

    def at(self, seconds: float, what: Callable[[], None]) -> None:
        """Do this then."""
        self._ordered += 1
        heapq.heappush(self._queue, (max(seconds, self.time.seconds), self._ordered, what))

    def run_until(self, seconds: float) -> None:
        """Let time pass."""
        while self._queue and self._queue[0][0] <= seconds:
            self.time.seconds, _, what = heapq.heappop(self._queue)
            what()
        self.time.seconds = seconds

    def note(self, text: str) -> None:
        """A line of the trace."""
        self.trace.append(f"{self.time.seconds:9.3f} {text}")

    @property
    def digest(self) -> str:
        """Equal for equal runs."""
        return blake2b("\n".join(self.trace).encode(), digest_size=8).hexdigest()

    def play(self) -> None:
        """Work and faults, then healing, then every check."""
        self.plan()
        self.run_until(BUSY_SECONDS)
        self.heal()
        checks.at_the_end(self)

    def plan(self) -> None:
        """Put the workload and the faults into the queue."""
        dice = chance(self.seed, "when")
        for number in range(DEEDS_A_STORE * len(self.boxes)):
            self.at(dice.uniform(1, BUSY_SECONDS), partial(self.deed, number))
        for fault in self.faults:
            self.at(fault.at, partial(self.strike, fault))
        for n in range(int(BUSY_SECONDS // BACKUP_EVERY)):
            self.at(n * BACKUP_EVERY + 0.5, self.back_up)

    def close(self) -> None:
        """Give the folder back."""
        for box in self.boxes:
            if box.is_up:
                box.stop()
        if self.hq.is_up:
            self.hq.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    # ---- deeds ----

    def deed(self, number: int) -> None:
        """Somebody does something, unless that machine is down."""
        dice = chance(self.seed, "deed", number)
        box = dice.choice(self.boxes)
        self.do(box, lambda: self.work.anything(box, dice))

    def do(self, box: Box, what: Callable[[], str]) -> None:
        """A deed with its possible ends: done, refused, or the machine died in it."""
        if not box.is_up:
            return
        try:
            said = what()
        except Killed:
            self._who_died(box)
            return
        except Refusal as refused:
            said = f"is refused: {refused.code}"
        except sqlite3.Error as problem:
            said = f"fails: {problem}"
        self.note(f"{box.name} {said}")
        self.model.heard(box)
        checks.of_box(self, box)
        self.look(box)

    def back_up(self) -> None:
        """Both sides keep a copy of themselves, as they do at night."""
        if self.hq.is_up and self.hq.machine.fuse is None and not self.hq.machine.disk_full:
            self.hq_backups.append(self.hq.machine.image())
            self.model.backed_up(self.hq.confirm_backup())
        for box in self.boxes:
            if box.is_up:
                box.backups.append((box.machine.image(), list(box.line)))

    # ---- sync ----

    def look(self, box: Box) -> None:
        """The store's agent looks what there is to do, soon."""
        box.waits_at = self.time.seconds
        self.at(self.time.seconds, partial(self.pump, box, self.time.seconds))

    def pump(self, box: Box, meant: float) -> None:
        """One step of the session, unless another look was meant since."""
        if not box.is_up or box.waits_at != meant:
            return
        try:
            step = box.session.next(box.clock.monotonic())
        except Killed:
            self.crash(box, power=False)
            return
        except Exception as problem:  # noqa: BLE001 - as the agent does it
            self.note(f"{box.name} stumbles: {type(problem).__name__}")
            step = Rest(STUMBLE_SECONDS)
        if isinstance(step, Rest):
            self._look_after(box, max(step.seconds, LEAST_REST))
        else:
            self.send(box, step)

    def _look_after(self, box: Box, seconds: float) -> None:
        box.waits_at = self.time.seconds + seconds
        self.at(box.waits_at, partial(self.pump, box, box.waits_at))

    def send(self, box: Box, send: Send) -> None:
        """One request on its way; the line decides what becomes of it."""
        checks.of_request(self, box, send)
        number = self.boxes.index(box)
        dice = chance(self.seed, "line", box.name, send.sequence)
        faults = [] if self.healing else self.faults
        fate = line.fate(faults, number, self.time.seconds, size=len(send.body), dice=dice)
        self.note(
            f"{box.name} sends {send.path} {send.sequence} {blake2b(send.body, digest_size=4).hexdigest()}"
        )
        headers = box.signed(send)
        body = _flipped(send.body, fate.flips)
        hear = partial(self.hear, box, box.session, send)
        if fate.hears is not None:
            self.at(self.time.seconds + fate.hears_after, partial(hear, fate.hears))
        for after in fate.arrives:
            arrive = partial(
                self.arrive, box, send, headers=headers, body=body, fate=fate, hear=hear
            )
            self.at(self.time.seconds + after, arrive)

    def arrive(
        self,
        box: Box,
        send: Send,
        *,
        headers: dict[str, str],
        body: bytes,
        fate: line.Fate,
        hear: Callable[[Outcome], None],
    ) -> None:
        """A request is at HQ."""
        if not self.hq.is_up:
            self.at(self.time.seconds + 0.1, partial(hear, Silence("refused")))
            return
        try:
            said = self.hq.call("POST", send.path, headers, body)
        except Killed:
            self.crash_hq(power=False)
            self.at(self.time.seconds + 0.1, partial(hear, Silence("reset")))
            return
        self.note(f"hq answers {box.name} {send.sequence}: {said.status} {len(said.body)}")
        self.model.answered(self, box, send, said)
        answer = Answer(said.status, _kept(said, fate), _retry_after(said))
        self.at(self.time.seconds + fate.back, partial(hear, answer))

    def hear(self, box: Box, session: Any, send: Send, outcome: Outcome) -> None:
        """An outcome comes to the store that waits for it, if it still does."""
        if not box.is_up or box.session is not session:
            return
        before = box.disk.remembered()
        try:
            session.answered(send.sequence, outcome, box.clock.monotonic())
        except Killed:
            self.crash(box, power=False)
            return
        except Exception as problem:  # noqa: BLE001 - as the agent does it
            self.note(f"{box.name} stumbles over an answer: {type(problem).__name__}")
            self._look_after(box, STUMBLE_SECONDS)
            return
        box.observe(told=False)
        self.model.heard(box)
        checks.of_place(self, box, before)
        self.look(box)

    # ---- what goes wrong ----

    def strike(self, fault: Fault) -> None:
        """A fault begins."""
        self.note(f"fault {fault.kind} {fault.who} {fault.amount}")
        act = getattr(self, f"_{fault.kind}", None)
        if act is not None:
            act(fault, self.boxes[max(fault.who, 0) % len(self.boxes)])

    def _who_died(self, box: Box) -> None:
        if box.machine.dead:
            self.crash(box, power=False)
        else:
            self.crash_hq(power=False)

    def crash(self, box: Box, *, power: bool) -> None:
        """A store's computer goes down and comes back a moment later."""
        dice = chance(self.seed, "crash", box.name, self.time.seconds)
        image = box.machine.image(power_cut=dice if power else None)
        box.stop()
        self.note(f"{box.name} {'loses power' if power else 'is killed'}")
        self.at(self.time.seconds + dice.uniform(0.5, 20), partial(self.come_back, box, image))

    def come_back(self, box: Box, image: Image | None) -> None:
        """The store's process begins again, with what its disk holds; on a full disk it is tried again."""
        if box.is_up:
            return
        if box.machine.disk_full:
            self.at(self.time.seconds + STUMBLE_SECONDS, partial(self.come_back, box, image))
            return
        box.start(image)
        checks.of_restart(self, box)
        self.note(f"{box.name} is back with {len(box.line)} events")
        self.model.heard(box)
        self.look(box)

    def crash_hq(self, *, power: bool) -> None:
        """HQ goes down and comes back a moment later."""
        dice = chance(self.seed, "crash", "hq", self.time.seconds)
        image = self.hq.machine.image(power_cut=dice if power else None)
        self.hq.stop()
        self.note(f"hq {'loses power' if power else 'is killed'}")
        self.at(self.time.seconds + dice.uniform(0.5, 20), partial(self.hq_back, image))

    def hq_back(self, image: Image | None, *, restored: bool = False) -> None:
        """HQ's process begins again; on a full disk it is tried again."""
        if self.hq.is_up:
            return
        if self.hq.machine.disk_full:
            again = partial(self.hq_back, image, restored=restored)
            self.at(self.time.seconds + STUMBLE_SECONDS, again)
            return
        self.hq.start(image)
        if restored:
            self.hq.begin_generation()
        checks.of_hq_restart(self, restored=restored)
        self.hq.work()
        self.note("hq is back")

    def _kill(self, fault: Fault, box: Box) -> None:
        box.machine.fuse = int(fault.amount)

    def _power_cut(self, fault: Fault, box: Box) -> None:
        if box.is_up:
            self.crash(box, power=True)

    def _restart(self, fault: Fault, box: Box) -> None:
        if box.is_up:
            box.stop()
            self.at(self.time.seconds + 1, partial(self.come_back, box, None))

    def _disk_full(self, fault: Fault, box: Box) -> None:
        box.machine.disk_full = True
        self.at(fault.at + fault.lasts, partial(setattr, box.machine, "disk_full", False))

    def _restore(self, fault: Fault, box: Box) -> None:
        """The store goes back to a backup; what HQ never had of what came since is gone for good."""
        if not box.is_up or not box.backups or not self.hq.is_up:
            return
        image, kept = box.backups[int(fault.amount * len(box.backups))]
        box.stop()
        self.model.went_back(self, box, kept)
        box.line, box.promised = list(kept), list(kept)
        self.note(f"{box.name} is restored to {len(kept)} events")
        self.at(self.time.seconds + 2, partial(self.come_back, box, image))

    def _clone(self, fault: Fault, box: Box) -> None:
        """The disk is copied and lives on in a second computer; one of the two is found out and switched off."""
        if not box.is_up or box.is_retired:
            return
        twin = Box(
            self._folder,
            f"{box.name}-b{len(self.boxes)}",
            store_id=box.store_id,
            time=self.time,
            seed=self.seed,
        )
        twin.line, twin.promised = list(box.line), list(box.line)
        twin.was_restored = box.was_restored = True
        self.boxes.append(twin)
        twin.start(box.machine.image())
        self.look(twin)

    def _replace(self, fault: Fault, box: Box) -> None:
        """A new computer becomes the store; the old one comes back when everything heals, and is told so."""
        if (
            not self.hq.is_up
            or box.is_retired
            or self.hq.machine.fuse is not None
            or self.hq.machine.disk_full
        ):
            return
        fresh = self.add_box(f"{box.name}-n{len(self.boxes)}", box.store_id)
        fresh.was_restored = box.was_restored = True

    def _hq_kill(self, fault: Fault, box: Box) -> None:
        self.hq.machine.fuse = int(fault.amount)

    def _hq_power_cut(self, fault: Fault, box: Box) -> None:
        if self.hq.is_up:
            self.crash_hq(power=True)

    def _hq_restart(self, fault: Fault, box: Box) -> None:
        if self.hq.is_up:
            self.hq.stop()
            self.at(self.time.seconds + 1, partial(self.hq_back, None))

    def _hq_disk_full(self, fault: Fault, box: Box) -> None:
        self.hq.machine.disk_full = True
        self.at(fault.at + fault.lasts, partial(setattr, self.hq.machine, "disk_full", False))

    def _hq_restore(self, fault: Fault, box: Box) -> None:
        if self.hq.is_up and self.hq_backups:
            image = self.hq_backups[int(fault.amount * len(self.hq_backups))]
            self.hq.stop()
            self.note("hq is restored")
            self.model.hq_was_restored = True
            self.at(self.time.seconds + 2, partial(self.hq_back, image, restored=True))

    def _clock_off(self, fault: Fault, box: Box) -> None:
        box.clock.off_by = fault.amount

    def _clock_year_ahead(self, fault: Fault, box: Box) -> None:
        box.clock.off_by = 365 * 86_400.0

    def _clock_1970(self, fault: Fault, box: Box) -> None:
        box.clock.off_by = -60 * 365 * 86_400.0

    def _clock_stands(self, fault: Fault, box: Box) -> None:
        box.clock.stands_at = box.clock.now()

    def _hq_clock_off(self, fault: Fault, box: Box) -> None:
        self.hq.clock.off_by = fault.amount

    def _poison(self, fault: Fault, box: Box) -> None:
        ghost = OfferHonoured(redemption_id=f"ghost-{len(box.line)}", offer_id="nothing")
        self.do(box, lambda: f"writes poison {box.write(lambda unit: unit.record(ghost))}")

    def _poison_consent(self, fault: Fault, box: Box) -> None:
        self.do(box, lambda: self.work.allow_a_stranger(box, chance(self.seed, fault.at)))

    # ---- healing ----

    def heal(self) -> None:
        """Faults end, machines come back, clocks are set; then everything has to drain."""
        self.healing = True
        self.note("heal")
        for box in self.boxes:
            box.machine.fuse, box.machine.disk_full = None, False
            box.clock.set_back_to_right()
        self.hq.machine.fuse, self.hq.machine.disk_full = None, False
        self.hq.clock.set_back_to_right()
        self._until(lambda: self.hq.is_up and all(box.is_up for box in self.boxes))
        for store_id in sorted({box.store_id for box in self.boxes}):
            self._one_box_stays([box for box in self.boxes if box.store_id == store_id])
        for box in self.boxes:
            if not box.is_retired:
                # HQ may have gone back a moment ago: done is who has heard of it.
                box.session.woken()
                self.look(box)
        self.run_until(self.time.seconds + 5)
        self._until(lambda: self.hq.is_up and all(self._is_done(box) for box in self.boxes))

    def _until(self, what: Callable[[], bool]) -> None:
        end = self.time.seconds + HEAL_SECONDS
        while self.time.seconds < end and not what():
            self.run_until(min(end, self.time.seconds + 5))
            if self.hq.is_up:
                self.hq.work()

    def _one_box_stays(self, boxes: list[Box]) -> None:
        """People see to it: each older computer tells what it still has to tell and is switched off."""
        *earlier, newest = boxes
        for box in boxes if earlier else ():
            box.stop()
        for old in earlier:
            self.come_back(old, None)
            self._let_in(old)
            checks.drained(self, old)
            old.is_retired = True
            old.stop()
            self.note(f"{old.name} is switched off")
        self.come_back(newest, None)
        self._let_in(newest)

    def _let_in(self, box: Box) -> None:
        """Who is told that another computer is the store gets a code and is enrolled again."""
        self._until(lambda: self._is_done(box) or self._is_shut_out(box))
        if self._is_shut_out(box):
            self.note(f"{box.name} is enrolled again")
            box.enrol(self.hq)
            self.look(box)
            self._until(lambda: self._is_done(box))

    def _is_shut_out(self, box: Box) -> bool:
        status = box.session.status(box.clock.monotonic())
        return status.state is State.EPOCH_CLOSED or "signature_refused" in status.problem

    def _is_done(self, box: Box) -> bool:
        if box.is_retired:
            return True
        if not box.is_up:
            return False
        head = self.hq.rows(
            "SELECT position FROM feed_heads WHERE store_id = :id", id=box.store_id
        )
        place = box.disk.remembered()
        is_fed = place.position >= (head[0]["position"] if head else 0)
        status = box.session.status(box.clock.monotonic())
        return is_fed and status.settled and not self._is_shut_out(box)


def _flipped(body: bytes, bit: int) -> bytes:
    if bit < 0:
        return body
    changed = bytearray(body)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _kept(said: Said, fate: line.Fate) -> bytes:
    return said.body if fate.kept >= 1 else said.body[: int(fate.kept * len(said.body))]


def _retry_after(said: Said) -> float | None:
    text = said.headers.get("Retry-After")
    return float(text) if text else None


__all__ = ["FILE_NAME", "Run", "Violation"]
