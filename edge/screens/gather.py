"""Gathering: what several features know of the same orders, put side by side for the screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from edge.arrivals import store as journeys
from edge.base import store_record, times
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.uplink import Uplink
from edge.offers import store as offers
from edge.orders import store as orders
from edge.orders.rules import Order
from edge.products import store as products
from edge.profiles import store as profiles
from edge.screens import planning
from edge.screens.known import Known
from edge.screens.shown import LineShown
from edge.staff import store as staff
from edge.staff.rules import is_alive


def one(rows: Rows, edge: Edge, lang: str, order: Order) -> Known:
    """Everything the screens know of one order."""
    return several(rows, edge, lang, [order])[0]


def several(rows: Rows, edge: Edge, lang: str, wanted: Sequence[Order]) -> list[Known]:
    """The same for several orders, with few questions to the database."""
    ids = [order.order_id for order in wanted]
    ways = journeys.load_many(rows, ids) if ids else {}
    staff = people(rows)
    customers = customer_names(rows, wanted)
    placed = planning.plan_now(rows, edge).placed
    lines = [line for order in wanted for line in order.lines]
    skus = {each.sku for line in lines for each in (line, line.substitute) if each}
    names = {sku: each.name(lang) for sku, each in products.of_skus(rows, skus).items()}
    now = edge.clock.now()
    return [
        Known(
            order=order,
            journey=(way := ways[order.order_id]),
            eta=planning.eta_of(edge, order, way, now),
            now=now,
            customer=customers.get(order.customer_key, ""),
            people=staff,
            names=names,
            planned=placed.get(order.order_id),
        )
        for order in wanted
    ]


def open_orders(rows: Rows, edge: Edge, lang: str) -> list[Known]:
    """Everything the store still owes."""
    return several(rows, edge, lang, orders.open_orders(rows))


def people(rows: Rows) -> dict[str, str]:
    """Staff ids and the first names that the board shows."""
    return {staff_id: name.split(" ")[0] for staff_id, name in staff.names(rows).items()}


def customer_names(rows: Rows, wanted: Sequence[Order]) -> dict[str, str]:
    """First names with initial of the customers of these orders, by their key."""
    return profiles.names(rows, [order.customer_key for order in wanted]) if wanted else {}


def stepped(at: datetime, seconds: int) -> str:
    """The instant on a coarse grid, so that a small change is no change."""
    grid = int(at.timestamp()) // seconds * seconds
    return times.text(datetime.fromtimestamp(grid, UTC))


def store_name(rows: Rows, lang: str) -> str:
    """The store's name in this language."""
    here = store_record.load(rows)
    return here.name_ja if lang == "ja" and here.name_ja else here.name


def on_shift(rows: Rows, edge: Edge) -> list[str]:
    """Who is signed in now, by name."""
    wall = edge.clock.wall()
    alive = {each.staff_id for each in staff.sessions(rows) if is_alive(each, wall)}
    return [person.name for person in staff.people(rows) if person.staff_id in alive]


def line(edge: Edge) -> LineShown | None:
    """Whether the store reaches HQ, since when not, and what is kept meanwhile; None without an HQ."""
    seen = edge.part(Uplink).seen()
    if seen is None:
        return None
    contact = times.text(edge.clock.now() - timedelta(seconds=seen.seconds or 0.0))
    return LineShown(is_up=seen.is_up, contact_at=contact, kept=0 if seen.is_up else seen.backlog)


def redemptions(rows: Rows, day: str) -> int:
    """How many offers were redeemed on a store day."""
    begin = datetime.fromisoformat(day).replace(tzinfo=store_record.load(rows).zone)
    return offers.redemptions_count(rows, begin, begin + timedelta(days=1))
