"""The order view: what came in, where it went, and what a person has to decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from flask import Response, request

from sync.hq import http
from sync.hq.base import records, times
from sync.hq.base.rows import Reader
from sync.hq.http import Caller, Who
from sync.hq.orders.actions.deciding import decide
from sync.hq.orders.actions.intake import Intake
from sync.hq.orders.rules.intake import HqOrder, OrderUnknown
from sync.hq.orders.rules.route import KnownStore
from sync.hq.orders.store import intake as sources
from sync.hq.orders.store import orders, taken
from sync.hq.orders.web.parts import OrdersParts, intake_at
from sync.records.order import TakenInStore

bp = http.blueprint("orders")


class DecisionForm(msgspec.Struct, forbid_unknown_fields=True):
    """The store that a person chose."""

    store_id: str


@http.page(bp, "/", who=Who.VIEWER, summary="The order view")
def show_orders(*, caller: Caller) -> str:
    """Orders of shops and of stores, those that need a person first; filter by store and words."""
    only_waiting = request.args.get("show") == "needs-a-person"
    search, store_id = request.args.get("q", "").strip()[:80], request.args.get("store", "")[:40]
    with http.hq().read() as reader:
        found = orders.listed(reader, store_id=store_id, search=search, needs_person=only_waiting)
        own = [] if only_waiting else taken.listed(reader, store_id=store_id, search=search)
        all_of_hq, waiting = orders.count(reader)
        view: dict[str, Any] = {
            "orders": _newest_first(_rows(reader, found) + _taken_rows(reader, own)),
            "stores": http.hq().part(OrdersParts).stores(reader),
            "count": (all_of_hq + taken.count(reader), waiting),
            "sources": sources.every_source(reader),
        }
    return http.render(
        "hq_orders", **view, search=search, store_id=store_id, only_waiting=only_waiting
    )


@http.page(bp, "/orders/<order_id>", who=Who.VIEWER, summary="One order")
def show_order(order_id: str, *, caller: Caller) -> str:
    """One order with its lines, its way through the store, and the decision it may need."""
    hq = http.hq()
    with hq.read() as reader:
        order = orders.by_id(reader, order_id)
        if order is None:
            raise OrderUnknown
        intake = intake_at(hq, reader)
        [row] = _rows(reader, [order])
    return http.render(
        "hq_order",
        row=row,
        order=order,
        stores=_by_suggestion(order, intake),
        pass_url=intake.pass_url(order),
        can_decide=caller.role in ("manager", "admin"),
    )


@http.page(
    bp,
    "/orders/<order_id>/store",
    method="POST",
    who=Who.MANAGER,
    form=DecisionForm,
    summary="Decide which store picks an order",
)
def choose_store(order_id: str, *, body: DecisionForm, caller: Caller) -> Response:
    """Send an order to the chosen store, in the name of whoever is signed in."""
    hq = http.hq()
    hq.write(
        lambda unit: decide(
            unit, order_id, body.store_id, by=caller.name, intake=intake_at(hq, unit)
        )
    )
    return http.see_other(f"/orders/{order_id}")


def _rows(reader: Reader, found: Sequence[HqOrder]) -> list[dict[str, Any]]:
    owners = {order.order_id: order.store_id for order in found}
    known, statuses = _known(reader), records.of_owners(reader, "order_status", owners)
    return [
        {
            "order": order,
            "at": times.text(order.placed_at),
            "store": known.get(order.store_id),
            "status": statuses.get(order.order_id),
            "state": _state(order, statuses.get(order.order_id)),
        }
        for order in found
    ]


def _taken_rows(reader: Reader, found: Sequence[TakenInStore]) -> list[dict[str, Any]]:
    owners = {each.order_id: each.store_id for each in found}
    known, statuses = _known(reader), records.of_owners(reader, "order_status", owners)
    return [
        {
            "taken": each,
            "at": each.taken_at,
            "store": known.get(each.store_id),
            "state": status.state if (status := statuses.get(each.order_id)) else "sent",
        }
        for each in found
    ]


def _known(reader: Reader) -> dict[str, KnownStore]:
    return {store.store_id: store for store in http.hq().part(OrdersParts).stores(reader)}


def _newest_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that wait for a person stay in front."""
    return sorted(rows, key=lambda row: (row["state"] == "needs_person", row["at"]), reverse=True)


def _state(order: HqOrder, status: Any) -> str:
    """The state in one word; the store's word counts once it has spoken."""
    if order.needs_person:
        return "needs_person"
    if status is not None:
        return str(status.state)
    return "cancelled" if order.cancelled else "sent"


def _by_suggestion(order: HqOrder, intake: Intake) -> list[tuple[Any, str | None]]:
    """The stores to choose from, the suggested ones first, with how far they are."""
    suggested = {
        each.store_id: each.band for each in (order.doubt.suggestions if order.doubt else ())
    }
    ranks = list(suggested)

    def rank(store_id: str) -> int:
        return ranks.index(store_id) if store_id in suggested else len(ranks)

    ordered = sorted(intake.stores, key=lambda store: (rank(store.store_id), store.name))
    return [(store, suggested.get(store.store_id)) for store in ordered]
