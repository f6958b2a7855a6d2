"""A real store in a folder of its own, whose clock moves when told: no processes, no network, no HQ."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from edge import jobs, reactions
from edge.acts.receive_order import receive_order
from edge.app import open_store
from edge.base import store_record
from edge.base.store_record import StoreRecord
from edge.base.unit import Unit
from edge.orders import actions as orders
from edge.orders.rules.numbers import store_day
from edge.products import actions as products
from edge.products.rules import read_catalogue
from edge.rehearsal.day import Person, PlannedOrder
from edge.rehearsal.goods import CATALOGUE, Goods
from edge.rehearsal.inside import InsideHands
from edge.rehearsal.timeline import Timeline
from edge.screens import figures
from edge.staff import actions as staff
from edge.staff.rules import Role
from sync.core.neutral import NeutralLine, NeutralOrder
from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds

BY = "simulator"
ZONE = ZoneInfo("Asia/Tokyo")
OPENING = datetime(2026, 11, 20, 10, 0, tzinfo=ZONE)
# Held until the next day: some order in the evening for the next afternoon.
PROMISE_SECONDS, HOLD_SECONDS = 20 * 60.0, 24 * 3600.0
STORE = StoreRecord(
    store_id="harbour-lane",
    code="HL",
    name="Harbour Lane",
    time_zone=str(ZONE),
    currency="JPY",
    north=35.4,
    east=139.7,
)


class SimulatedStore(Timeline):
    """Everything of a running store but its web: rules, acts, reactions, timers, screens, on a real database."""

    def __init__(self, home: Path, begins_s: float, seed: int) -> None:
        super().__init__(OPENING)
        self.at_s = begins_s
        self._clock = FixedClock(self.moment(begins_s))
        self._ids = SeededIds(seed)
        self.edge = open_store(home, clock=self._clock, ids=self._ids, environment={})
        self.edge.write(lambda unit: store_record.save(unit, STORE))
        reactions.follower(self.edge, reactions.table(self.edge))
        self._schedule = jobs.Schedule(self.edge, timer_work=jobs.timer_work(self.edge), jobs=())
        goods = read_catalogue(CATALOGUE.read_text(encoding="utf-8"), STORE.currency)
        self.edge.write(lambda unit: products.import_products(unit, goods, by=BY))

    def close(self) -> None:
        """Let the folder go."""
        self.edge.close()

    def go_to(self, seconds: float) -> None:
        """Let time pass, and what is due by the clock happen."""
        self._clock.advance(seconds=seconds - self.at_s)
        self.at_s = seconds
        self._schedule.wake()

    def hire(self, person: Person) -> InsideHands:
        """Somebody works here from now on, with a tablet of their own."""

        def work(unit: Unit) -> tuple[str, str]:
            added = staff.add_person(unit, person.id, Role.PICKER, pin_hash="", by=BY)
            code = staff.make_code(unit, at=self._clock.wall(), by=BY)
            tablet, _token = staff.pair(unit, code, person.id, at=self._clock.wall())
            return added.staff_id, tablet.device_id

        staff_id, device_id = self.edge.write(work)
        return InsideHands(self.edge, person, staff_id=staff_id, device_id=device_id)

    def receive(self, planned: PlannedOrder, n: int) -> str:
        """An order reaches the store, as HQ would tell it; its id."""
        order_id = self._ids.uuid7(self._clock.now())
        neutral = _neutral(planned, n, order_id, self)
        self.edge.write(
            lambda unit: receive_order(
                unit, neutral, shop=orders.shop_here(unit, self.edge), origin="hq"
            )
        )
        return order_id

    def figures(self, day: str) -> dict[str, Any]:
        """What the product itself says of a store day."""
        with self.edge.read() as reader:
            said = figures.figures(reader, self.edge, day)
        shown: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(said))
        return shown

    def store_day(self, seconds: float) -> str:
        """The store day to which a moment belongs."""
        return store_day(self.moment(seconds), ZONE)


def _neutral(planned: PlannedOrder, n: int, order_id: str, timeline: Timeline) -> NeutralOrder:
    skus = [line.sku for line in planned.lines] + ([planned.finish.sku] if planned.finish else [])
    promise_s = planned.placed_s + PROMISE_SECONDS
    return NeutralOrder(
        order_id=order_id,
        source="webshop",
        source_id=str(n),
        shown_number=str(n),
        store_id=STORE.store_id,
        customer_key=f"customer-{n}",
        customer_name=f"Customer {n}",
        lines=[_line(line_no, sku) for line_no, sku in enumerate(skus, start=1)],
        promise_at=timeline.moment(promise_s),
        hold_until=timeline.moment(promise_s + HOLD_SECONDS),
        token_hash="",
        placed_at=timeline.moment(planned.placed_s),
        currency=STORE.currency,
    )


def _line(line_no: int, sku: str) -> NeutralLine:
    return NeutralLine(
        line_no=line_no, sku=sku, name=Goods.name(sku), qty=1, unit_price_minor=Goods.price(sku)
    )
