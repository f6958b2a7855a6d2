"""The order view: every order there is, found by number, store, state and day; and one order's whole course."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from sync.hq import http
from sync.hq.base import times
from sync.hq.base.rows import Reader
from sync.hq.http import Caller, Who
from sync.hq.orders.rules.intake import HqOrder, OrderUnknown
from sync.hq.orders.store import decisions, found, orders, taken
from sync.hq.orders.store import intake as sources
from sync.hq.orders.store.found import Asked
from sync.hq.orders.web import shown
from sync.hq.orders.web.parts import OrdersParts, intake_at
from sync.hq.orders.web.shown import Row

bp = http.blueprint("orders")

PAGE_ROWS = 50
MOST_PAGES = 200
# Events of an order came to HQ between these: a store may have been out of touch for days.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=14)


@http.page(bp, "/", who=Who.VIEWER, summary="The order view")
def show_orders(*, caller: Caller) -> str:
    """Orders of shops and of stores, newest first, by number, store, state, source and day, in pages."""
    number = _page_number()
    with http.hq().read() as reader:
        stores = shown.known_stores(reader)
        day, zone = request.args.get("day", ""), _zone(stores)
        asked = _asked(day, zone)
        count = found.count(reader, asked)
        view: dict[str, Any] = {
            "rows": shown.rows(reader, found.page(
                reader, asked, most=PAGE_ROWS, skip=PAGE_ROWS * (number - 1)
            )),
            "stores": sorted(stores.values(), key=lambda store: store.name),
            "sources": sources.every_source(reader),
            "waiting": orders.count_waiting(reader),
        }  # fmt: skip
    pages = max(1, -(-count // PAGE_ROWS))
    return http.render(
        "hq_orders", **view, asked=asked, day=day, zone=zone, count=count, page=number, pages=pages,
        is_asked=bool(day) or asked != Asked(),
    )  # fmt: skip


@http.page(bp, "/orders/<order_id>", who=Who.VIEWER, summary="One order")
def show_order(order_id: str, *, caller: Caller) -> str:
    """One order with its lines, its whole course in words, and the decision it may need."""
    hq = http.hq()
    with hq.read() as reader:
        order = orders.by_id(reader, order_id)
        row = _row(reader, order, order_id)
        decision = decisions.of_order(reader, order_id)
        course = _course(reader, row)
        intake = intake_at(hq, reader)
    suggested, others = shown.by_suggestion(order, intake.stores) if order else ([], [])
    return http.render(
        "hq_order",
        row=row,
        order=order,
        course=course,
        decision=decision,
        suggested=suggested,
        others=others,
        link=shown.link_of(row, hq.clock.now()),
        pass_url=intake.pass_url(order) if order else "",
        can_decide=caller.role in ("manager", "admin"),
        now=hq.clock.now(),
    )


def _row(reader: Reader, order: HqOrder | None, order_id: str) -> Row:
    if order is not None:
        return shown.of_shop_orders(reader, [order])[0]
    own = taken.by_id(reader, order_id)
    if own is None:
        raise OrderUnknown
    return shown.of_taken_orders(reader, [own])[0]


def _course(reader: Reader, row: Row) -> list[Any]:
    """What the store told of the order, step by step."""
    if row["store"] is None:
        return []
    status = row["status"]
    last = max(status.reached.values(), default="") if status else ""
    end = max(row["at"], times.parse(last)) if last else row["at"]
    told = http.hq().part(OrdersParts).course(
        reader, row["store"].store_id, row["order_id"],
        since=row["at"] - _BEFORE, until=end + _AFTER,
    )  # fmt: skip
    return list(told)


def _page_number() -> int:
    said = request.args.get("page", "1")
    return min(max(1, int(said)), MOST_PAGES) if said.isascii() and said.isdigit() else 1


def _asked(day: str, zone: str) -> Asked:
    args = request.args
    since = _midnight(day, zone)
    source = "needs_person" if args.get("show") == "needs-a-person" else args.get("state", "")
    return Asked(
        search=args.get("q", "").strip()[:80],
        store_id=args.get("store", "")[:40],
        state=source[:20],
        source=args.get("source", "")[:40],
        since=since,
        until=_midnight(day, zone, days=1),
    )


def _midnight(day: str, zone: str, *, days: int = 0) -> datetime | None:
    """When a day begins in a zone, or one so many days later; None for what is no day."""
    try:
        on = date.fromisoformat(day) + timedelta(days=days)
        # The first and the last day there is have no neighbour in another zone.
        return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(stores: dict[str, Any]) -> str:
    """The zone in which a day is meant: of the store that is looked at, or of all if they share one."""
    chosen = stores.get(request.args.get("store", ""))
    zones = {chosen.zone} if chosen else {store.zone for store in stores.values()}
    return str(zones.pop()) if len(zones) == 1 else "UTC"
