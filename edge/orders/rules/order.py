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


_COLD = ("chilled", "frozen")
CLOSED = frozenset({State.HANDED_OVER, State.CANCELLED, State.NO_SHOW, State.RESTOCKED})
OPEN = frozenset(State) - CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What the catalogue says of a sku, copied into the line when the order comes in."""

    zone: str = "ambient"
    aisle_order: int = 9999
    made_to_order: bool = False
    prep_seconds: int = 0
    age_check: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Another sku in place of what was not there, for never more than what was ordered costs."""

    sku: str
    name: str
    qty: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sku of an order; `picked_qty` is None until the line is decided, `counted` are its scans so far."""

    line_no: int
    sku: str
    name: str
    qty: int
    unit_price_minor: int
    facts: LineFacts = LineFacts()
    age_check: bool = False
    substitute_allowed: bool = False
    picked_qty: int | None = None
    counted: int = 0
    substitute: Substitute | None = None

    @property
    def is_decided(self) -> bool:
        """Whether the line needs no more fetching (made-to-order lines are never fetched)."""
        return self.facts.made_to_order or self.picked_qty is not None

    @property
    def is_short(self) -> bool:
        """Whether the customer gets fewer than ordered, substitutes counted in."""
        return self.given_qty < self.qty

    @property
    def given_qty(self) -> int:
        """How many the customer gets, substitutes counted in; all of them until somebody knows better."""
        if self.picked_qty is None:
            return self.qty
        return self.picked_qty + (self.substitute.qty if self.substitute else 0)

    @property
    def charge_minor(self) -> int:
        """What the customer pays for the line as it is now."""
        found = self.qty if self.picked_qty is None else self.picked_qty
        instead = self.substitute
        other = instead.qty * instead.unit_price_minor if instead else 0
        return found * self.unit_price_minor + other


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
    picking_until: datetime | None = None
    cold_bin: str = ""
    code_spent: bool = False

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
        """The shelf lines in walking order; what must stay cold last, what is frozen last of all."""
        return tuple(sorted(self.shelf_lines, key=_on_the_way))

    @property
    def all_decided(self) -> bool:
        """Whether every shelf line was found, found short, or found missing."""
        return all(line.is_decided for line in self.lines)

    @property
    def is_empty(self) -> bool:
        """Whether everything was looked for and nothing at all was found or is made."""
        return self.all_decided and not any(line.given_qty for line in self.lines)

    @property
    def was_fetched(self) -> bool:
        """Whether something of it was taken from the shelves."""
        return any(x.counted or x.picked_qty or x.substitute for x in self.lines)

    @property
    def needs_cold(self) -> bool:
        """Whether something in it must stay cold while it waits."""
        return any(line.facts.zone in _COLD and line.given_qty for line in self.shelf_lines)

    @property
    def total_minor(self) -> int:
        """What the customer pays for the order as it is now."""
        return sum(line.charge_minor for line in self.lines)

    def line(self, line_no: int) -> Line | None:
        """The line of this number, or None."""
        return next((line for line in self.lines if line.line_no == line_no), None)

    def with_line(self, changed: Line) -> "Order":
        """The order with one line put in place of the one of the same number."""
        lines = tuple(changed if x.line_no == changed.line_no else x for x in self.lines)
        return replace(self, lines=lines)


def _on_the_way(line: Line) -> tuple[int, int, int]:
    cold = _COLD.index(line.facts.zone) + 1 if line.facts.zone in _COLD else 0
    return cold, line.facts.aisle_order, line.line_no


def finish_of(lines: tuple[Line, ...]) -> Finish:
    """The finish task an order of these lines begins with."""
    return Finish.WAITING if any(x.facts.made_to_order for x in lines) else Finish.NONE
