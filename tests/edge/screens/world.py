"""Orders and journeys for tests of view models: values only, no store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from edge.arrivals.rules import Eta, Journey, Phase, Source
from edge.locale import Words
from edge.orders.rules import Line, LineFacts, Order, State
from edge.screens.known import Known

NOW = datetime(2026, 11, 22, 8, 51, tzinfo=UTC)
ENGLISH = Words("en", "Asia/Tokyo")
JAPANESE = Words("ja", "Asia/Tokyo")


def at(minutes: float) -> datetime:
    """So many minutes from now."""
    return NOW + timedelta(minutes=minutes)


def line(line_no: int = 1, **changes: object) -> Line:
    """A line of an order: one thing from aisle 1."""
    facts = LineFacts(zone="ambient", aisle_order=10 * line_no)
    made = Line(
        line_no=line_no, sku=f"SKU-{line_no:03d}", name="Bread", qty=1, unit_price_minor=300
    )
    return replace(replace(made, facts=facts), **changes)  # type: ignore[arg-type]


def order(state: State = State.ACCEPTED, **changes: object) -> Order:
    """Ana's order A-17, promised in twenty minutes."""
    made = Order(
        order_id="o17",
        number="A-17",
        store_day="2026-11-22",
        source="web",
        source_id="1",
        shown_number="1001",
        customer_key="ana",
        token_hash="",
        lines=(line(1), line(2)),
        placed_at=at(-60),
        promise_at=at(20),
        hold_until=at(260),
        currency="JPY",
        lang="en",
        state=state,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def eta(low: float = 20, high: float = 20, source: Source = Source.PROMISED, **more: bool) -> Eta:
    """A band of minutes from now."""
    return Eta(at(low), at((low + high) / 2), at(high), source, at(-0.1), 6.0, **more)


def known(order: Order, journey: Journey | None = None, expected: Eta | None = None) -> Known:
    """What the screens know of an order."""
    return Known(
        order=order,
        journey=journey or Journey(order.order_id),
        eta=expected or eta(),
        now=NOW,
        customer="Ana M.",
        people={"yuki": "Yuki", "ken": "Ken"},
    )


def here(bay: str = "", minutes_ago: float = 0.5) -> Journey:
    """A customer who has arrived."""
    return Journey("o17", Phase.ARRIVED, arrived_at=at(-minutes_ago), arrived_how="tap", bay=bay)


def on_the_way() -> Journey:
    """A customer who set out six minutes ago."""
    return Journey("o17", Phase.EN_ROUTE, started_at=at(-6))
