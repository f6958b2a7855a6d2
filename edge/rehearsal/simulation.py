"""A day played inside one process, in virtual time, on the product's own rules, acts and board."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from edge.rehearsal import checks
from edge.rehearsal.agenda import Agenda, Happening
from edge.rehearsal.asking import Surprises
from edge.rehearsal.customers import Crowd, Customer
from edge.rehearsal.day import Day, PlannedOrder
from edge.rehearsal.floor import Floor
from edge.rehearsal.inside import InsideHands, InsidePhone, InsideScanner
from edge.rehearsal.policies import Policy
from edge.rehearsal.ports import Hands
from edge.rehearsal.simulated_store import HOLD_SECONDS, PROMISE_SECONDS, SimulatedStore
from edge.rehearsal.trips import Trips
from edge.rehearsal.truth import Life, Truth

_FIRST_NUMBER = 5001
# Nobody is signed out for being idle while they are on shift.
_SEEN_EVERY_SECONDS = 300.0
_LATE_SECONDS = 7200.0

Progress = Callable[[float, Truth], None]


class Simulation:
    """One day under one policy. Whoever opens it closes it."""

    def __init__(
        self, home: Path, day: Day, trips: Trips, policy: Policy, *, lingers_s: float = 0.0
    ) -> None:
        self.day, self._trips, self._lingers_s = day, trips, lingers_s
        self.truth, self.surprises, self._agenda = Truth(), Surprises(), Agenda()
        self.store = SimulatedStore(home, day.begins_s, seed=1)
        self._customers: dict[str, Customer] = {}
        self._of_order: dict[str, Customer] = {}
        self._crowd = Crowd(
            agenda=self._agenda,
            truth=self.truth,
            kiosk=InsideScanner(self.store.edge),
            surprises=self.surprises,
            epoch=lambda at_s: self.store.moment(at_s).timestamp(),
            is_line_up=lambda: True,
            fence_m=policy.fence_m,
        )
        self._staff = [self.store.hire(person) for person in day.staff]
        self.floor = Floor(
            self._staff,
            self._agenda,
            work=policy.work(self._life_of, self._open_customers, self.store),
            life_of=self._life_of,
            code_of=self._code_of,
            handed_over=self._handed_over,
            closes_s=day.closes_s,
            surprises=self.surprises,
        )

    def run(self, progress: Progress) -> Truth:
        """Play everything to the last no-show."""
        for n, planned in enumerate(self.day.orders):
            self._put_down(planned, _FIRST_NUMBER + n)
        for hands in self._staff:
            self._shift(hands)
        self.floor.begin()
        while len(self._agenda) and not self._is_over():
            at_s, happening, quiet = self._agenda.take()
            if at_s > self.store.at_s:
                self.store.go_to(at_s)
            happening(at_s)
            self.floor.look(at_s, is_news=not quiet)
            progress(at_s, self.truth)
        return self.truth

    def _is_over(self) -> bool:
        """Closed, and everybody who comes has been served."""
        return self.store.at_s > self.day.closes_s and all(
            life.end or life.planned.no_show for life in self.truth.lives.values()
        )

    def _shift(self, hands: InsideHands) -> None:
        """Whoever closes the store stays until the last customer has come."""
        begins_s, ends_s = hands.person.from_s, hands.person.to_s
        closes = ends_s >= self.day.closes_s
        stays_s = ends_s - begins_s + (_LATE_SECONDS if closes else 0.0)
        self._agenda.at(begins_s, _then(hands.comes))
        for n in range(1, int(stays_s // _SEEN_EVERY_SECONDS)):
            seen_s = begins_s + n * _SEEN_EVERY_SECONDS
            self._agenda.at(seen_s, _then(hands.stays), quiet=True)
        if not closes:
            self._agenda.at(ends_s, _then(hands.goes), quiet=True)

    def disagreements(self) -> list[str]:
        """Where the product's own figures differ from truth by more than a second, and what surprised the actors."""
        found: list[str] = []
        for day, lives in self._by_store_day().items():
            truth = Truth({life.planned.id: life for life in lives})
            said = self.store.figures(day)
            found += checks.figures_agree(truth, said, self.store.seconds, may_be_open=True)
        return [*found, *self.surprises.seen]

    def _by_store_day(self) -> dict[str, list[Life]]:
        days: dict[str, list[Life]] = {}
        for life in self.truth.lives.values():
            days.setdefault(self.store.store_day(life.planned.placed_s), []).append(life)
        return days

    def close(self) -> None:
        """Let the store go."""
        self.store.close()

    def _put_down(self, planned: PlannedOrder, number: int) -> None:
        life = Life(planned, shown_number=str(number))
        self.truth.lives[planned.id] = life
        way = self._trips.of(planned.trip_key)
        customer = self._customers[planned.id] = Customer(life, way, lingers_s=self._lingers_s)
        self._agenda.at(planned.placed_s, self._places(customer, number), quiet=True)

    def _places(self, customer: Customer, number: int) -> Happening:
        def places(at_s: float) -> None:
            life = customer.life
            life.order_id = self.store.receive(customer.planned, number)
            life.is_sent = True
            self._of_order[life.order_id] = customer
            customer.phone = InsidePhone(self.store.edge, life.order_id)
            self._crowd.opens_pass(customer)
            self._crowd.expect(customer)
            if customer.planned.no_show:
                hold_ends_s = at_s + PROMISE_SECONDS + HOLD_SECONDS
                self._agenda.at(hold_ends_s, self._hold_ends(life), quiet=True)

        return places

    def _hold_ends(self, life: Life) -> Happening:
        def ends(at_s: float) -> None:
            if life.staged_at is not None:
                life.no_show_at = at_s
                self.floor.clear_bin(life)

        return ends

    def _open_customers(self) -> Iterator[Customer]:
        return (one for one in self._of_order.values() if not one.life.end)

    def _life_of(self, order_id: str) -> Life | None:
        customer = self._of_order.get(order_id)
        return customer.life if customer else None

    def _code_of(self, life: Life) -> str:
        phone = self._of_order[life.order_id].phone
        return phone.code if phone else ""

    def _handed_over(self, at_s: float, life: Life, worker: Hands) -> None:
        """Nobody says anything."""


def _then(does: Callable[[], None]) -> Happening:
    return lambda _at_s: does()
