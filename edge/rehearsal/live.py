"""The shop lives on after its played day: people keep coming, staff keep working, and a person may join in.

Business time flows at a chosen speed; heartbeats, time-outs and polls stay real. At night, when nobody would
come, time is skipped: the nightly comparison runs, and the next morning begins.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import msgspec

from edge.rehearsal import day as days
from edge.rehearsal import offers, scores
from edge.rehearsal.day import Day, PlannedOrder
from edge.rehearsal.living import LivePlay
from edge.rehearsal.pace import Pace
from edge.rehearsal.stage import Stage
from edge.rehearsal.trips import Trips
from edge.rehearsal.truth import Life
from sync.doors.clock import Clock, SystemClock
from sync.doors.ids import Ids, SeededIds

DAY_SECONDS, OPEN_SECONDS = 86_400.0, 36_000.0
# Played quickly before anybody looks, so that the board is in the middle of its work.
WARM_UP_SECONDS = 3600.0
ORDERS_AN_HOUR = 18.0
_SHIFTS = (
    (-3600.0, OPEN_SECONDS),
    (-1800.0, OPEN_SECONDS),
    (-1800.0, OPEN_SECONDS),
    (-900.0, OPEN_SECONDS),
)
_BEAT_SECONDS, _SWEEP_SECONDS = 0.25, 1.0
# Behind by more than this, the shop goes on from where it is instead of running after the wish.
_LAG_SECONDS = 2.0
_HELP_EVERY, _HELP_AFTER = 2700.0, 75.0
_DOUBT_AFTER, _DOUBT_EVERY = 1500.0, 5400.0
_WRONG_NAMES = ("Harbor Ln.", "Harbour Lane Nord", "HL Market")
_CUT_EVERY, _CUT_FOR = 6300.0, 900.0
_SCANS_A_DAY = 60
_NIGHTLY_S = 19.5 * 3600.0 + 120.0


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the status line says of this moment."""

    now: datetime
    speed: float
    is_line_up: bool
    open: int
    ready: int
    here: int
    handed_over: int
    half: float | None
    nine_in_ten: float | None


class Live:
    """One living shop on one stage. `run` blocks; everything else may be called from another thread."""

    def __init__(
        self,
        stage: Stage,
        trips: Trips,
        *,
        speed: float,
        clock: Clock | None = None,
        chance: Ids | None = None,
        first_day: int = 1,
    ) -> None:
        self._stage, self._trips = stage, trips
        self._clock = clock or SystemClock()
        self._chance = chance or SeededIds(61)
        # A shop never gives a number twice, so every first day has numbers of its own.
        self._day_number, self._orders_made = first_day, 5_000 * (first_day - 1)
        self._doubtful: list[Life] = []
        self._wishes: list[Callable[[], None]] = []
        self._guard = threading.Lock()
        self._speed = speed
        self.play = self._morning()
        self.pace = Pace(self._clock, stage.tempo.at_s, speed)
        self.yours: Life | None = None

    @property
    def opens_s(self) -> float:
        """When this day opens."""
        return self._day_number * DAY_SECONDS

    @property
    def closes_s(self) -> float:
        """When nobody orders any more for today."""
        return self.opens_s + OPEN_SECONDS

    def wish(self, wish: Callable[[], None]) -> None:
        """Do something between two moments, in the one thread that moves time."""
        with self._guard:
            self._wishes.append(wish)

    def change_speed(self, speed: float) -> None:
        """Faster or slower, from the next moment on."""
        self.wish(lambda: self._change(speed))

    def cut_or_mend(self) -> None:
        """Take the internet away, or give it back, as the person at the terminal likes."""
        self.wish(self._cut_or_mend)

    def run(self, stopped: threading.Event, tell: Callable[[Seen], None]) -> None:
        """Live until stopped. `tell` is called several times a second."""
        self.warm_up()
        looked = self._clock.monotonic()
        while not stopped.is_set():
            self._grant()
            waits = self._step()
            if self._clock.monotonic() - looked >= _SWEEP_SECONDS:
                looked = self._clock.monotonic()
                self.play.look_for_foreign_hands()
                self._look_after_yours()
                self._look_after_doubts()
            tell(self.seen())
            if waits > 0:
                stopped.wait(waits)

    def warm_up(self) -> None:
        """The first part of the morning, as fast as the machine can."""
        end = self.opens_s + WARM_UP_SECONDS
        while (at_s := self.play.agenda.next_at()) is not None and at_s <= end:
            self.play.take_next()
        self._stage.tempo.go_to(max(end, self._stage.tempo.at_s))
        self._stage.tempo.settle()
        self.pace = Pace(self._clock, self._stage.tempo.at_s, self._speed)

    def seen(self) -> Seen:
        """This moment in figures, from truth."""
        open_lives = self.play.open_lives
        waits = [life.wait_s for life in self.play.truth.handed_over()]
        return Seen(
            now=self._stage.tempo.moment(self._stage.tempo.at_s),
            speed=self.pace.speed,
            is_line_up=self.play.is_line_up,
            open=len(open_lives),
            ready=sum(life.ready_at is not None for life in open_lives),
            here=sum(life.seen_at is not None for life in open_lives),
            handed_over=len(self.play.truth.handed_over()),
            half=scores.quantile(waits, 0.5),
            nine_in_ten=scores.quantile(waits, 0.9),
        )

    # -- time --

    def _step(self) -> float:
        """Do what is due, or let time pass; real seconds to rest before the next look."""
        due_s, next_s = self.pace.due_s(), self.play.agenda.next_at()
        if next_s is not None and next_s <= due_s:
            self.play.take_next()
            if due_s - self._stage.tempo.at_s > _LAG_SECONDS * self.pace.speed:
                self.pace.go_on_from(self._stage.tempo.at_s)
            return 0.0
        if self._is_over(due_s):
            self._night()
            return 0.0
        if due_s > self._stage.tempo.at_s:
            self._stage.tempo.go_to(due_s)
            self.play.floor.look(due_s, is_news=False)
        until_next = self.pace.real_seconds_until(next_s) if next_s is not None else _BEAT_SECONDS
        return min(_BEAT_SECONDS, until_next)

    def _change(self, speed: float) -> None:
        self._speed = self.pace.change(speed, at_s=self._stage.tempo.at_s)

    def _grant(self) -> None:
        with self._guard:
            wishes, self._wishes = self._wishes, []
        for wish in wishes:
            wish()

    # -- a day --

    def _morning(self) -> LivePlay:
        """A new day: staff on shift, fresh offers, orders that keep coming, small troubles."""
        opens = self.opens_s
        staff = [
            days.shift(self._chance, n, opens + begins, opens + ends)
            for n, (begins, ends) in enumerate(_SHIFTS[: len(self._stage.workers)])
        ]
        for worker, person in zip(self._stage.workers, staff, strict=False):
            worker.person, worker.is_at_work = person, False
        day = Day(seed="live", opens_s=opens, closes_s=self.closes_s, orders=[], staff=staff)
        self._stage.tempo.go_to(max(self._stage.tempo.at_s, opens - 60.0))
        codes = offers.print_offers(self._stage.office, self._stage.tell, self._stage.tempo, day)
        play = LivePlay(day, self._trips, self._stage)
        play.shoppers.come(codes.in_store, _SCANS_A_DAY, self.closes_s, self._chance, from_s=opens)
        play.floor.begin()
        self._put_down(play)
        return play

    def _put_down(self, play: LivePlay) -> None:
        opens = self.opens_s
        play.agenda.at(opens, self._orders_come, quiet=True)
        play.agenda.at(opens + _HELP_EVERY, self._help_is_called, quiet=True)
        play.agenda.at(opens + _DOUBT_AFTER, self._doubt_comes, quiet=True)
        at_s = opens + _CUT_EVERY
        while at_s + _CUT_FOR < self.closes_s - 3600.0:
            play.agenda.at(at_s, self._cut)
            play.agenda.at(at_s + _CUT_FOR, self._mend)
            at_s += _CUT_EVERY

    def _orders_come(self, at_s: float) -> None:
        """One order now, and the next one a moment later, until the store closes."""
        self._orders_made += 1
        planned = days.next_order(self._chance, self._orders_made, at_s)
        self._will_place(planned)
        gap = days.around(self._chance, 3600.0 / ORDERS_AN_HOUR, 0.6)
        if at_s + gap < self.closes_s - 1800.0:
            self.play.agenda.at(at_s + gap, self._orders_come, quiet=True)

    def _will_place(self, planned: PlannedOrder) -> Life:
        return self.play.will_place(planned, 20_000 + self._orders_made).life

    def _is_over(self, due_s: float) -> bool:
        """Closed, and nobody is to come any more."""
        if due_s < self.closes_s:
            return False
        coming = [
            life
            for life in self.play.open_lives
            if not (life.planned.no_show or life.is_foreign or life is self.yours)
        ]
        return not coming or due_s > self.closes_s + 2 * 3600.0

    def _night(self) -> None:
        """Nobody comes at night: the nightly comparison runs, holds end, and it is morning."""
        tempo = self._stage.tempo
        if not self.play.is_line_up:
            self.play.mend(tempo.at_s)
        tempo.go_to(max(tempo.at_s, self.opens_s + _NIGHTLY_S))
        self._day_number += 1
        self.yours, self._doubtful = None, []
        self.play = self._morning()
        self.pace.go_on_from(tempo.at_s)

    # -- small troubles --

    def _doubt_comes(self, at_s: float) -> None:
        """A shop that wrote the store's name wrong: HQ's people see it, and may decide."""
        self._orders_made += 1
        planned = days.next_order(self._chance, self._orders_made, at_s)
        name = _WRONG_NAMES[self._orders_made % len(_WRONG_NAMES)]
        customer = self.play.places_in_doubt(
            msgspec.structs.replace(planned, cancel_s=None), 20_000 + self._orders_made, name
        )
        customer.life.is_foreign = True
        self._doubtful.append(customer.life)
        if at_s + _DOUBT_EVERY < self.closes_s:
            self.play.agenda.at(at_s + _DOUBT_EVERY, self._doubt_comes, quiet=True)

    def _look_after_doubts(self) -> None:
        """Those that a person gave to the store are the store's from now on."""
        for life in [life for life in self._doubtful if self.play.knows(life)]:
            life.is_sent = True
            self._doubtful.remove(life)

    def _help_is_called(self, at_s: float) -> None:
        self._stage.kiosk.asks.post("/api/v1/help", {"surface": "kiosk", "topic": "other"})
        self.play.agenda.at(at_s + _HELP_AFTER, self._help_comes, quiet=True)
        if at_s + _HELP_EVERY < self.closes_s:
            self.play.agenda.at(at_s + _HELP_EVERY, self._help_is_called, quiet=True)

    def _help_comes(self, _at_s: float) -> None:
        """Whoever has a hand free says "I am coming", if no person was faster."""
        worker = self._stage.workers[-1]
        for card in worker.board().cards.values():
            if card.kind == "help" and card.button:
                worker.press(card.button)

    def _cut(self, at_s: float) -> None:
        if self.play.is_line_up:
            self.play.cut(at_s)

    def _mend(self, at_s: float) -> None:
        if not self.play.is_line_up:
            self.play.mend(at_s)

    def _cut_or_mend(self) -> None:
        (self._cut if self.play.is_line_up else self._mend)(self._stage.tempo.at_s)

    # -- the order of the person who watches --

    def order_for_you(self) -> str:
        """Place an order whose customer is you; the link of its pass, or nothing while the line is cut."""
        if not self.play.is_line_up:
            return ""
        self._orders_made += 1
        planned = msgspec.structs.replace(
            days.next_order(self._chance, self._orders_made, self._stage.tempo.at_s),
            cancel_s=None, finish=None, no_show=False, opt_in=False, page="never",
        )  # fmt: skip
        self.yours = self._will_place_yours(planned)
        phone = self.play.customer_of(self.yours).phone
        return phone.link if phone else ""

    def _will_place_yours(self, planned: PlannedOrder) -> Life:
        customer = self.play.places_now(planned, 20_000 + self._orders_made)
        # What you do, no actor knows: the figures of this order are yours.
        customer.life.is_foreign = True
        return customer.life

    def _look_after_yours(self) -> None:
        if self.yours is not None and self.yours.end:
            self.yours = None
