"""Facts about orders. They name orders and staff by id only; texts stay in erasable tables."""

from typing import ClassVar

from sync.core.event import Event


class OrderEvent(Event, frozen=True, kw_only=True):
    """A fact about one order; `reaches` is the state it brought the order to, if any."""

    aggregate: ClassVar[str] = "order_id"
    reaches: ClassVar[str] = ""

    order_id: str


class OrderReceived(OrderEvent, frozen=True, kw_only=True):
    """An order for this store came in and has its public number."""

    reaches: ClassVar[str] = "received"
    number: str
    lines: int
    revision: int = 1


class OrderChanged(OrderEvent, frozen=True, kw_only=True):
    """The source changed lines or times before it was too late."""

    revision: int


class OrderChangeRefused(OrderEvent, frozen=True, kw_only=True):
    """The source changed lines after picking had begun: only the times were taken."""

    revision: int
    state: str


class OrderAccepted(OrderEvent, frozen=True, kw_only=True):
    """The store took the order on."""

    reaches: ClassVar[str] = "accepted"


class OrderPickingStarted(OrderEvent, frozen=True, kw_only=True):
    """Somebody claimed the order and set out to fetch its lines."""

    reaches: ClassVar[str] = "picking"


class OrderPickingTakenOver(OrderEvent, frozen=True, kw_only=True):
    """Somebody else goes on with the picking."""


class LinePicked(OrderEvent, frozen=True, kw_only=True):
    """All of a line was found."""

    line_no: int
    qty: int


class LineCounted(OrderEvent, frozen=True, kw_only=True):
    """One more of a line was scanned, and more are still to be found."""

    line_no: int
    counted: int


class LineSubstituted(OrderEvent, frozen=True, kw_only=True):
    """Another product goes in for what was not there, as the customer allowed; `found` of the ordered one."""

    line_no: int
    found: int
    sku: str
    qty: int
    unit_price_minor: int


class LineShortPicked(OrderEvent, frozen=True, kw_only=True):
    """Fewer than ordered were found; none is 0."""

    line_no: int
    qty: int


class OrderPicked(OrderEvent, frozen=True, kw_only=True):
    """Every shelf line was looked for."""

    reaches: ClassVar[str] = "picked"


class OrderStaged(OrderEvent, frozen=True, kw_only=True):
    """The bagged order lies in a bin."""

    reaches: ClassVar[str] = "staged"
    bin: str
    bags: int
    cold_bin: str = ""


class OrderFinishStarted(OrderEvent, frozen=True, kw_only=True):
    """Somebody began to make what is made to order."""


class OrderFinished(OrderEvent, frozen=True, kw_only=True):
    """What is made to order is made."""


class OrderReady(OrderEvent, frozen=True, kw_only=True):
    """Staged and finished: its customer may come."""

    reaches: ClassVar[str] = "ready"


class OrderBringOutStarted(OrderEvent, frozen=True, kw_only=True):
    """Somebody said: I bring it."""


class OrderHandedOver(OrderEvent, frozen=True, kw_only=True):
    """The customer has the goods; `how` is scan or override."""

    reaches: ClassVar[str] = "handed_over"
    how: str


class OrderCancelled(OrderEvent, frozen=True, kw_only=True):
    """Called off before it was handed over."""

    reaches: ClassVar[str] = "cancelled"


class CancelRefused(OrderEvent, frozen=True, kw_only=True):
    """The source's cancellation crossed the end of the order: the end stands, HQ is told."""

    state: str


class OrderNoShow(OrderEvent, frozen=True, kw_only=True):
    """Not fetched by the end of the hold."""

    reaches: ClassVar[str] = "no_show"


class PassClosed(OrderEvent, frozen=True, kw_only=True):
    """A day after the order's end: its pass opens nothing any more."""


class OrderRestocked(OrderEvent, frozen=True, kw_only=True):
    """The goods are back on the shelves."""

    reaches: ClassVar[str] = "restocked"


class OrderToldBack(OrderEvent, frozen=True, kw_only=True):
    """The store was restored to a moment before this order ended; HQ told how it did. Nothing happened now."""

    state: str


class OrderStepUndone(OrderEvent, frozen=True, kw_only=True):
    """A correction: the step whose events are `first_seq` to `last_seq` counts as not taken.

    The order is back at `state`; the states in `no_longer` were not reached. `number` is named only after a restore.
    """

    move: str
    first_seq: int
    last_seq: int
    state: str
    no_longer: tuple[str, ...] = ()
    number: str = ""


class OrderRated(OrderEvent, frozen=True, kw_only=True):
    """The customer said how the pickup was: 3 good, 2 all right, 1 not good."""

    score: int
