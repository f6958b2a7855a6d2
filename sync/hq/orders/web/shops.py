"""What HQ's people see of shops: whether they answer, what waits for them, who mails customers, what people ask."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from sync.hq import http
from sync.hq.base import times
from sync.hq.base.rows import Reader
from sync.hq.http import Caller, Who
from sync.hq.orders.actions import privacy
from sync.hq.orders.rules.calls import Call, Shop
from sync.hq.orders.rules.intake import HqOrder
from sync.hq.orders.rules.privacy import PrivacyRequest
from sync.hq.orders.store import calls, intake, shops
from sync.hq.orders.store import privacy as requests_store
from sync.hq.orders.web.parts import intake_at

bp = http.blueprint("shops", "/api/v1")


class CallShown(msgspec.Struct, frozen=True, kw_only=True):
    """A call at a shop that waits or was given up."""

    shop: str
    source_id: str
    kind: str
    state: str
    since: str
    next_at: str
    tries: int
    problem: str


class ShopShown(msgspec.Struct, frozen=True, kw_only=True):
    """A shop as it is set up and as it does."""

    name: str
    adapter: str
    url: str
    api_version: str
    write_back: str
    default_store: str
    locations: dict[str, str]
    answered_at: str
    problem: str
    waiting: int


class RequestShown(msgspec.Struct, frozen=True, kw_only=True):
    """A privacy request, without the person."""

    request_id: str
    shop: str
    topic: str
    state: str
    received_at: str
    due_at: str
    done_at: str
    done_by: str
    orders: int
    stores: list[str]


class ShopsShown(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    shops: list[ShopShown]
    calls: list[CallShown]


# Who tells the customer that the order is ready, beside the pickup pass, which shows it in any case.
Mailer = Literal["nobody", "shop", "shop_if_set_up"]


class ShopNotes(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop's side of one order is: for the order's page."""

    mails_ready: Mailer = "nobody"
    fetch: CallShown | None = None
    write_back: CallShown | None = None


class NoWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing is asked but the deed itself."""


@http.route(
    bp, "GET", "/shops", who=Who.MANAGER, answers=ShopsShown, summary="Shops, and calls that wait"
)
def show_shops(*, caller: Caller) -> ShopsShown:
    """How each shop is reached and does, and which of its orders wait for an answer."""
    with http.hq().read() as reader:
        return everything(reader)


@http.route(
    bp,
    "GET",
    "/privacy-requests",
    who=Who.MANAGER,
    answers=list[RequestShown],
    summary="What customers ask through their shop",
)
def show_requests(*, caller: Caller) -> list[RequestShown]:
    """Requests for data and for erasure, open ones first."""
    with http.hq().read() as reader:
        return [shown(each) for each in requests_store.listed(reader)]


@http.route(
    bp,
    "GET",
    "/privacy-requests/<request_id>/data",
    who=Who.ADMIN,
    answers=dict[str, Any],
    summary="What is known of a person",
)
def show_data(request_id: str, *, caller: Caller) -> dict[str, Any]:
    """All that HQ holds of the person of a request, for the shop's owner to hand over."""
    hq = http.hq()
    with hq.read() as reader:
        return privacy.known_of(reader, request_id, intake=intake_at(hq, reader))


@http.route(
    bp,
    "POST",
    "/privacy-requests/<request_id>/done",
    who=Who.ADMIN,
    reads=NoWords,
    answers=RequestShown,
    summary="The data was handed over",
)
def close_request(request_id: str, *, body: NoWords, caller: Caller) -> RequestShown:
    """Close a request for data, in the name of whoever is signed in."""
    closed: PrivacyRequest = http.hq().write(
        lambda unit: privacy.close(unit, request_id, by=caller.name)
    )
    return shown(closed)


def everything(reader: Reader) -> ShopsShown:
    """Every shop and every call that waits."""
    waiting = calls.listed(reader)
    return ShopsShown(
        shops=[_shop(reader, source, waiting) for source in intake.every_source(reader)],
        calls=[_call(each) for each in waiting],
    )


def notes(reader: Reader, order: HqOrder) -> ShopNotes:
    """The shop's side of one order."""
    fetch = calls.find(reader, order.source, order.source_id, "fetch")
    ready = calls.find(reader, order.source, order.source_id, "ready")
    return ShopNotes(
        mails_ready=mailer(shops.of_source(reader, order.source)),
        fetch=_call(fetch) if fetch else None,
        write_back=_call(ready) if ready else None,
    )


def mailer(shop: Shop) -> Mailer:
    """Shopify mails when it hears "ready", WooCommerce for a note to the customer; for a status a plugin may."""
    if shop.write_back in ("ready", "customer-note"):
        return "shop"
    return "shop_if_set_up" if shop.write_back.startswith("status:") else "nobody"


def shown(request: PrivacyRequest) -> RequestShown:
    """A request for people's eyes."""
    return RequestShown(
        request_id=request.request_id,
        shop=request.source,
        topic=request.topic,
        state=request.state,
        received_at=times.text(request.received_at),
        due_at=times.text(request.due_at),
        done_at=times.text(request.done_at) if request.done_at else "",
        done_by=request.done_by,
        orders=request.report.orders,
        stores=sorted(request.report.stores),
    )


def _shop(reader: Reader, source: intake.SourceRow, waiting: list[Call]) -> ShopShown:
    shop, health = shops.of_source(reader, source.name), shops.health(reader, source.name)
    return ShopShown(
        name=source.name,
        adapter=source.adapter,
        url=shop.url,
        api_version=shop.api_version,
        write_back=shop.write_back,
        default_store=source.default_store,
        locations=shops.locations(reader, source.name),
        answered_at=times.text(health.answered_at) if health.has_answered else "",
        problem=health.problem,
        waiting=sum(1 for call in waiting if call.source == source.name),
    )


def _call(call: Call) -> CallShown:
    return CallShown(
        shop=call.source,
        source_id=call.source_id,
        kind=call.kind,
        state=call.state,
        since=times.text(call.first_at),
        next_at=times.text(call.due_at),
        tries=call.tries,
        problem=call.problem,
    )
