"""The same hands, phones and scanner without HTTP: they call what the routes call, in this process."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from edge.acts.check_in import Desk, Shown, check_in, says_here
from edge.acts.hand_over import hand_over
from edge.acts.report_range import Post, Reported, report_range
from edge.arrivals import actions as arrivals
from edge.arrivals import store as journeys
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import How, RangeReport, expect
from edge.arrivals.rules import plan as plans
from edge.arrivals.rules.plan import Plan
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.consents import actions as consents
from edge.consents import store as consents_store
from edge.consents.rules import Purpose, Served
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.orders.rules import Move
from edge.rehearsal.asking import Answer
from edge.rehearsal.day import Person
from edge.rehearsal.trips import Sight
from edge.screens import board
from edge.screens.shown import BoardView, Button
from edge.staff import actions as staff
from edge.staff import store as staff_store
from edge.staff.rules import hashed
from sync.core.errors import Refusal

LANG = "en"
DEVICE = "kiosk"

_FINISH = {
    "started": (orders.start_finish, Move.START_FINISH),
    "done": (orders.finish, Move.FINISH),
}


def answered(ask: Callable[[], dict[str, Any] | None]) -> Answer:
    """What a route would have answered."""
    try:
        return Answer(HTTPStatus.OK, ask() or {})
    except Refusal as refusal:
        said = {"error": {"code": refusal.code}}
        return Answer(refusal.status, said, refusal.message())


class InsideHands:
    """One member of staff at a tablet of their own, by the ids by which the store knows both."""

    def __init__(self, edge: Edge, person: Person, *, staff_id: str, device_id: str) -> None:
        self.person = person
        self.is_at_work = False
        self._edge, self._by, self._device_id = edge, staff_id, device_id
        self._session = ""

    def comes(self) -> None:
        """Sign in at the beginning of the shift; the PIN is nobody's business here."""
        at = self._edge.clock.wall()
        token = self._edge.write(
            lambda unit: staff.sign_in(unit, self._by, self._device_id, at=at)
        )
        self._session = hashed(token)

    def stays(self) -> None:
        """Use the screen now and then, so that the sign-in goes on."""
        at, session = self._edge.clock.wall(), self._session
        self._edge.write(lambda unit: staff_store.saw(unit, session, at))

    def goes(self) -> None:
        """Sign out at its end."""

        def work(unit: Unit) -> None:
            if (known := staff_store.session(unit, self._session)) is not None:
                staff.sign_out(unit, known, by=self._by)

        self._edge.write(work)
        self._session = ""

    def board(self) -> BoardView:
        """See Hands."""
        with self._edge.read() as reader:
            return board.view(
                reader, self._edge, LANG, seq=self._edge.log.durable_seq, by=self._by
            )

    def walk(self, order_id: str) -> list[int]:
        """See Hands."""
        with self._edge.read() as reader:
            order = orders_store.load(reader, order_id)
        return [line.line_no for line in order.pick_list]

    def start_picking(self, order_id: str) -> Answer:
        """See Hands."""
        lease = orders.lease_of(self._edge)
        return self._does(
            orders.Doing(order_id, Move.START_PICKING, self._by),
            lambda unit: orders.start_picking(unit, order_id, by=self._by, lease=lease),
        )

    def pick(self, order_id: str, line_no: int, qty: int) -> Answer:
        """See Hands."""
        lease = orders.lease_of(self._edge)
        return self._does(
            orders.Doing(order_id, Move.PICK, self._by, line_no),
            lambda unit: orders.pick(unit, order_id, line_no, qty, by=self._by, lease=lease),
        )

    def undo(self, order_id: str) -> Answer:
        """See Hands."""
        return self._write(lambda unit: orders.undo(unit, self._edge, order_id, by=self._by))

    def stage(self, order_id: str, bin_name: str) -> Answer:
        """See Hands."""
        return self._does(
            orders.Doing(order_id, Move.STAGE, self._by),
            lambda unit: orders.stage(unit, order_id, bin_name, by=self._by),
        )

    def finish(self, order_id: str, state: str) -> Answer:
        """See Hands."""
        verb, move = _FINISH[state]
        return self._does(
            orders.Doing(order_id, move, self._by), lambda unit: verb(unit, order_id, by=self._by)
        )

    def bring_out(self, order_id: str) -> Answer:
        """See Hands."""
        return self._does(
            orders.Doing(order_id, Move.BRING_OUT, self._by),
            lambda unit: orders.bring_out(unit, order_id, by=self._by),
        )

    def hand_over(self, order_id: str, *, code: str = "", reason: str = "") -> Answer:
        """See Hands."""
        return self._does(
            orders.Doing(order_id, Move.HAND_OVER, self._by),
            lambda unit: hand_over(
                unit,
                order_id,
                code=code,
                override_reason=reason,
                by=self._by,
                shop=orders.shop_here(unit, self._edge),
            ),
        )

    def press(self, button: Button, **said: object) -> Answer:
        """No offers are open in a simulated store, so no button stands for anything but a step."""
        return Answer(HTTPStatus.NOT_FOUND, {}, button.url)

    def _does(self, doing: orders.Doing, work: orders.Work) -> Answer:
        return self._write(orders.noted(self._edge, doing, work))

    def _write(self, work: Callable[[Unit], object]) -> Answer:
        def ask() -> None:
            self._edge.write(work)

        return answered(ask)


class InsidePhone:
    """One customer's phone, which the store knows by the order of its pass."""

    def __init__(self, edge: Edge, order_id: str) -> None:
        self.link = self.code = ""
        self._edge, self._order_id = edge, order_id
        self._reports = 0

    def open_pass(self) -> bool:
        """See Handset."""
        with self._edge.read() as reader:
            order = orders_store.load(reader, self._order_id)
            self.code = orders.code_of(order, orders.shop_here(reader, self._edge))
        return True

    def look(self) -> bool:
        """See Handset."""
        return True

    def say_yes(self) -> bool:
        """See Handset."""
        answered_one = False
        while (card := self._card()) is not None:
            self._answer(card, is_yes=True)
            answered_one = True
        return answered_one

    def say_no(self) -> bool:
        """See Handset."""
        card = self._card()
        if card is not None:
            self._answer(card, is_yes=False)
        return card is not None

    def set_out(self) -> Answer:
        """See Handset."""
        memory = self._edge.part(RangeMemory)
        return self._taps(lambda unit: arrivals.start(unit, self._order_id, memory, by="customer"))

    def is_here(self) -> Answer:
        """See Handset."""
        edge = self._edge
        seen = edge.part(RangeMemory).as_seen(edge.clock.monotonic())
        said = arrivals.Said(How.TAP)

        def ask() -> dict[str, Any]:
            way = edge.write(lambda unit: says_here(unit, self._order_id, said, seen))
            return {"asks_again": way.asks_again}

        return answered(ask)

    def offers(self) -> list[str]:
        """A simulated store offers nothing."""
        return []

    def take_offer(self, offer_id: str) -> Answer:
        """There is none."""
        return Answer(HTTPStatus.NOT_FOUND, {}, offer_id)

    def smile(self, score: int) -> Answer:
        """See Handset."""
        return self._taps(lambda unit: orders.rate(unit, self._order_id, score))

    def plan(self) -> Plan | None:
        """See Handset."""
        now = self._edge.clock.now()
        with self._edge.read() as reader:
            way = journeys.load(reader, self._order_id)
            may = consents_store.allows(
                reader, Purpose.ARRIVAL_TIMING, order_id=self._order_id, now=now
            )
        is_reporting = may and way.started_at is not None and not way.has_arrived
        return plans.SHIPPED if is_reporting else None

    def report(self, sight: Sight, t: float, plan: Plan) -> Answer:
        """See Handset."""
        self._reports += 1
        one = RangeReport(
            self._reports, t, plans.rounded(sight.distance_m, plan), float(round(sight.accuracy_m))
        )

        def ask() -> dict[str, Any]:
            reported = report_range(self._edge, self._order_id, Post([one]))
            return {"taken": reported.taken, "middle_at": self._middle_at(reported)}

        return answered(ask)

    def _middle_at(self, reported: Reported) -> str | None:
        """When the store expects this customer now."""
        if reported.sighting is None:
            return None
        now, learned = self._edge.clock.now(), self._edge.part(RangeMemory).learned
        eta = expect(reported.journey, reported.sighting, now, now, learned=learned)
        return eta.middle_at.isoformat()

    def _card(self) -> Served | None:
        edge, now = self._edge, self._edge.clock.now()
        with edge.read() as reader:
            order = orders_store.load(reader, self._order_id)
            return consents.next_card(
                reader,
                order_id=order.order_id,
                customer_key=order.customer_key,
                lang=LANG,
                now=now,
                pepper=edge.pepper,
                minutes=edge.settings.consent_minutes,
            )

    def _answer(self, card: Served, *, is_yes: bool) -> None:
        def work(unit: Unit) -> None:
            order = orders_store.load(unit, self._order_id)
            whose = {"order_id": order.order_id, "customer_key": order.customer_key}
            if is_yes:
                consents.grant(unit, card, **whose, minutes=card.minutes)
            else:
                consents.refuse(unit, card, **whose)

        self._edge.write(work)

    def _taps(self, work: Callable[[Unit], object]) -> Answer:
        def ask() -> None:
            self._edge.write(work)

        return answered(ask)


class InsideScanner:
    """The scanner at the door."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def check_in(self, scan: str) -> Answer:
        """See Scanner."""

        def work(unit: Unit) -> None:
            seen = self._edge.part(RangeMemory).as_seen(self._edge.clock.monotonic())
            shop = orders.shop_here(unit, self._edge)
            check_in(unit, Shown(scan), Desk(How.KIOSK, DEVICE, shop, seen))

        def ask() -> None:
            self._edge.write(work)

        return answered(ask)
