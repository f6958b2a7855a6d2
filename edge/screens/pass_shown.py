"""What the pickup pass shows: every word in the customer's language, nothing that staff say among themselves."""

from __future__ import annotations

from typing import Any

import msgspec


class Stop(msgspec.Struct, kw_only=True):
    """A station on the order's line: past, now or ahead."""

    word: str
    state: str


class Code(msgspec.Struct, kw_only=True):
    """What is shown at pickup: a drawing of `size` by `size` squares, and the characters under it."""

    text: str
    size: int
    drawing: str


class Point(msgspec.Struct, kw_only=True):
    """A mark with its word on the trip's line."""

    x: int
    word: str


class Trip(msgspec.Struct, kw_only=True):
    """The way to the store as one line, in a drawing 350 wide; soft where the phone was not heard lately."""

    points: list[Point]
    band_from: int
    band_to: int
    said: str
    is_soft: bool = False


class Reason(msgspec.Struct, kw_only=True):
    """One row of the consent card: a picture, a heading, a sentence."""

    icon: str
    head: str
    text: str
    strong: str = ""


class Ask(msgspec.Struct, kw_only=True):
    """The consent card, as it was served."""

    served_id: str
    title: str
    deal: list[Reason]
    sample: str
    sample_time: str
    yes: str
    no: str
    note: str
    is_inline: bool


class OfferCard(msgspec.Struct, kw_only=True):
    """An offer that can be ready in time, with the reason why it is shown."""

    offer_id: str
    title: str
    price: str
    instead_of: str
    fresh: str
    why: str
    is_taken: bool = False


class Sharing(msgspec.Struct, kw_only=True):
    """Until when at the latest distances are sent."""

    ends: str


class Row(msgspec.Struct, kw_only=True):
    """A line of the receipt."""

    word: str
    value: str


class NoticeShown(msgspec.Struct, kw_only=True):
    """Something to point out once, and since when it is so."""

    kind: str
    text: str
    at: str


class PassView(msgspec.Struct, kw_only=True):
    """The whole pass at one moment."""

    number: str
    title: str
    lead: list[str]
    notices: list[NoticeShown]
    stops: list[Stop]
    progress: str
    code: Code | None
    bags: str
    changes: list[Row]
    total: str
    trip: Trip | None
    ask: Ask | None
    sharing: Sharing | None
    offers: list[OfferCard]
    may_start: bool
    may_arrive: bool
    may_move: bool
    bays: list[str]
    is_done: bool
    is_over: bool
    asks_here: bool
    smiled: int | None
    receipt: list[Row]
    receipt_end: str
    known: list[Row]


class EtaShown(msgspec.Struct, kw_only=True):
    """When we expect the customer, for programs."""

    low_at: str
    high_at: str
    source: str


class ConsentShown(msgspec.Struct, kw_only=True):
    """Where the consent stands: answer is "", yes, no or withdrawn; served_id when it may be asked."""

    answer: str
    served_id: str = ""
    expires_at: str = ""


class Pin(msgspec.Struct, kw_only=True):
    """Where the store is; the phone measures its distance to it and keeps its own place to itself."""

    north: float
    east: float


class Other(msgspec.Struct, kw_only=True):
    """Another store of the chain nearby: the phone sees by itself when it stands there, and tells nobody else."""

    name: str
    north: float
    east: float


class PassState(msgspec.Struct, kw_only=True):
    """What the page polls: when `page` changes the page is drawn anew; the plan says when to report."""

    number: str
    state: str
    phase: str
    promise_at: str
    as_of: str
    eta: EtaShown | None
    consent: ConsentShown
    plan: dict[str, Any] | None
    store: Pin | None
    offers: list[OfferCard]
    page: str
    poll_seconds: int
    is_over: bool
    is_here: bool = False
    is_ready: bool = False
    bay: str = ""
    doubts: list[str] = []
    others: list[Other] = []
