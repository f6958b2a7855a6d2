"""What customers ask through their shop: to see what is known of them, and to be forgotten. Kept without a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from sync.core.errors import NotFound, Refusal
from sync.hq.orders.rules.draft import PrivacyTopic

# Waiting: to be carried out here. Sent: carried out here, not yet fetched by every store that knew the person.
# Person: somebody hands the data to the shop's owner. Done: nothing is left to do.
PrivacyState = Literal["waiting", "sent", "person", "done"]
ANSWER_WITHIN = timedelta(days=30)
ERASURES: tuple[PrivacyTopic, ...] = ("customer_erasure", "shop_erasure")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was done. `stores`: store id -> the place in its feed behind which the person is forgotten there."""

    orders: int = 0
    calls: int = 0
    people: int = 0
    stores: Mapping[str, int] = {}


class PrivacyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request. The customer is named by pseudonyms and order ids only."""

    request_id: str
    source: str
    topic: PrivacyTopic
    body_hash: str
    received_at: datetime
    due_at: datetime
    source_ids: tuple[str, ...] = ()
    customer_keys: tuple[str, ...] = ()
    state: PrivacyState = "waiting"
    done_at: datetime | None = None
    done_by: str = ""
    report: Report = Report()


class RequestUnknown(NotFound):
    """No such privacy request."""

    code = "privacy_request_unknown"
    sentence = "There is no such privacy request."


class NotForPeople(Refusal):
    """HQ carries this request out itself."""

    code = "not_for_people"
    status = 409
    sentence = "HQ carries this request out itself; nobody has to close it."


def first_state(topic: PrivacyTopic) -> PrivacyState:
    """Who has to act first."""
    return "waiting" if topic in ERASURES else "person"


def added(
    report: Report, *, orders: int, calls: int, people: int, stores: Mapping[str, int]
) -> Report:
    """The report after one more piece of the work."""
    places = {**report.stores}
    for store_id, position in stores.items():
        places[store_id] = max(position, places.get(store_id, 0))
    return Report(
        orders=report.orders + orders,
        calls=report.calls + calls,
        people=report.people + people,
        stores=places,
    )


def has_reached(report: Report, heads: Mapping[str, int]) -> bool:
    """Whether every store has fetched its feed beyond the erasure. `heads`: store id -> what it has fetched."""
    return all(heads.get(store_id, 0) >= place for store_id, place in report.stores.items())


def closed(request: PrivacyRequest, *, by: str, now: datetime) -> PrivacyRequest:
    """Somebody has handed the data over."""
    if request.topic in ERASURES:
        raise NotForPeople
    return msgspec.structs.replace(request, state="done", done_at=now, done_by=by[:80])
