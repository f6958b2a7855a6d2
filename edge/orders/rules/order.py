"""The order and its lines as frozen records: what is true of them at one moment."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where an order stands; only moves.MOVES says how it gets from one to the next."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    PICKING = "picking"
    PICKED = "picked"
    STAGED = "staged"
    READY = "ready"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    RESTOCKED = "restocked"


class Finish(StrEnum):
    """The second task of an order with lines made to order (coffee, hot counter)."""

    NONE = "none"
    WAITING = "waiting"
    STARTED = "started"
    DONE = "done"


CLOSED = frozenset({State.HANDED_OVER, State.CANCELLED, State.NO_SHOW, State.RESTOCKED})
OPEN = frozenset(State) - CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What the catalogue says of a sku, copied into the line when the order comes in."""

    zone: str = "ambient"
    aisle_order: int = 9999
    made_to_order: bool = False
    prep_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sku of an order; `picked_qty` is None until somebody looked for it."""

    line_no: int
    sku: str
    name: str
    qty: int
    unit_price_minor: int
    facts: LineFacts = LineFacts()
    age_check: bool = False
    substitute_allowed: bool = False
    picked_qty: int | None = None

    @property
    def is_decided(self) -> bool:
        """Whether the line needs no more fetching (made-to-order lines are never fetched)."""
        return self.facts.made_to_order or self.picked_qty is not None

    @property
    def is_short(self) -> bool:
        """Whether fewer were found than ordered."""
        return self.picked_qty is not None and self.picked_qty < self.qty


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One pickup order at this store."""

    order_id: str
    number: str
    store_day: str
    source: str
    source_id: str
    shown_number: str
    customer_key: str
    token_hash: str
    lines: tuple[Line, ...]
    placed_at: datetime
    promise_at: datetime
    hold_until: datetime
    currency: str
    lang: str
    revision: int = 1
    state: State = State.RECEIVED
    finish: Finish = Finish.NONE
    bin: str = ""
    bags: int = 0
    picking_by: str = ""
    bringing_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the store still owes work or goods on this order."""
        return self.state in OPEN

    @property
    def shelf_lines(self) -> tuple[Line, ...]:
        """The lines somebody has to fetch."""
        return tuple(line for line in self.lines if not line.facts.made_to_order)

    @property
    def made_lines(self) -> tuple[Line, ...]:
        """The lines somebody has to make."""
        return tuple(line for line in self.lines if line.facts.made_to_order)

    @property
    def pick_list(self) -> tuple[Line, ...]:
        """The shelf lines in walking order."""
        return tuple(sorted(self.shelf_lines, key=lambda x: (x.facts.aisle_order, x.line_no)))

    @property
    def all_decided(self) -> bool:
        """Whether every shelf line was found, found short, or found missing."""
        return all(line.is_decided for line in self.lines)

    def line(self, line_no: int) -> Line | None:
        """The line of this number, or None."""
        return next((line for line in self.lines if line.line_no == line_no), None)

    def with_line(self, changed: Line) -> "Order":
        """The order with one line put in place of the one of the same number."""
        lines = tuple(changed if x.line_no == changed.line_no else x for x in self.lines)
        return replace(self, lines=lines)


def finish_of(lines: tuple[Line, ...]) -> Finish:
    """The finish task an order of these lines begins with."""
    return Finish.WAITING if any(x.facts.made_to_order for x in lines) else Finish.NONE
