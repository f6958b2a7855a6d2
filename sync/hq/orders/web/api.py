"""The neutral order API: for tills, own shops and anything without an adapter."""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta

from sync.core.instants import of_our_time
from sync.core.neutral import MAX_LINES, Currency, Instant, Key, LanguageTag
from sync.hq import http
from sync.hq.base.hq import Hq
from sync.hq.http import Caller, Who
from sync.hq.orders.actions.intake import shown, take_in
from sync.hq.orders.actions.sources import key_hash
from sync.hq.orders.rules.draft import Buyer, Draft, DraftLine, Pickup
from sync.hq.orders.rules.intake import OrderUnknown, Taken
from sync.hq.orders.store import intake as store
from sync.hq.orders.store import orders
from sync.hq.orders.store.intake import SourceRow
from sync.hq.orders.web.parts import intake_at, lane

BODY_LIMIT = 256 * 1024
Text = Annotated[str, Meta(max_length=70)]

bp = http.blueprint("orders_api", "/api/v1")


class NewLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sku of a neutral order."""

    sku: Key
    name: Annotated[str, Meta(max_length=200)] = ""
    qty: Annotated[int, Meta(ge=1, le=999)] = 1
    unit_price_minor: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    substitute_allowed: bool = False


class NewBuyer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who ordered; the store learns a first name and an initial only."""

    first_name: Text = ""
    last_name: Text = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    ref: Annotated[str, Meta(max_length=64)] = ""


class NewOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order for one store, or one version of it: the newest `modified_at` stands."""

    source_id: Key
    store: Annotated[str, Meta(min_length=1, max_length=80)]
    lines: Annotated[tuple[NewLine, ...], Meta(min_length=1, max_length=MAX_LINES)]
    currency: Currency
    shown_number: Annotated[str, Meta(max_length=40)] = ""
    buyer: NewBuyer = NewBuyer()
    promise_at: Instant | None = None
    placed_at: Instant | None = None
    modified_at: Instant | None = None
    lang: LanguageTag = "en"
    cancelled: bool = False

    def __post_init__(self) -> None:
        """Refuse instants that nobody can mean."""
        of_our_time(self.promise_at, self.placed_at, self.modified_at)


@http.route(
    bp,
    "POST",
    "/orders",
    who=Who.API_KEY,
    reads=NewOrder,
    answers=Taken,
    status=201,
    limit=BODY_LIMIT,
    summary="Send a neutral order",
)
def send(*, body: NewOrder, caller: Caller) -> Taken:
    """Take a neutral order in; with an Idempotency-Key the first answer is given again."""
    hq = http.hq()
    source = SourceRow(
        name=f"api:{caller.name}", adapter="", currency=body.currency, lang=body.lang
    )
    draft = _draft(body)
    body_hash = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
    taken: Taken = hq.write(
        lambda unit: take_in(unit, draft, body_hash, source=source, intake=intake_at(hq, unit)),
        http.idempotency_key(f"api_key:{caller.name}", BODY_LIMIT),
        lane=lane(source.name, draft.source_id),
    )
    return taken


@http.route(
    bp,
    "GET",
    "/orders/<order_id>",
    who=Who.API_KEY,
    answers=Taken,
    summary="Where an order stands",
)
def show(order_id: str, *, caller: Caller) -> Taken:
    """Store, doubt and the customer's link of an order that this key sent."""
    hq = http.hq()
    with hq.read() as reader:
        order = orders.by_id(reader, order_id)
        if order is None or order.source != f"api:{caller.name}":
            raise OrderUnknown
        return shown(order, "known", intake_at(hq, reader))


def identify(hq: Hq, key: str) -> Caller | None:
    """Whose API key this is."""
    with hq.read() as reader:
        name = store.api_key(reader, key_hash(key))
    return None if name is None else Caller(kind="api_key", id=name, name=name)


def _draft(body: NewOrder) -> Draft:
    given = msgspec.structs.asdict(body)
    return Draft(
        source_id=body.source_id,
        shown_number=body.shown_number or body.source_id[:40],
        modified_at=body.modified_at or body.placed_at or Draft(source_id="").modified_at,
        placed_at=body.placed_at,
        promise_at=body.promise_at,
        currency=body.currency,
        lang=body.lang,
        lines=tuple(DraftLine(**msgspec.structs.asdict(line)) for line in body.lines),
        buyer=Buyer(**msgspec.structs.asdict(given["buyer"])),
        pickup=Pickup(shipping="pickup", texts=(body.store,)),
        cancelled=body.cancelled,
    )
