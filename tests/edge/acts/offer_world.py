"""A store with orders, a customer on the way and offers beside her order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from edge.acts import decide_offers
from edge.acts.accept_offer import accept_offer
from edge.acts.redeem import redeem
from edge.arrivals import actions as arrivals
from edge.arrivals import store as arrivals_store
from edge.arrivals.memory import RangeMemory
from edge.base import log as event_log
from edge.base.log import LoggedEvent
from edge.consents import actions as consents
from edge.consents import store as consents_store
from edge.consents.rules import Purpose
from edge.offers import actions as offers
from edge.offers import store as offers_store
from edge.offers.memory import Book
from edge.offers.rules import Offer, Outcome, Redemption, Texts, Wish
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.orders.rules import LineFacts, Order
from sync.core.gates.decision import Decision
from sync.core.neutral import NeutralLine, NeutralOrder
from tests.world import OPENING, FixedClock, open_edge

MIGRATIONS = [
    each.migrations for each in (orders_store, arrivals_store, consents_store, offers_store)
]
CATALOGUE = {
    "SKU-001": LineFacts(zone="ambient"),
    "SKU-002": LineFacts(zone="chilled"),
    "SKU-061": LineFacts(made_to_order=True, prep_seconds=240),
}


class OfferWorld:
    """Ana's order of bread, cheese from the cold shelf, and what may go with it."""

    def __init__(self, home: Path) -> None:
        self.clock = FixedClock(OPENING)
        self.edge = open_edge(home, MIGRATIONS, clock=self.clock)
        self.edge.put_part(RangeMemory())
        self.edge.put_part(Book())
        with self.edge.read() as reader:
            self.shop = orders.shop_here(reader, self.edge)

    def order(self, n: int = 1, *skus: str) -> Order:
        """An order that came in, of bread and cheese unless told otherwise."""
        neutral = neutral_order(n, skus or ("SKU-001", "SKU-002"))
        return self.edge.write(
            lambda unit: orders.apply_order(unit, neutral, CATALOGUE, shop=self.shop, origin="hq")
        )

    def offer(self, **changes: object) -> Offer:
        """Coffee that goes with bread, made in four minutes."""
        return self.edge.write(lambda unit: offers.make(unit, make_wish(**changes), by="mia"))

    def says_yes(self, order: Order, *purposes: Purpose) -> None:
        """The customer says yes to sharing the way and to a suggestion, or to what is named."""
        for purpose in purposes or decide_offers.NEEDS:
            self.edge.write(lambda unit, purpose=purpose: self._grant(unit, order, purpose))

    def _grant(self, unit: object, order: Order, purpose: Purpose) -> None:
        shown = consents.card(
            unit,
            purpose,
            order_id=order.order_id,
            customer_key=order.customer_key,
            lang="en",
            now=self.clock.now(),
            pepper=self.edge.pepper,
        )
        consents.grant(
            unit, shown, order_id=order.order_id, customer_key=order.customer_key, minutes=240
        )

    def withdraws(self, order: Order, purpose: Purpose) -> None:
        """The customer takes a yes back."""
        self.edge.write(
            lambda unit: consents.withdraw(
                unit, purpose, customer_key=order.customer_key, order_id=order.order_id
            )
        )

    def sets_out(self, order: Order) -> None:
        """A tap on the pass: the early end of the ETA is about five minutes away."""
        memory = self.edge.part(RangeMemory)
        self.edge.write(lambda unit: arrivals.start(unit, order.order_id, memory, by="customer"))

    def sees(self, order: Order) -> Decision:
        """What stands beside the order now."""
        with self.edge.read() as reader:
            return decide_offers.offered(reader, self.edge, order.order_id)

    def reasons(self, order: Order) -> set[str]:
        """Why what is not shown is not shown."""
        return {reason for _, reason in self.sees(order).declined}

    def adds(self, order: Order, offer: Offer) -> Redemption:
        """The customer taps "Add to my pickup"."""

        def work(unit: object) -> Redemption:
            found = orders_store.load(unit, order.order_id)
            beside = decide_offers.beside(unit, self.edge, found, unit.now)
            return accept_offer(unit, offer.offer_id, found, beside)

        return self.edge.write(work)

    def redeems(self, offer: Offer, **how: str) -> Outcome:
        """Somebody redeems at the kiosk."""
        return self.edge.write(
            lambda unit: redeem(unit, offer.offer_id, shop=self.shop, surface="kiosk", **how)
        )

    def events(self, *kinds: str) -> list[LoggedEvent]:
        """What the log says of these kinds."""
        with self.edge.read() as reader:
            return event_log.read_after(reader, 0, kinds=kinds)


def make_wish(**changes: object) -> Wish:
    """Coffee that goes with bread, made in four minutes, twenty a day."""
    fields: dict[str, object] = {
        "kind": "coffee",
        "texts": {"en": Texts(title="Flat white"), "ja": Texts(title="フラットホワイト")},
        "price_minor": 300,
        "currency": "JPY",
        "starts_at": OPENING,
        "ends_at": OPENING + timedelta(hours=8),
        "limit": 20,
        "once_per_customer": True,
        "preparation_minutes": 4,
        "sku": "SKU-062",
        "goes_with": ("SKU-001",),
    }
    return Wish(**{**fields, **changes})  # type: ignore[arg-type]


def neutral_order(n: int, skus: tuple[str, ...]) -> NeutralOrder:
    return NeutralOrder(
        order_id=f"0192f0c0-0000-7000-8000-{n:012d}",
        source="woocommerce",
        source_id=str(700 + n),
        shown_number=str(700 + n),
        store_id="harbour-lane",
        customer_key=f"c-{n}",
        customer_name="Ana K.",
        lines=[
            NeutralLine(line_no=i, sku=sku, name=sku, qty=1, unit_price_minor=300)
            for i, sku in enumerate(skus, start=1)
        ],
        promise_at=OPENING + timedelta(hours=2),
        hold_until=OPENING + timedelta(hours=6),
        token_hash=f"{n:064x}",
        placed_at=OPENING,
        currency="JPY",
    )
