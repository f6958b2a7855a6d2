"""Requests about a person, as a shop passes them on: noted at once, carried out piece by piece.

An erasure takes the name, the contact and the link to other orders from each order here, tells the stores that
knew the person, and withdraws what the person had allowed. What was sold stays, without a person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.hq.base import feed as feeds
from sync.hq.base.rows import Reader, Unit
from sync.hq.orders.actions.intake import Intake, tell_store
from sync.hq.orders.rules import draft as drafts
from sync.hq.orders.rules.calls import Call
from sync.hq.orders.rules.draft import Buyer, PrivacyAsked
from sync.hq.orders.rules.intake import HqOrder, Taken
from sync.hq.orders.rules.privacy import (
    ANSWER_WITHIN,
    PrivacyRequest,
    RequestUnknown,
    added,
    closed,
    first_state,
    has_reached,
)
from sync.hq.orders.store import calls, orders, privacy
from sync.hq.orders.store.intake import SourceRow

ORDERS_A_UNIT = 100

Fetched = Callable[[Reader, str], int]


@dataclass(frozen=True, kw_only=True)
class Erasing:
    """What carrying out needs: intake, who else forgets a person, and how far a store's feed was fetched."""

    intake: Intake
    forget: Callable[[Unit, str, Collection[str], str], None]
    fetched: Fetched


def note(
    unit: Unit, asked: PrivacyAsked, body_hash: str, *, source: SourceRow, intake: Intake
) -> Taken:
    """Keep the request without the person's name; the same message again is one request."""
    # A guest is known by the number of each order alone.
    keys = {
        key: None
        for source_id in ("", *asked.source_ids)
        for key in drafts.customer_keys(
            intake.secret, source.name, asked.buyer, source_id=source_id
        )
    }
    request = PrivacyRequest(
        request_id=unit.ids.uuid7(unit.now),
        source=source.name,
        topic=asked.topic,
        body_hash=body_hash,
        received_at=unit.now,
        due_at=unit.now + ANSWER_WITHIN,
        source_ids=asked.source_ids,
        customer_keys=tuple(keys),
        state=first_state(asked.topic),
    )
    if privacy.add(unit, request):
        unit.after_commit(intake.wake)
    return Taken(outcome="noted")


def can_go_on(reader: Reader, request: PrivacyRequest, *, fetched: Fetched) -> bool:
    """Whether there is anything to write: a store that is away for a week is looked for without a unit."""
    return request.state == "waiting" or _has_reached(reader, request, fetched)


def carry_out(unit: Unit, request_id: str, *, erasing: Erasing) -> bool:
    """Do the next piece of an erasure; says whether another piece is to follow at once."""
    request = privacy.by_id(unit, request_id)
    if request is None or request.state == "done":
        return False
    if request.state == "sent":
        return _look_at_stores(unit, request, erasing)
    ids = privacy.order_ids(unit, request, most=ORDERS_A_UNIT)
    places = _erase_orders(unit, ids, request, erasing)
    dropped = _erase_calls(unit, request, erasing.intake)
    report = added(
        request.report, orders=len(ids), calls=dropped, people=len(places[1]), stores=places[0]
    )
    is_last = len(ids) < ORDERS_A_UNIT
    state = "sent" if is_last else "waiting"
    privacy.save(unit, msgspec.structs.replace(request, report=report, state=state))
    return True


def known_of(reader: Reader, request_id: str, *, intake: Intake) -> dict[str, Any]:
    """All that HQ holds of the person of a request, for the shop's owner to hand over."""
    request = privacy.by_id(reader, request_id)
    if request is None:
        raise RequestUnknown
    ids = privacy.order_ids(reader, request, named_only=False, most=1000)
    found = [order for each in ids if (order := orders.by_id(reader, each)) is not None]
    waiting = [
        each.known
        for each in calls.of_buyers(reader, request.source)
        if _is_about(each, request, intake)
    ]
    return {
        "request_id": request.request_id,
        "shop": request.source,
        "orders": [_shown(reader, order) for order in found],
        "waiting": [msgspec.to_builtins(each) for each in waiting],
    }


def close(unit: Unit, request_id: str, *, by: str) -> PrivacyRequest:
    """Somebody says that the data was handed over."""
    request = privacy.by_id(unit, request_id)
    if request is None:
        raise RequestUnknown
    after = closed(request, by=by, now=unit.now)
    privacy.save(unit, after)
    return after


def _look_at_stores(unit: Unit, request: PrivacyRequest, erasing: Erasing) -> bool:
    if _has_reached(unit, request, erasing.fetched):
        after = msgspec.structs.replace(request, state="done", done_at=unit.now, done_by="hq")
        privacy.save(unit, after)
    return False


def _has_reached(reader: Reader, request: PrivacyRequest, fetched: Fetched) -> bool:
    heads = {store_id: fetched(reader, store_id) for store_id in request.report.stores}
    return has_reached(request.report, heads)


def _erase_orders(
    unit: Unit, ids: list[str], request: PrivacyRequest, erasing: Erasing
) -> tuple[dict[str, int], set[str]]:
    keys = privacy.keys_of(unit, ids)
    if request.topic != "shop_erasure":
        keys.update(request.customer_keys)
    knowing = {key: orders.stores_knowing(unit, key) for key in sorted(keys)}
    for order in filter(None, (orders.by_id(unit, each) for each in ids)):
        _erase_order(unit, order, erasing.intake)
    # After the orders' own rows, so that a store that fetches both forgets last.
    for key, store_ids in knowing.items():
        erasing.forget(unit, key, store_ids, request.request_id)
    told = {store_id for store_ids in knowing.values() for store_id in store_ids}
    return {store_id: feeds.head(unit, store_id) for store_id in sorted(told)}, keys


def _erase_order(unit: Unit, order: HqOrder, intake: Intake) -> None:
    """The revision stays: a store that has the order sees no change, one that has not gets it nameless."""
    nameless = msgspec.structs.replace(
        order, customer_name="", customer_key=unit.ids.bytes(16).hex()
    )
    orders.save(unit, nameless)
    privacy.erase_contact(unit, order.order_id)
    if order.was_sent:
        tell_store(unit, nameless, intake)


def _erase_calls(unit: Unit, request: PrivacyRequest, intake: Intake) -> int:
    held = [
        each for each in calls.of_buyers(unit, request.source) if _is_about(each, request, intake)
    ]
    for call in held:
        assert call.known is not None
        known = msgspec.structs.replace(call.known, buyer=Buyer())
        calls.save(unit, msgspec.structs.replace(call, known=known, version=call.version + 1))
    return len(held)


def _is_about(call: Call, request: PrivacyRequest, intake: Intake) -> bool:
    if call.known is None or call.known.buyer == Buyer():
        return False
    if request.topic == "shop_erasure" or call.source_id in request.source_ids:
        return True
    keys = drafts.customer_keys(intake.secret, call.source, call.known.buyer)
    return bool(set(keys) & set(request.customer_keys))


def _shown(reader: Reader, order: HqOrder) -> dict[str, Any]:
    kept = msgspec.to_builtins(order)
    hidden = ("token_hash", "body_hash", "customer_key", "doubt", "resolved_by")
    told = {name: value for name, value in kept.items() if name not in hidden}
    return {**told, "contact": privacy.contact(reader, order.order_id)}
