"""The page about waits: each store's day as a picture, every number with its definition, and all of it as CSV."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Response, request

from sync.hq import http
from sync.hq.base.rows import Reader
from sync.hq.http import Caller, Who
from sync.hq.reports.rules import waits
from sync.hq.reports.rules.picture import Picture, drawn
from sync.hq.reports.rules.waits import Sum, Wait
from sync.hq.reports.web.parts import KnownStore, ReportsParts

bp = http.blueprint("waits")

STORES_A_PAGE = 20
_BEFORE, _LATE = timedelta(hours=12), timedelta(days=14)
_ONE_HEIGHT, _EACH_HEIGHT = 300.0, 150.0


class StoreDay(NamedTuple):
    """One store's day."""

    store: KnownStore
    waits: list[Wait]
    sum: Sum
    picture: Picture


@http.page(bp, "/waits", who=Who.VIEWER, summary="How long customers waited")
def show_waits(*, caller: Caller) -> str:
    """A day's waits of one store or of all, a dot an order."""
    hq = http.hq()
    with hq.read() as reader:
        stores = list(hq.part(ReportsParts).stores(reader))
        chosen = _chosen(stores)
        day, today = _day(chosen), _today(chosen)
        height = _ONE_HEIGHT if len(chosen) == 1 else _EACH_HEIGHT
        days = [_store_day(reader, store, day, height) for store in chosen[:STORES_A_PAGE]]
    everybody = waits.added(
        [wait for each in days for wait in each.waits], sum(each.sum.unknown for each in days)
    )
    return http.render(
        "hq_waits", days=days, stores=stores, day=day, all=everybody, left_out=len(chosen) - len(days),
        store_id=chosen[0].store_id if len(chosen) == 1 else "",
        before=day - timedelta(days=1), after=day + timedelta(days=1) if day < today else None,
    )  # fmt: skip


@http.page(bp, "/waits.csv", who=Who.VIEWER, summary="A day's waits as CSV")
def export_waits(*, caller: Caller) -> Response:
    """One row an order; instants in the store's zone, seconds to one tenth."""
    hq = http.hq()
    with hq.read() as reader:
        chosen = _chosen(list(hq.part(ReportsParts).stores(reader)))
        day = _day(chosen)
        days = [_store_day(reader, store, day, _ONE_HEIGHT) for store in chosen]
    rows: list[tuple[Any, ...]] = [
        (
            each.store.store_id,
            wait.order_id,
            _local(wait.arrived_at, each.store.zone),
            _local(wait.handed_over_at, each.store.zone),
            f"{wait.seconds:.1f}",
            "yes" if wait.was_ready else "no",
        )
        for each in days
        for wait in each.waits
    ]
    names = ("store", "order", "arrived_at", "handed_over_at", "wait_s", "ready_on_arrival")
    return http.csv_file(f"waits-{day.isoformat()}.csv", names, rows)


def _store_day(reader: Reader, store: KnownStore, day: date, height: float) -> StoreDay:
    begins = datetime.combine(day, time(), ZoneInfo(store.zone)).astimezone(UTC)
    happened = http.hq().part(ReportsParts).happened
    events = happened(
        reader, store.store_id, waits.KINDS, since=begins - _BEFORE, until=begins + _LATE
    )
    found, unknown = waits.of_day(events, day, store.zone)
    return StoreDay(
        store, found, waits.added(found, unknown), drawn(found, store.zone, height=height)
    )


def _chosen(stores: list[KnownStore]) -> list[KnownStore]:
    asked = request.args.get("store", "")
    return [store for store in stores if store.store_id == asked] or stores


def _today(chosen: list[KnownStore]) -> date:
    """The day that it is now in the first of the stores."""
    zone = chosen[0].zone if chosen else "UTC"
    return http.hq().clock.now().astimezone(ZoneInfo(zone)).date()


def _day(chosen: list[KnownStore]) -> date:
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return _today(chosen)
    return asked if date(2000, 1, 2) <= asked <= date(2199, 12, 1) else _today(chosen)


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
