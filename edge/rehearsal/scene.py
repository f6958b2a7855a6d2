"""The morning after: a few orders in different states, for whoever wants to click through the shop."""

from __future__ import annotations

import msgspec

from edge.rehearsal.day import PlannedOrder
from edge.rehearsal.people import Worker
from edge.rehearsal.phone import Phone
from edge.rehearsal.stage import Stage
from edge.rehearsal.trips import Sight
from sync.doors.clock import SystemClock

STATES = ("to be picked", "to be picked", "ready", "on the way", "at the kiosk", "handed over")

_FIRST_NUMBER = 9001
_ON_BOARD_SECONDS = 5.0
_LOOK_SECONDS = 0.01


class Scene:
    """Six customers: two wait to be picked, one lies ready, one is on the way, one stands there, one is served."""

    def __init__(self, stage: Stage, orders: list[PlannedOrder], begins_s: float) -> None:
        self._stage, self._at_s = stage, begins_s
        self._clock = SystemClock()
        plain = [msgspec.structs.replace(one, finish=None) for one in orders[:6]]
        self._orders = [*plain[:1], *orders[1:2], *plain[2:]]

    def set(self) -> list[str]:
        """Place and prepare them; the links of their passes."""
        stage, worker = self._stage, self._stage.workers[0]
        stage.tempo.go_to(self._at_s)
        placed = [self._place(n, order) for n, order in enumerate(self._orders)]
        for n, (order_id, _phone) in enumerate(placed[2:]):
            self._prepare(worker, order_id, f"E{n + 1}")
        self._comes(placed[3][1])
        for _order_id, phone in placed[4:]:
            stage.kiosk.check_in(phone.code)
        worker.bring_out(placed[5][0])
        worker.hand_over(placed[5][0], code=placed[5][1].code)
        return [phone.link for _, phone in placed]

    def _place(self, n: int, order: PlannedOrder) -> tuple[str, Phone]:
        stage = self._stage
        stage.tempo.go_to(self._at_s + 60.0 * n)
        taken = stage.webshop.place(
            order, _FIRST_NUMBER + n, stage.tempo.moment(stage.tempo.at_s)
        ).json()
        phone = Phone(stage.on_the_road(20_000 + n), taken["pass_url"])
        end = self._clock.monotonic() + _ON_BOARD_SECONDS
        while not phone.open_pass() and self._clock.monotonic() < end:
            self._clock.sleep(_LOOK_SECONDS)
        return taken["order_id"], phone

    def _prepare(self, worker: Worker, order_id: str, bin_name: str) -> None:
        worker.start_picking(order_id)
        for line in worker.order(order_id).get("lines", []):
            if not line["made_to_order"]:
                worker.pick(order_id, line["line_no"], line["qty"])
        worker.stage(order_id, bin_name)

    def _comes(self, phone: Phone) -> None:
        phone.say_yes()
        phone.set_out()
        plan = phone.plan()
        if plan is not None:
            t = self._stage.tempo.moment(self._stage.tempo.at_s).timestamp()
            phone.report(Sight(2600.0, 12.0), t, plan)
