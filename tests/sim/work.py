"""What people do while things go wrong: orders through their life, consents, offers, HQ's own changes.

Each deed has dice of its own, so that leaving a fault out of a run changes as little as possible of the rest.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from edge.acts.hand_over import hand_over
from edge.acts.receive_order import receive_order
from edge.base.unit import Unit
from edge.consents import actions as consents
from edge.consents.rules import Purpose
from edge.offers import actions as offers
from edge.offers.rules import Texts, Wish
from edge.orders import actions as orders
from edge.orders import store as order_rows
from edge.orders.rules.order import State
from sync.core.errors import Refusal
from sync.core.neutral import NeutralLine, NeutralOrder
from sync.hq.orders.actions import privacy
from sync.hq.orders.rules.draft import Buyer, PrivacyAsked
from sync.hq.orders.store.intake import SourceRow
from sync.hq.orders.web.parts import intake_at
from tests.sim.box import Box
from tests.sim.hq import Headquarters
from tests.sim.time_and_chance import Time

CATALOGUE = (
    "sku,gtin,name_en,name_ja,aisle_order,price_minor,prep_minutes,class,zone\n"
    "MILK,,Milk,牛乳,1,{milk},0,shelf,chilled\nRICE,,Rice,米,2,900,0,shelf,ambient\n"
)
BY = "ken"
PEOPLE = 4


class Workload:
    """Deeds by name; `done` says what was done, for the trace."""

    def __init__(self, hq: Headquarters, time: Time, names: list[str]) -> None:
        self._hq, self._time, self._names = hq, time, names
        self.api_key = hq.command("add-api-key", name="till")["key"]
        self._orders: dict[str, dict[str, Any]] = {}
        self.told_of: list[str] = []
        self.erased: list[str] = []
        self._count = 0

    def anything(self, box: Box, dice: random.Random) -> str:
        """One deed, at a store or at HQ."""
        here = [self.take_order, self.go_on, self.go_on, self.go_on, self.go_on, self.call_off]
        with_people = [
            self.allow,
            self.allow,
            self.take_back,
            self.offer,
            self.redeem,
            self.redeem,
        ]
        deeds = [*here, *with_people, *([self.at_hq] * 6)]
        return dice.choice(deeds)(box, dice)

    def take_order(self, box: Box, dice: random.Random) -> str:
        """Somebody orders at the store's own till."""
        now = self._time.true_now
        number = self._next()
        order = NeutralOrder(
            order_id=box.edge.ids.uuid7(now),
            source="till",
            source_id=f"{box.name}-{number}",
            shown_number="",
            store_id=box.store_id,
            customer_key=f"walk-in-{dice.randrange(PEOPLE)}-{box.store_id}",
            customer_name="Ben T",
            lines=[NeutralLine(line_no=1, sku="RICE", name="Rice", qty=1, unit_price_minor=900)],
            promise_at=now + timedelta(hours=1),
            hold_until=now + timedelta(hours=5),
            token_hash="",
            placed_at=now,
            currency="JPY",
        )

        def work(unit: Unit) -> object:
            return receive_order(unit, order, shop=orders.shop_here(unit, box.edge), origin="edge")

        box.write(work)
        return f"takes order {order.order_id[-6:]}"

    def go_on(self, box: Box, dice: random.Random) -> str:
        """The next step of some open order."""
        found = _open(box)
        if not found:
            return "rests"
        return self.go_on_with(box, dice.choice(found))

    def go_on_with(self, box: Box, order_id: str) -> str:
        """The next step of this order."""
        box.write(lambda unit: _next_step(unit, box, order_id))
        return f"goes on with {order_id[-6:]}"

    def call_off(self, box: Box, dice: random.Random) -> str:
        """An order is cancelled at the store, or nobody came for it."""
        found = _open(box)
        if not found or dice.random() < 0.5:
            return "rests"
        order_id = dice.choice(found)
        box.write(lambda unit: orders.cancel(unit, order_id, reason="asked", by=BY))
        return f"cancels {order_id[-6:]}"

    def allow(self, box: Box, dice: random.Random) -> str:
        """A customer says yes."""
        order = _somebody(box, dice)
        return "rests" if order is None else self.says_yes(box, _purpose(dice), *order)

    def allow_a_stranger(self, box: Box, dice: random.Random) -> str:
        """A store records a yes of somebody of whom HQ says that they have no order there."""
        if not self._hq.is_up:
            return "rests"
        found = self._hq.rows(
            "SELECT order_id, customer_key FROM orders WHERE store_id <> :id AND customer_key <> ''"
            " ORDER BY order_id", id=box.store_id,
        )  # fmt: skip
        if not found:
            return "rests"
        row = dice.choice(found)
        return self.says_yes(box, _purpose(dice), row["order_id"], row["customer_key"])

    def says_yes(self, box: Box, purpose: Purpose, order_id: str, key: str) -> str:
        """A customer answers the card that they are shown."""

        def work(unit: Unit) -> object:
            shown = consents.card(
                unit, purpose, order_id=order_id, customer_key=key, lang="en", now=unit.now,
                pepper=box.edge.pepper, again=True,
            )  # fmt: skip
            return shown and consents.grant(
                unit, shown, order_id=order_id, customer_key=key, minutes=60
            )

        box.write(work)
        return f"{key[:9]} allows {purpose}"

    def take_back(self, box: Box, dice: random.Random) -> str:
        """A customer takes a yes back."""
        order, purpose = _somebody(box, dice), _purpose(dice)
        if order is None:
            return "rests"
        key = order[1]
        box.write(lambda unit: consents.withdraw(unit, purpose, customer_key=key))
        return f"{key[:9]} takes {purpose} back"

    def offer(self, box: Box, dice: random.Random) -> str:
        """The store makes an offer, or changes one of its own."""
        wish = a_wish(self._time, price=dice.randrange(100, 500), limit=1)
        own = box.rows("SELECT offer_id FROM offers WHERE owner = 'store' ORDER BY offer_id")
        if own and dice.random() < 0.5:
            offer_id = dice.choice(own)["offer_id"]
            box.write(lambda unit: offers.change(unit, offer_id, wish, by=BY))
            return f"changes offer {offer_id[-6:]}"
        box.write(lambda unit: offers.make(unit, wish, by=BY))
        return "makes an offer"

    def redeem(self, box: Box, dice: random.Random) -> str:
        """Somebody takes one of an offer, or is given it at the desk."""
        given = box.rows(
            "SELECT spoken_code FROM redemptions WHERE honoured_at IS NULL ORDER BY 1"
        )
        if given and dice.random() < 0.5:
            code = dice.choice(given)["spoken_code"]
            box.write(lambda unit: offers.honour(unit, code, by=BY))
            return "honours"
        known = box.rows("SELECT offer_id FROM offers ORDER BY offer_id")
        if not known:
            return "rests"
        offer_id, who = dice.choice(known)["offer_id"], f"shopper-{dice.randrange(PEOPLE)}"
        box.write(lambda unit: offers.redeem(unit, offer_id, surface="qr", shopper_key=who, by=BY))
        return f"redeems {offer_id[-6:]}"

    def at_hq(self, box: Box, dice: random.Random) -> str:
        """Something happens at HQ."""
        if not self._hq.is_up:
            return "finds HQ down"
        deeds: list[Callable[[Box, random.Random], str]] = [
            *[self.hq_order] * 4, self.hq_cancel, self.hq_change, self.hq_offer, self.hq_price,
            self.hq_erases,
        ]  # fmt: skip
        return dice.choice(deeds)(box, dice)

    def hq_order(self, box: Box, dice: random.Random) -> str:
        """A shop sends an order for a store."""
        number = str(self._next())
        body = {
            "source_id": number,
            "store": _name(box.store_id),
            "currency": "JPY",
            "lines": [{"sku": "MILK", "name": "Milk", "qty": dice.randrange(1, 3)}],
            "buyer": {"first_name": "Ana", "ref": f"b{dice.randrange(PEOPLE)}"},
        }
        self._send(number, body)
        return f"HQ takes order {number} for {box.store_id}"

    def hq_cancel(self, box: Box, dice: random.Random) -> str:
        """The shop cancels."""
        return self._again(dice, cancelled=True)

    def hq_change(self, box: Box, dice: random.Random) -> str:
        """The shop changes a line."""
        return self._again(dice, lines=[{"sku": "RICE", "name": "Rice", "qty": 2}])

    def hq_offer(self, box: Box, dice: random.Random) -> str:
        """HQ makes or changes an offer of its own."""
        number = dice.randrange(2)
        self.publish(f"hq-offer-{number}", price=dice.randrange(100, 900))
        return f"HQ publishes offer {number}"

    def publish(self, offer_id: str, *, price: int, limit: int | None = 2) -> None:
        """An offer of HQ's own."""
        wish = a_wish(self._time, price=price, limit=limit)
        texts = {
            lang: {"title": each.title, "body": "", "why": ""} for lang, each in wish.texts.items()
        }
        self._hq.command(
            "publish-offer", offer_id=offer_id, offer_kind="bakery", texts=texts,
            price_minor=price, currency="JPY", starts_at=wish.starts_at.isoformat(),
            ends_at=wish.ends_at.isoformat(), limit=limit,
        )  # fmt: skip

    def hq_price(self, box: Box, dice: random.Random) -> str:
        """HQ changes the catalogue."""
        milk = dice.randrange(200, 300)
        self._hq.command("import-products", text=CATALOGUE.format(milk=milk), currency="JPY")
        return f"HQ sells milk for {milk}"

    def hq_erases(self, box: Box, dice: random.Random) -> str:
        """Somebody asks to be forgotten."""
        if dice.random() < 0.6:
            return "rests"
        who = f"b{dice.randrange(PEOPLE)}"
        self.erase(who)
        return f"HQ forgets {who}"

    def erase(self, who: str) -> None:
        """A shop passes on that a person wants to be forgotten."""
        hq = self._hq.hq
        source = SourceRow(name="api:till", adapter="", currency="JPY", lang="en")
        asked = PrivacyAsked(topic="customer_erasure", buyer=Buyer(ref=who))
        body_hash = f"erase-{self._next()}"
        hq.write(
            lambda unit: privacy.note(
                unit, asked, body_hash, source=source, intake=intake_at(hq, unit)
            )
        )
        self._hq.work()

    def _again(self, dice: random.Random, **changes: Any) -> str:
        if not self._orders:
            return "rests"
        number = dice.choice(sorted(self._orders))
        body = {**self._orders[number], **changes}
        self._send(number, {**body, "modified_at": self._time.true_now.isoformat()})
        return f"HQ hears again of {number}: {', '.join(changes)}"

    def _send(self, number: str, body: dict[str, Any]) -> None:
        self._orders[number] = body
        said = self._hq.post("/api/v1/orders", self.api_key, body)
        if said.status == 201:
            self.told_of.append(number)

    def _next(self) -> int:
        self._count += 1
        return self._count


def a_wish(time: Time, *, price: int, limit: int | None) -> Wish:
    """Bread, for the next hours."""
    return Wish(
        kind="bakery",
        texts={"en": Texts(title="Loaf"), "ja": Texts(title="パン")},
        price_minor=price,
        currency="JPY",
        starts_at=time.true_now - timedelta(days=400),
        ends_at=time.true_now + timedelta(days=800),
        limit=limit,
        once_per_customer=False,
    )


def _name(store_id: str) -> str:
    return f"Store {store_id}"


def _open(box: Box) -> list[str]:
    found = box.rows("SELECT order_id FROM orders WHERE is_open = 1 ORDER BY order_id")
    return [row["order_id"] for row in found]


def _somebody(box: Box, dice: random.Random) -> tuple[str, str] | None:
    found = box.rows(
        "SELECT order_id, customer_key FROM orders WHERE is_open = 1 AND customer_key <> '' ORDER BY order_id"
    )
    if not found:
        return None
    row = dice.choice(found)
    return row["order_id"], row["customer_key"]


def _purpose(dice: random.Random) -> Purpose:
    return dice.choice([Purpose.PURCHASE_OFFERS, Purpose.ARRIVAL_TIMING])


def _next_step(unit: Unit, box: Box, order_id: str) -> object:
    order = order_rows.load(unit, order_id)
    if order.state is State.RECEIVED:
        return orders.accept(unit, order_id, by=BY)
    if order.state is State.ACCEPTED:
        return orders.start_picking(unit, order_id, by=BY)
    if order.state is State.PICKING:
        line = next(each for each in order.lines if each.picked_qty is None)
        return orders.pick(unit, order_id, line.line_no, line.qty, by=BY)
    if order.state is State.PICKED:
        return orders.stage(unit, order_id, f"B{order.number}", by=BY)
    shop = orders.shop_here(unit, box.edge)
    return hand_over(unit, order_id, override_reason="known", by=BY, shop=shop)


REFUSALS = (Refusal,)
