"""The conductor: plays a day on a stage, one moment after the other, and moves on only when nothing is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from edge.rehearsal.agenda import Agenda, Happening
from edge.rehearsal.customers import Crowd, Customer
from edge.rehearsal.day import Day, PlannedOrder
from edge.rehearsal.floor import Floor
from edge.rehearsal.phone import Phone
from edge.rehearsal.ports import Hands
from edge.rehearsal.shoppers import Shoppers
from edge.rehearsal.stage import Stage
from edge.rehearsal.tasks import BoardOrder
from edge.rehearsal.trips import Trips
from edge.rehearsal.truth import CANCELLED, Life, Truth
from sync.doors.clock import SystemClock
from sync.doors.ids import SeededIds

# A shop's own order numbers, which are not the store's.
_FIRST_NUMBER = 5001
_ON_BOARD_SECONDS = 5.0
_LINE_SECONDS = 30.0
_LOOK_SECONDS = 0.005
PLANTS = ("skip-pick", "flip-row-at-hq", "double-handover")
_SCANS = 60
_SECOND_HANDOVER_AFTER_SECONDS = 60.0

Progress = Callable[[float, Truth], None]


@dataclass
class Play:
    """One day on one stage."""

    day: Day
    trips: Trips
    stage: Stage
    plant: str = ""
    agenda: Agenda = field(default_factory=Agenda)
    truth: Truth = field(default_factory=Truth)
    on_board_seconds: list[float] = field(default_factory=list)
    refused_while_cut: int = 0
    planted: list[str] = field(default_factory=list)
    # Who plays: a live shop brings actors who cope with what a person does among them.
    crowd_of: ClassVar[type[Crowd]] = Crowd
    floor_of: ClassVar[type[Floor]] = Floor

    def __post_init__(self) -> None:
        """Bring the actors together."""
        stage = self.stage
        self._is_line_up = True
        self._clock = SystemClock()
        self._of_order: dict[str, Customer] = {}
        self._customers: dict[str, Customer] = {}
        self.crowd = self.crowd_of(
            agenda=self.agenda,
            truth=self.truth,
            kiosk=stage.kiosk,
            surprises=stage.surprises,
            epoch=lambda at_s: stage.tempo.moment(at_s).timestamp(),
            is_line_up=lambda: self._is_line_up,
        )
        self.shoppers = Shoppers(
            agenda=self.agenda,
            truth=self.truth,
            kiosk=stage.kiosk,
            surprises=stage.surprises,
            phone=lambda n: stage.on_the_road(10_000 + n),
            is_line_up=lambda: self._is_line_up,
        )
        self.floor = self.floor_of(
            stage.workers,
            self.agenda,
            work=BoardOrder(self._life_of, stage.tempo),
            life_of=self._life_of,
            code_of=self._code_of,
            handed_over=self._handed_over,
            closes_s=self.day.closes_s,
            surprises=stage.surprises,
        )

    def run(self, progress: Progress) -> None:
        """Play everything that was put down, to the last no-show."""
        self._put_down()
        while len(self.agenda):
            progress(self.take_next(), self.truth)

    def take_next(self) -> float:
        """Let the next thing happen, at its moment; which one that was."""
        at_s, happening, quiet = self.agenda.take()
        at_s = max(at_s, self.stage.tempo.at_s)
        if at_s > self.stage.tempo.at_s:
            self.stage.tempo.go_to(at_s)
        happening(at_s)
        self.floor.look(at_s, is_news=not quiet)
        return at_s

    def will_place(self, planned: PlannedOrder, number: int) -> Customer:
        """Put an order and its customer down for the moment at which it is placed."""
        customer = self._customers[planned.id] = self._customer(planned, number)
        self.agenda.at(planned.placed_s, self._places(planned, number), quiet=True)
        return customer

    def places_now(self, planned: PlannedOrder, number: int) -> Customer:
        """Place an order at this moment for somebody who is no actor: nobody sets out for it."""
        customer = self._customers[planned.id] = self._customer(planned, number)
        at_s = self.stage.tempo.at_s
        answer = self.stage.webshop.place(planned, number, self.stage.tempo.moment(at_s))
        if answer.status_code < 300 and answer.json().get("pass_url"):
            self._was_taken(customer, answer.json())
            self._wait(lambda: self._is_known(customer.life), _ON_BOARD_SECONDS)
            self.crowd.opens_pass(customer)
        return customer

    def places_in_doubt(self, planned: PlannedOrder, number: int, location: str) -> Customer:
        """Place an order that names no store of ours: it is nobody's until a person at HQ decides."""
        customer = self._customers[planned.id] = self._customer(planned, number)
        at_s = self.stage.tempo.at_s
        answer = self.stage.webshop.place(
            planned, number, self.stage.tempo.moment(at_s), location=location
        )
        customer.life.order_id = str(answer.json().get("order_id", ""))
        self._of_order[customer.life.order_id] = customer
        return customer

    def knows(self, life: Life) -> bool:
        """Whether the store has this order."""
        return self._is_known(life)

    def _put_down(self) -> None:
        day = self.day
        for n, planned in enumerate(day.orders):
            self.will_place(planned, _FIRST_NUMBER + n)
        third = (day.closes_s - day.opens_s) / 3
        self.agenda.at(day.opens_s + third, self.cut)
        self.agenda.at(day.opens_s + 2 * third, self.mend)
        self.shoppers.come(self.stage.printed, _SCANS, day.closes_s, SeededIds(7))
        self.floor.begin()
        if self.plant == "skip-pick":
            self.floor.skip_pick_of = self._first_honest().id
            self.planted.append(f"one line of {self.floor.skip_pick_of} is not fetched")

    # -- orders --

    def _customer(self, planned: PlannedOrder, number: int) -> Customer:
        life = Life(planned, shown_number=str(number))
        self.truth.lives[planned.id] = life
        return Customer(life, self.trips.of(planned.trip_key))

    def _places(self, planned: PlannedOrder, number: int) -> Happening:
        def places(at_s: float) -> None:
            customer = self._customers[planned.id]
            began = self._clock.monotonic()
            answer = self.stage.webshop.place(planned, number, self.stage.tempo.moment(at_s))
            if answer.status_code >= 300 or not answer.json().get("pass_url"):
                self.stage.surprises.note(
                    f"HQ refused {planned.id}: {answer.status_code} {answer.text[:200]}"
                )
                return
            self._was_taken(customer, answer.json())
            if self._is_line_up:
                self._wait_for_board(customer, began)
            self.crowd.opens_pass(customer)
            self._expect(at_s, customer)

        return places

    def _was_taken(self, customer: Customer, taken: dict[str, str]) -> None:
        life = customer.life
        life.is_sent, life.order_id = True, taken["order_id"]
        self._of_order[life.order_id] = customer
        customer.phone = Phone(self.stage.on_the_road(len(self._of_order)), taken["pass_url"])

    def _expect(self, at_s: float, customer: Customer) -> None:
        if customer.planned.cancel_s is not None:
            self.agenda.at(customer.planned.cancel_s, self._calls_off(customer))
            return
        self.crowd.expect(customer)
        hold_ends_s = at_s + self.stage.promise_seconds + self.stage.hold_seconds
        if customer.planned.no_show:
            self.agenda.at(hold_ends_s, self._hold_ends(customer.life))

    def _calls_off(self, customer: Customer) -> Happening:
        def calls_off(at_s: float) -> None:
            life = customer.life
            answer = self.stage.webshop.cancel(
                life.planned, int(life.shown_number), self.stage.tempo.moment(at_s)
            )
            life.cancelled_at = at_s
            is_known = self._wait(lambda: self._state_of(life) == CANCELLED, _ON_BOARD_SECONDS)
            if answer.status_code >= 300 or not is_known:
                self.stage.surprises.note(f"calling {life.planned.id} off did not reach the store")

        return calls_off

    def _hold_ends(self, life: Life) -> Happening:
        def ends(at_s: float) -> None:
            life.no_show_at = at_s
            self.floor.clear_bin(life)

        return ends

    def _wait_for_board(self, customer: Customer, began: float) -> None:
        if self._wait(lambda: self._is_known(customer.life), _ON_BOARD_SECONDS):
            self.on_board_seconds.append(self._clock.monotonic() - began)
        else:
            self.stage.surprises.note(
                f"{customer.planned.id} was not on the board after {_ON_BOARD_SECONDS} s"
            )

    def _is_known(self, life: Life) -> bool:
        return bool(self._state_of(life))

    def _state_of(self, life: Life) -> str:
        return str(self.stage.workers[0].order(life.order_id).get("state", ""))

    def _life_of(self, order_id: str) -> Life | None:
        customer = self._of_order.get(order_id)
        return customer.life if customer else None

    def _code_of(self, life: Life) -> str:
        phone = self._of_order[life.order_id].phone
        return phone.code if phone else ""

    # -- the uplink --

    @property
    def is_line_up(self) -> bool:
        """Whether the store reaches HQ and the road."""
        return self._is_line_up

    def cut(self, at_s: float) -> None:
        """The internet goes; a phone on the road notices."""
        self.stage.tempo.settle()
        for uplink in self.stage.uplinks:
            uplink.cut()
        self._is_line_up = False
        self.truth.cut_at = at_s
        asks = self.stage.on_the_road(0)
        if self._wait(lambda: asks.get("/p/nobody").status == 503, _LINE_SECONDS):
            self.refused_while_cut += 1

    def mend(self, at_s: float) -> None:
        """The internet is back; everything that waited goes through."""
        for uplink in self.stage.uplinks:
            uplink.mend()
        self.truth.mended_at = at_s
        asks = self.stage.on_the_road(0)
        lives = [one.life for one in self._of_order.values() if one.life.is_sent]
        is_back = self._wait(lambda: asks.get("/p/nobody").status == 404, _LINE_SECONDS)
        has_all = self._wait(lambda: all(self._is_known(life) for life in lives), _LINE_SECONDS)
        if not (is_back and has_all):
            self.stage.surprises.note(
                f"{_LINE_SECONDS} s after mending the store was not in contact again"
            )
        self._is_line_up = True
        self.stage.tempo.settle()
        self.crowd.tries_again(at_s)

    def _wait(self, holds: Callable[[], bool], seconds: float) -> bool:
        end = self._clock.monotonic() + seconds
        while not holds():
            if self._clock.monotonic() > end:
                return False
            self._clock.sleep(_LOOK_SECONDS)
        return True

    # -- faults that were planted --

    def _first_honest(self) -> PlannedOrder:
        return next(
            one
            for one in self.day.orders
            if not one.no_show and one.cancel_s is None and len(one.lines) > 1
        )

    def _handed_over(self, at_s: float, life: Life, worker: Hands) -> None:
        customer = self._of_order[life.order_id]
        if self.plant == "double-handover" and not self.planted:
            self.planted.append(f"{life.planned.id} is given away a second time")
            self.agenda.at(at_s + _SECOND_HANDOVER_AFTER_SECONDS, self._again(life, worker))
        if customer.set_out_at is not None and customer.phone and self._is_line_up:
            customer.phone.smile(3)

    def _again(self, life: Life, worker: Hands) -> Happening:
        def again(at_s: float) -> None:
            answer = worker.hand_over(life.order_id, code=self._code_of(life))
            said = (
                f"the store refused it ({answer.code})"
                if not answer.is_fine
                else "the store let it pass"
            )
            self.planted.append(f"the second handover of {life.planned.id}: {said}")
            life.given.append((at_s, "somebody else"))

        return again
