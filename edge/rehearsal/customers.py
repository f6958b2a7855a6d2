"""Customers: they order, perhaps share their distance, come, say that they are here, and go.

They reach the store through the front door only. When its line is cut they hold their phone to the kiosk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from edge.arrivals.rules import plan as plans
from edge.rehearsal.agenda import Agenda
from edge.rehearsal.asking import Surprises
from edge.rehearsal.day import PlannedOrder
from edge.rehearsal.ports import Handset, Scanner
from edge.rehearsal.trips import Trip
from edge.rehearsal.truth import Life, Truth

NEAR_M = 200.0
# At the entrance of the car park.
BARRIER_M = 200.0
_HIDDEN_AFTER_SECONDS = 60.0
# A day in minutes is many reports a real second; a phone then sends its next one instead.
_TOO_MANY = "too_many_reports"
_TAKES_OFFER_BELOW = 0.5


@dataclass
class Customer:
    """One customer with phone and way."""

    life: Life
    trip: Trip
    phone: Handset | None = None
    set_out_at: float | None = None
    # When a fence around the store would first have seen their phone inside.
    fenced_at: float | None = None
    near_at: float | None = None
    # How long they are held up at a barrier before the door, of which the recording knows nothing.
    lingers_s: float = 0.0

    @property
    def planned(self) -> PlannedOrder:
        """What this customer will do."""
        return self.life.planned

    @property
    def first_leg_seconds(self) -> float:
        """How long until they turn back, if they do."""
        return self.trip.arrival_t / 2

    @property
    def leaves_again_s(self) -> float:
        """When they set out for good."""
        if self.planned.turn_back_s is None:
            return self.planned.leaves_s
        turned = self.planned.leaves_s + self.first_leg_seconds
        return turned + max(self.first_leg_seconds, self.planned.turn_back_s)

    @property
    def comes_s(self) -> float:
        """The true arrival."""
        return self.leaves_again_s + self.trip.arrival_t + self.lingers_s

    def way_at(self, at_s: float) -> float:
        """How far along the way they are at a moment, in seconds of the trip."""
        if at_s >= self.leaves_again_s:
            gone = at_s - self.leaves_again_s
            held_s = self.trip.inside_at(BARRIER_M)
            return gone if gone <= held_s else max(held_s, gone - self.lingers_s)
        gone = at_s - self.planned.leaves_s
        return max(
            0.0, gone if gone <= self.first_leg_seconds else 2 * self.first_leg_seconds - gone
        )


@dataclass
class Crowd:
    """All customers of a day."""

    agenda: Agenda
    truth: Truth
    kiosk: Scanner
    surprises: Surprises
    epoch: Callable[[float], float]
    is_line_up: Callable[[], bool]
    waiting: list[Customer] = field(default_factory=list)
    # The radius of a rival's fence, which hears every report that we hear; 0 for none.
    fence_m: float = 0.0

    def expect(self, customer: Customer) -> None:
        """Put a customer's whole day down."""
        planned = customer.planned
        self.agenda.at(planned.leaves_s, lambda at_s: self._sets_out(at_s, customer), quiet=True)
        if planned.turn_back_s is not None:
            self.agenda.at(customer.leaves_again_s, lambda at_s: self._sets_out(at_s, customer))
        if not planned.no_show:
            self.agenda.at(customer.comes_s, lambda at_s: self._comes(at_s, customer))

    def opens_pass(self, customer: Customer) -> None:
        """They follow the link in the shop's mail, if the store can be reached."""
        phone = customer.phone
        if phone is None or not self.is_line_up() or not phone.open_pass():
            return
        if not customer.planned.opt_in:
            phone.say_no()

    def tries_again(self, at_s: float) -> None:
        """The line is back: those whom the store did not know show their phone once more."""
        still, self.waiting = self.waiting, []
        for customer in still:
            self._shows_phone(at_s, customer)

    # -- on the way --

    def _sets_out(self, at_s: float, customer: Customer) -> None:
        phone, planned = customer.phone, customer.planned
        if (
            planned.no_show
            or not planned.shares_location
            or phone is None
            or not self.is_line_up()
        ):
            return
        if not phone.code and not phone.open_pass():
            return
        phone.look()
        if customer.set_out_at is None and not phone.say_yes():
            self._refused(customer, "said yes")
            return
        customer.set_out_at = at_s
        phone.set_out()
        if planned.double_tap and at_s == planned.leaves_s:
            phone.is_here()
        self._looks_at_offers(at_s, customer, phone)
        self._reports(at_s, customer)

    def _looks_at_offers(self, at_s: float, customer: Customer, phone: Handset) -> None:
        """Half of those who see one take it."""
        offered = phone.offers()
        if not offered or customer.planned.trip_key >= _TAKES_OFFER_BELOW:
            return
        if phone.take_offer(offered[0]).is_fine:
            self.truth.add_ons.append((at_s, offered[0]))

    def _reports(self, at_s: float, customer: Customer) -> None:
        """Send one report and put the next one down, as the plan says."""
        phone, life = customer.phone, customer.life
        if phone is None or life.came_at is not None or self._is_hidden(at_s, customer):
            return
        plan = phone.plan()
        if plan is None:
            return
        sight = customer.trip.at(customer.way_at(at_s))
        elapsed = at_s - (customer.set_out_at or at_s)
        wait = float(plans.seconds_to_next(sight.distance_m, elapsed, plan))
        if elapsed > plan.ends_after_seconds:
            return
        if self.is_line_up():
            self._send(at_s, customer, phone)
        self.agenda.at(at_s + wait, lambda next_s: self._reports(next_s, customer), quiet=True)

    def _send(self, at_s: float, customer: Customer, phone: Handset) -> None:
        plan = phone.plan()
        if plan is None:
            return
        sight = customer.trip.at(customer.way_at(at_s))
        if customer.fenced_at is None and sight.distance_m <= self.fence_m:
            customer.fenced_at = at_s
        if customer.near_at is None and sight.distance_m <= NEAR_M:
            customer.near_at = at_s
        answer = phone.report(sight, self.epoch(at_s), plan)
        if answer.is_fine:
            self.truth.reports_sent += 1
            self.truth.reports_believed += int(answer.said["taken"])
            if middle_at := answer.said.get("middle_at"):
                customer.life.expected.append(middle_at)
        elif answer.code != _TOO_MANY:
            self._refused(customer, f"sent a report: {answer.status} {answer.text[:200]}")

    def _is_hidden(self, at_s: float, customer: Customer) -> bool:
        is_short = customer.planned.page == "first_minute"
        leg = (
            customer.leaves_again_s
            if at_s >= customer.leaves_again_s
            else customer.planned.leaves_s
        )
        return is_short and at_s - leg > _HIDDEN_AFTER_SECONDS

    # -- at the store --

    def _comes(self, at_s: float, customer: Customer) -> None:
        life = customer.life
        life.came_at = at_s
        if self._taps_here(customer):
            life.seen_at = at_s
        else:
            self._shows_phone(at_s, customer)

    def _taps_here(self, customer: Customer) -> bool:
        phone = customer.phone
        if customer.set_out_at is None or phone is None or not self.is_line_up():
            return False
        answer = phone.is_here()
        if answer.is_fine and answer.said.get("asks_again"):
            # Told that it can hardly be so, whoever really is here says it again.
            answer = phone.is_here()
        return answer.is_fine

    def _shows_phone(self, at_s: float, customer: Customer) -> None:
        life, phone = customer.life, customer.phone
        if phone is None:
            return
        if not phone.code and self.is_line_up():
            phone.open_pass()
        if not phone.code:
            self.waiting.append(customer)
            return
        answer = self.kiosk.check_in(phone.code)
        if answer.is_fine:
            life.seen_at = at_s
        else:
            self._refused(customer, f"checked in: {answer.status} {answer.text[:200]}")

    def _refused(self, customer: Customer, what: str) -> None:
        """What no customer of a normal day should meet."""
        self.surprises.note(f"{customer.planned.id} was refused when they {what}")
