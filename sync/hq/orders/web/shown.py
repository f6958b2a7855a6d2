"""Orders as pages show them: the shop's order or the store's own, with the store's last word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sync.hq import http
from sync.hq.base import records, times
from sync.hq.base.rows import Reader
from sync.hq.orders.rules.intake import HqOrder
from sync.hq.orders.rules.route import KnownStore, Suggestion
from sync.hq.orders.store import orders, taken
from sync.hq.orders.store.found import Found
from sync.hq.orders.web.parts import OrdersParts
from sync.records.order import TakenInStore

Row = dict[str, Any]
# The customer's link answers for so long after the handover.
_LINK_LASTS = timedelta(hours=24)


def known_stores(reader: Reader) -> dict[str, KnownStore]:
    """All stores by id."""
    return {store.store_id: store for store in http.hq().part(OrdersParts).stores(reader)}


def rows(reader: Reader, found: Sequence[Found]) -> list[Row]:
    """What a list shows of each, in the order in which they were found."""
    ids = [each.order_id for each in found]
    shop, own = orders.among(reader, ids), taken.among(reader, ids)
    statuses = {
        is_taken: _statuses(reader, [each for each in found if each.is_taken is is_taken])
        for is_taken in (False, True)
    }
    known = known_stores(reader)
    made = (
        of_taken(own[each.store_id, each.order_id], statuses[True], known)
        if each.is_taken
        else of_shop(shop[each.order_id], statuses[False], known)
        for each in found
    )
    return list(made)


def of_shop(order: HqOrder, statuses: Mapping[str, Any], known: Mapping[str, KnownStore]) -> Row:
    """An order of a shop system."""
    status = statuses.get(order.order_id)
    return {
        "order": order,
        "order_id": order.order_id,
        "at": order.placed_at,
        "store": known.get(order.store_id),
        "status": status,
        "number": (status.number if status else "") or order.shown_number or order.source_id,
        "state": state_of(order, status),
        "lines": len(order.lines),
    }


def of_taken(
    own: TakenInStore, statuses: Mapping[str, Any], known: Mapping[str, KnownStore]
) -> Row:
    """An order that a store took itself."""
    status = statuses.get(own.order_id)
    return {
        "order": None,
        "order_id": own.order_id,
        "at": times.parse(own.taken_at),
        "store": known.get(own.store_id),
        "status": status,
        "number": own.number,
        "state": status.state if status else "received",
        "lines": own.lines,
    }


def of_shop_orders(reader: Reader, found: Sequence[HqOrder]) -> list[Row]:
    """Orders of shop systems with the stores' words."""
    asked = [Found(order.order_id, order.store_id, is_taken=False) for order in found]
    statuses, known = _statuses(reader, asked), known_stores(reader)
    return [of_shop(order, statuses, known) for order in found]


def of_taken_orders(reader: Reader, found: Sequence[TakenInStore]) -> list[Row]:
    """Orders of stores with the stores' words."""
    asked = [Found(own.order_id, own.store_id, is_taken=True) for own in found]
    statuses, known = _statuses(reader, asked), known_stores(reader)
    return [of_taken(own, statuses, known) for own in found]


def _statuses(reader: Reader, found: Iterable[Found]) -> Mapping[str, Any]:
    return records.of_owners(
        reader, "order_status", {each.order_id: each.store_id for each in found}
    )


def state_of(order: HqOrder, status: Any) -> str:
    """The state in one word; the store's word counts once it has spoken."""
    if order.needs_person:
        return "needs_person"
    if status is not None:
        return str(status.state)
    if order.cancelled:
        return "not_pickup" if order.resolved_by and not order.store_id else "cancelled"
    return "sent"


def link_of(row: Row, now: datetime) -> str:
    """How the customer's link stands: none, works, says_cancelled, ended."""
    if row["order"] is None or row["store"] is None:
        return "none"
    if row["state"] == "cancelled":
        return "says_cancelled"
    given = row["status"].reached.get("handed_over") if row["status"] else None
    is_over = given is not None and now - times.parse(given) > _LINK_LASTS
    return "ended" if is_over else "works"


def by_suggestion(
    order: HqOrder, stores: Iterable[KnownStore]
) -> tuple[list[tuple[KnownStore, str]], list[KnownStore]]:
    """The suggested stores with how far they are, the nearest first, and all others by name."""
    known = {store.store_id: store for store in stores}
    if order.store_id:
        return ([(known[order.store_id], "has_it")] if order.store_id in known else [], [])
    suggested: tuple[Suggestion, ...] = order.doubt.suggestions if order.doubt else ()
    first = [(known[each.store_id], each.band) for each in suggested if each.store_id in known]
    named = {store.store_id for store, _ in first}
    others = sorted((known[each] for each in known if each not in named), key=lambda one: one.name)
    return first, others
