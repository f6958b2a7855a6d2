"""Needs a person: each doubtful order, why, and the likely stores; one tap decides, another undoes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import msgspec
from flask import Response, request

from sync.hq import http
from sync.hq.base import audit, records
from sync.hq.base.hq import Hq
from sync.hq.base.rows import Reader, Unit
from sync.hq.http import Caller, Who
from sync.hq.orders.actions import deciding
from sync.hq.orders.actions import privacy as privacy_actions
from sync.hq.orders.rules.intake import HqOrder
from sync.hq.orders.store import decisions, orders, privacy
from sync.hq.orders.web import shown
from sync.hq.orders.web.parts import OrdersParts, intake_at

bp = http.blueprint("workbench")

# A store that was heard within this has heard of us too.
IN_TOUCH = timedelta(seconds=60)
_LATELY = timedelta(hours=12)
Back = Literal["bench", "order"]


class DecisionForm(msgspec.Struct, forbid_unknown_fields=True):
    """The store that a person chose, and the page to go on with."""

    store_id: str
    back: Back = "order"


class TapForm(msgspec.Struct, forbid_unknown_fields=True):
    """A tap without words, and the page to go on with."""

    back: Back = "order"


class NoForm(msgspec.Struct, forbid_unknown_fields=True):
    """A button without words."""


@http.page(bp, "/needs-a-person", who=Who.VIEWER, summary="Orders that need a person")
def show_bench(*, caller: Caller) -> str:
    """What waits for a person, with what the shop said and the likely stores; and what was decided lately."""
    hq = http.hq()
    with hq.read() as reader:
        intake = intake_at(hq, reader)
        waiting = orders.waiting(reader)
        cards = [
            {"row": row, "order": order, "choice": shown.by_suggestion(order, intake.stores)}
            for row, order in zip(shown.of_shop_orders(reader, waiting), waiting, strict=True)
        ]
        view: dict[str, Any] = {
            "cards": cards,
            "count": orders.count_waiting(reader),
            "decided": decisions.newest(reader, since=hq.clock.now() - _LATELY),
            "stores": shown.known_stores(reader),
            "privacy": privacy.listed(reader, only_open=True, most=50),
        }
    return http.render(
        "hq_bench",
        **view,
        now=hq.clock.now(),
        just_done=request.args.get("done", "")[:40],
        can_decide=caller.role in ("manager", "admin"),
        is_admin=caller.role == "admin",
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

    def chosen(unit: Unit) -> None:
        order = deciding.decide(
            unit, order_id, body.store_id, by=caller.name, intake=intake_at(hq, unit)
        )
        audit.note(unit, caller, "order_given", _name(order), detail=body.store_id)

    hq.write(chosen)
    return _on(body.back, order_id)


@http.page(
    bp,
    "/orders/<order_id>/not-a-pickup",
    method="POST",
    who=Who.MANAGER,
    form=TapForm,
    summary="Say that an order is no pickup",
)
def rule_out(order_id: str, *, body: TapForm, caller: Caller) -> Response:
    """No store picks it; a store that has it is told so."""
    hq = http.hq()

    def ruled(unit: Unit) -> None:
        order = deciding.rule_out(unit, order_id, by=caller.name, intake=intake_at(hq, unit))
        audit.note(unit, caller, "order_ruled_out", _name(order))

    hq.write(ruled)
    return _on(body.back, order_id)


@http.page(
    bp,
    "/orders/<order_id>/take-back",
    method="POST",
    who=Who.MANAGER,
    form=TapForm,
    summary="Take a decision about an order back",
)
def take_back(order_id: str, *, body: TapForm, caller: Caller) -> Response:
    """The order waits for a person again, if its store has not begun with it."""
    hq = http.hq()

    def taken_back(unit: Unit) -> str:
        order = deciding.take_back(
            unit, order_id, by=caller.name, intake=intake_at(hq, unit), progress=_progress(hq)
        )
        audit.note(unit, caller, "order_taken_back", _name(order))
        return order.order_id

    fresh_id = hq.write(taken_back)
    return http.see_other("/needs-a-person" if body.back == "bench" else f"/orders/{fresh_id}")


@http.page(
    bp,
    "/privacy/<request_id>/done",
    method="POST",
    who=Who.ADMIN,
    form=NoForm,
    summary="Say that somebody was given what is known of them",
)
def privacy_done(request_id: str, *, body: NoForm, caller: Caller) -> Response:
    """Closes a request that a person carries out; erasures close themselves."""

    def done(unit: Unit) -> None:
        privacy_actions.close(unit, request_id, by=caller.name)
        audit.note(unit, caller, "privacy_closed", request_id)

    http.hq().write(done)
    return http.see_other("/needs-a-person#privacy")


@http.page(
    bp,
    "/privacy/<request_id>/data",
    who=Who.ADMIN,
    summary="What is known of somebody who asked to see it",
)
def privacy_data(request_id: str, *, caller: Caller) -> Response:
    """A JSON file for the shop's owner to hand over; who fetched it is written down."""
    hq = http.hq()
    with hq.read() as reader:
        known = privacy_actions.known_of(reader, request_id, intake=intake_at(hq, reader))
    hq.write(lambda unit: audit.note(unit, caller, "privacy_exported", request_id))
    body = msgspec.json.format(msgspec.json.encode(known), indent=2)
    response = Response(body, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="known-{request_id}.json"'
    return response


def _progress(hq: Hq) -> deciding.Progress:
    """The store's word of an order, whether it may have it, and whether the store is in touch."""
    parts = hq.part(OrdersParts)

    def of(reader: Reader, order: HqOrder) -> tuple[str, bool, bool]:
        told = records.of_owners(reader, "order_status", {order.order_id: order.store_id})
        heard = parts.heard(reader, order.store_id)
        in_touch = heard is not None and hq.clock.wall() - heard < IN_TOUCH
        status = told.get(order.order_id)
        return (status.state if status else "", parts.may_have(reader, order), in_touch)

    return of


def _name(order: HqOrder) -> str:
    return order.shown_number or order.source_id


def _on(back: Back, order_id: str) -> Response:
    return http.see_other(
        f"/needs-a-person?done={order_id}" if back == "bench" else f"/orders/{order_id}"
    )
