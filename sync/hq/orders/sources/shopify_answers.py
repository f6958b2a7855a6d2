"""What an order's fulfilment orders decide: pickup or not, at which location, which lines; or why a person must look.

Read in both forms, GraphQL (gid, PICK_UP) and REST (number, pick_up). A fulfilment order that is closed or
cancelled no longer counts. Shipping lines of the webhook are compared, because shops exist where the line says
pickup and the fulfilment order says shipping.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sync.hq.orders.rules.calls import CallFailed
from sync.hq.orders.rules.draft import (
    Draft,
    DraftLine,
    Ignored,
    Pickup,
    PickupDoubt,
)
from sync.hq.orders.sources import parsing, shopify_body
from sync.hq.orders.sources.parsing import child, dicts, ident, text
from sync.hq.orders.sources.shopify_query import answered

PICKUP = "pick_up"
# Ways on which no store of ours prepares anything: posted, nothing to bring, taken along at the till, parcel shops.
_NOT_OURS = {"shipping", "none", "retail", "pickup_point"}
_KNOWN = {PICKUP, "local", *_NOT_OURS}
_OVER = {"closed", "cancelled"}


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One fulfilment order: a part of the order that leaves from one location in one way."""

    ref: str
    is_over: bool
    method: str
    location: str
    place: str
    hint: str
    lines: tuple[DraftLine, ...]
    unclear: str = ""


def complete(known: Draft, fetched: Sequence[bytes]) -> Draft | Ignored:
    """The order as it stands at the shop now, or why it is not ours. CallFailed when the answer is cut."""
    order, works = _read(fetched, known)
    if order is None:
        return Ignored(reason="unknown", source_id=known.source_id)
    draft = _updated(known, order)
    if draft.cancelled:
        return draft
    if not works and draft.lines:
        # Shopify plans how an order leaves a moment after it tells of the order.
        raise CallFailed("it has not planned yet how the order leaves")
    open_works = [each for each in works if not each.is_over]
    if works and not open_works:
        return Ignored(reason="completed", source_id=known.source_id)
    return _decided(draft, open_works)


def _decided(draft: Draft, works: Sequence[Work]) -> Draft | Ignored:
    pickups = [each for each in works if each.method == PICKUP]
    methods = {each.method for each in works}
    says_pickup = draft.pickup.shipping == "pickup"
    if not pickups:
        doubt = _no_pickup(methods, says_pickup=says_pickup)
        if not doubt:
            return Ignored(reason="not_pickup", source_id=draft.source_id)
        return _doubtful(draft, doubt, works)
    if methods != {PICKUP}:
        mixed = msgspec.structs.replace(_doubtful(draft, "", works).pickup, shipping="mixed")
        return msgspec.structs.replace(draft, pickup=mixed)
    if len({each.location for each in pickups}) > 1:
        return _doubtful(draft, "several_locations", pickups)
    if draft.pickup.shipping == "delivery" and not _says_place(draft, pickups[0].place):
        return _doubtful(draft, "methods_contradict", pickups)
    return _picked_up(draft, pickups)


def _no_pickup(methods: set[str], *, says_pickup: bool) -> PickupDoubt:
    """Why a person must look although nothing is picked up; empty for a plain delivery."""
    if "local" in methods:
        return "local_delivery"
    if methods - _KNOWN - {""} or ("" in methods and says_pickup):
        return "method_unknown"
    is_sent = bool(methods & {"shipping", "pickup_point"})
    return "methods_contradict" if says_pickup and is_sent else ""


def _says_place(draft: Draft, place: str) -> bool:
    return any(each.casefold() == place.casefold() for each in draft.pickup.texts if place)


def _picked_up(draft: Draft, works: Sequence[Work]) -> Draft:
    place = works[0]
    lines = tuple(line for work in works for line in work.lines)
    return msgspec.structs.replace(
        draft,
        lines=lines or draft.lines,
        unclear=next(
            (work.unclear for work in works if work.unclear), "" if lines else draft.unclear
        ),
        refs=tuple(work.ref for work in works),
        pickup=Pickup(
            shipping="pickup",
            texts=(place.place,) if place.place else (),
            location=place.location,
            hint=place.hint,
        ),
    )


def _doubtful(draft: Draft, doubt: PickupDoubt, works: Sequence[Work]) -> Draft:
    places = [each.place for each in works if each.place]
    said = tuple(dict.fromkeys((*places, *draft.pickup.texts)))
    pickup = msgspec.structs.replace(
        draft.pickup,
        doubt=doubt,
        texts=said,
        hint=next((each.hint for each in works if each.hint), ""),
    )
    refs = tuple(each.ref for each in works if each.method == PICKUP)
    return msgspec.structs.replace(draft, pickup=pickup, refs=refs)


def _updated(known: Draft, order: dict[str, Any]) -> Draft:
    """The shop's own word of now; what the webhook said stays where the answer says nothing."""
    updated = parsing.instant(order.get("updatedAt"), needs_zone=True)
    return msgspec.structs.replace(
        known,
        modified_at=max(known.modified_at, updated) if updated else known.modified_at,
        placed_at=known.placed_at or parsing.instant(order.get("createdAt"), needs_zone=True),
        shown_number=known.shown_number or text(order.get("name"), 40) or known.source_id[:40],
        currency=known.currency or parsing.currency(order.get("currencyCode")),
        lang=known.lang or parsing.lang(order.get("customerLocale")),
        cancelled=known.cancelled or bool(order.get("cancelledAt")),
    )


def _read(fetched: Sequence[bytes], known: Draft) -> tuple[dict[str, Any] | None, list[Work]]:
    order: dict[str, Any] | None = None
    found: dict[str, dict[str, Any]] = {}
    for page in fetched:
        data = _data(page)
        order = data["order"] if isinstance(data.get("order"), dict) else order
        works = dicts(child(data, "order", "fulfillmentOrders", "nodes"))
        for each in [*works, *dicts([data.get("fulfillmentOrder")])]:
            ref = ident(each.get("id"))
            lines = dicts(child(each, "lineItems", "nodes"))
            before = found.setdefault(ref, {**each, "all_lines": []})
            before["all_lines"] = [*before["all_lines"], *lines]
    return order, [_work(each, known) for each in found.values()]


def _data(page: bytes) -> dict[str, Any]:
    """Either form as GraphQL's: the REST list becomes an order with nodes."""
    said = parsing.answer(page)
    if "fulfillment_orders" not in said:
        return answered(page)
    nodes = [_as_node(each) for each in dicts(said["fulfillment_orders"])]
    return {"order": {"fulfillmentOrders": {"nodes": nodes}}}


def _as_node(said: dict[str, Any]) -> dict[str, Any]:
    place = said.get("assigned_location") or said.get("origin")
    return {
        "id": said.get("id"),
        "status": said.get("status"),
        "deliveryMethod": {"methodType": child(said, "delivery_method", "method_type")},
        "assignedLocation": {
            "name": child(place, "name"),
            "location": {"id": said.get("assigned_location_id")},
        },
        "lineItems": {
            "nodes": [
                {
                    "remainingQuantity": each.get("fulfillable_quantity"),
                    "lineItem": {"id": each.get("line_item_id")},
                }
                for each in dicts(said.get("line_items"))
            ]
        },
    }


def _work(said: dict[str, Any], known: Draft) -> Work:
    place = said.get("assignedLocation")
    where = child(place, "location", "address")
    north, east = child(where, "latitude"), child(where, "longitude")
    has_pin = isinstance(north, int | float) and isinstance(east, int | float)
    lines, unclear = _lines(said["all_lines"], known)
    return Work(
        ref=ident(said.get("id")),
        is_over=text(said.get("status"), 40).lower() in _OVER,
        method=text(child(said, "deliveryMethod", "methodType"), 40).lower(),
        location=bare(child(place, "location", "id")),
        place=text(child(place, "name"), 80),
        hint=f"{north}, {east}" if has_pin else "",
        lines=lines,
        unclear=unclear,
    )


def bare(value: Any) -> str:
    """An id without the family that GraphQL writes before it."""
    return ident(value).rpartition("/")[2]


def _lines(nodes: list[dict[str, Any]], known: Draft) -> tuple[tuple[DraftLine, ...], str]:
    lines: list[DraftLine] = []
    for node in nodes:
        item = node.get("lineItem")
        if not isinstance(item, dict) or "name" not in item:
            # REST names lines by id only: the webhook's own lines stand.
            return (), ""
        if node.get("remainingQuantity") == 0 or node.get("requiresShipping") is False:
            continue
        qty, price = shopify_body.pickable(node.get("remainingQuantity")), _price(item, known)
        if qty is None or price is None:
            return (), f"quantity or price of {text(item.get('name'), 60)}"
        bare_item = {**item, "id": bare(item.get("id"))}
        lines.append(shopify_body.line(bare_item, qty=qty, unit_price_minor=price))
    if len(lines) > shopify_body.MOST_LINES:
        return (), "number of lines"
    return tuple(lines), ""


def _price(item: dict[str, Any], known: Draft) -> int | None:
    said = child(item, "discountedUnitPriceSet", "shopMoney")
    currency = parsing.currency(child(said, "currencyCode")) or known.currency
    return parsing.minor(parsing.number(child(said, "amount")), currency)
