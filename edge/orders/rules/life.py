"""The verbs of an order: the order as it is in, the order as it will be out, and what happened."""

from dataclasses import replace
from datetime import datetime, timedelta

from edge.orders.rules import events as it
from edge.orders.rules import refusals as no
from edge.orders.rules.handover import SCAN
from edge.orders.rules.moves import Move, after
from edge.orders.rules.order import Finish, Line, Order, State, Substitute

LEAST_HOLD = timedelta(minutes=30)
LONGEST_REASON = 200

Step = tuple[Order, list[it.OrderEvent]]
Held = tuple[str, str] | None


def accept(order: Order) -> Step:
    """Take the order on."""
    accepted = replace(order, state=after(order, Move.ACCEPT))
    return accepted, [it.OrderAccepted(order_id=order.order_id)]


def start_picking(order: Order, *, by: str) -> Step:
    """Claim the order and set out; an order without shelf lines is picked at once."""
    if order.state is State.PICKING and order.picking_by != by:
        raise no.AlreadyPickedByAnother(number=order.number, picking_by=order.picking_by)
    claimed = replace(order, state=after(order, Move.START_PICKING), picking_by=by)
    return _picked_if_all_decided(claimed, [it.OrderPickingStarted(order_id=order.order_id)])


def take_over(order: Order, *, by: str) -> Step:
    """Go on with a picking that somebody else began."""
    if order.picking_by == by:
        raise no.ClaimIsYours(number=order.number)
    taken = replace(order, state=after(order, Move.TAKE_OVER), picking_by=by)
    return taken, [it.OrderPickingTakenOver(order_id=order.order_id)]


def pick(order: Order, line_no: int, qty: int) -> Step:
    """Note how many of a line were found; a later pick of the same line corrects the earlier."""
    after(order, Move.PICK)
    line = _shelf_line(order, line_no)
    if not 0 <= qty <= line.qty:
        raise no.TooManyPicked(line_no=line_no, ordered=line.qty, qty=qty)
    if line.picked_qty == qty == line.qty:
        raise no.LineComplete(number=order.number, name=line.name, qty=qty)
    return _decided(order, replace(line, picked_qty=qty, counted=qty, substitute=None))


def count_one(order: Order, line_no: int) -> Step:
    """One more of a line was scanned, also after it was noted as short; the last one picks it."""
    after(order, Move.PICK)
    line = _shelf_line(order, line_no)
    if line.is_decided and not line.is_short:
        raise no.LineComplete(number=order.number, name=line.name, qty=line.qty)
    counted = line.counted + 1
    if line.is_decided or counted == line.qty:
        return _decided(order, replace(line, picked_qty=counted, counted=counted))
    one_more = order.with_line(replace(line, counted=counted))
    return one_more, [it.LineCounted(order_id=order.order_id, line_no=line_no, counted=counted)]


def substitute(order: Order, line_no: int, instead: Substitute, *, found: int = 0) -> Step:
    """Put another product in for what is not there, as the customer allowed, and never for more."""
    after(order, Move.SUBSTITUTE)
    line = _shelf_line(order, line_no)
    if not line.substitute_allowed:
        raise no.SubstituteNotAllowed(number=order.number, name=line.name)
    if instead.sku == line.sku:
        raise no.SubstituteIsTheSame(number=order.number, name=line.name)
    if not (0 <= found and 1 <= instead.qty <= line.qty - found):
        raise no.TooManyPicked(line_no=line_no, ordered=line.qty, qty=found + instead.qty)
    price = min(instead.unit_price_minor, line.unit_price_minor)
    put_in = replace(instead, unit_price_minor=price)
    event = it.LineSubstituted(
        order_id=order.order_id,
        line_no=line_no,
        found=found,
        sku=instead.sku,
        qty=instead.qty,
        unit_price_minor=price,
    )
    changed = replace(line, picked_qty=found, counted=found, substitute=put_in)
    return _picked_if_all_decided(order.with_line(changed), [event])


def stage(
    order: Order, bin_code: str, *, bags: int, at: datetime, cold_bin: str = "", held: Held = None
) -> Step:
    """Put a picked order into a bin, and what must stay cold into another; `held`: a bin, and whose it is.

    It is ready by itself once nothing is left to make.
    """
    staged = after(order, Move.STAGE)
    if order.is_empty:
        raise no.NothingToStage(number=order.number)
    if not bin_code.strip():
        raise no.BinMissing
    if held:
        raise no.BinIsTaken(bin=held[0], number=held[1])
    placed = replace(
        order, state=staged, bin=bin_code.strip(), cold_bin=cold_bin.strip(), bags=bags
    )
    event = it.OrderStaged(
        order_id=order.order_id, bin=placed.bin, cold_bin=placed.cold_bin, bags=bags
    )
    return _ready_if_complete(placed, [event], at)


def start_finish(order: Order) -> Step:
    """Begin to make what is made to order."""
    after(order, Move.START_FINISH)
    if order.finish is Finish.NONE:
        raise no.NothingToFinish(number=order.number)
    if order.finish is not Finish.WAITING:
        raise no.FinishAlreadyStarted(number=order.number)
    begun = replace(order, finish=Finish.STARTED)
    return begun, [it.OrderFinishStarted(order_id=order.order_id)]


def finish(order: Order, *, at: datetime) -> Step:
    """What is made to order is made; a staged order is ready with it."""
    after(order, Move.FINISH)
    if order.finish is Finish.NONE:
        raise no.NothingToFinish(number=order.number)
    if order.finish is not Finish.STARTED:
        raise no.FinishNotStarted(number=order.number)
    made = replace(order, finish=Finish.DONE)
    return _ready_if_complete(made, [it.OrderFinished(order_id=order.order_id)], at)


def mark_ready(order: Order, *, at: datetime) -> Step:
    """Staged and finished: the customer may come, and is given at least LEAST_HOLD to do so."""
    state = after(order, Move.MARK_READY)
    if order.finish in {Finish.WAITING, Finish.STARTED}:
        raise no.NotStaged(number=order.number, state=order.state.value)
    ready = replace(order, state=state, hold_until=max(order.hold_until, at + LEAST_HOLD))
    return ready, [it.OrderReady(order_id=order.order_id)]


def bring_out(order: Order, *, by: str) -> Step:
    """Say who brings the order to its customer."""
    brought = replace(order, state=after(order, Move.BRING_OUT), bringing_by=by)
    return brought, [it.OrderBringOutStarted(order_id=order.order_id)]


def hand_over(order: Order, *, how: str) -> Step:
    """Give the goods to the customer: once."""
    spent = order.code_spent or how == SCAN
    given = replace(order, state=after(order, Move.HAND_OVER), code_spent=spent)
    return given, [it.OrderHandedOver(order_id=order.order_id, how=how)]


def cancel(order: Order) -> Step:
    """Call the order off before it is handed over."""
    called_off = replace(order, state=after(order, Move.CANCEL))
    return called_off, [it.OrderCancelled(order_id=order.order_id)]


def end_hold(order: Order, *, at: datetime) -> Step:
    """The customer did not come in time."""
    state = after(order, Move.NO_SHOW)
    if at < order.hold_until:
        raise no.HoldNotOver(number=order.number, hold_until=order.hold_until.isoformat())
    return replace(order, state=state), [it.OrderNoShow(order_id=order.order_id)]


def restock(order: Order) -> Step:
    """Put what was picked back on the shelves."""
    state = after(order, Move.RESTOCK)
    if not order.was_fetched:
        raise no.NothingToRestock(number=order.number)
    return replace(order, state=state), [it.OrderRestocked(order_id=order.order_id)]


def rate(order: Order, score: int) -> Step:
    """What the customer says of the pickup, once it was one."""
    if order.state is not State.HANDED_OVER:
        raise no.NotHandedOverYet
    return order, [it.OrderRated(order_id=order.order_id, score=score)]


def reason(text: str) -> str:
    """Why somebody cancelled or overrode, in their words; never empty, never long."""
    if not text.strip():
        raise no.ReasonMissing
    return text.strip()[:LONGEST_REASON]


def _shelf_line(order: Order, line_no: int) -> Line:
    line = order.line(line_no)
    if line is None:
        raise no.LineUnknown(number=order.number, line_no=line_no)
    if line.facts.made_to_order:
        raise no.LineIsMadeToOrder(number=order.number, line_no=line_no)
    return line


def _decided(order: Order, line: Line) -> Step:
    found = line.picked_qty or 0
    kind = it.LinePicked if found == line.qty else it.LineShortPicked
    event = kind(order_id=order.order_id, line_no=line.line_no, qty=found)
    return _picked_if_all_decided(order.with_line(line), [event])


def _picked_if_all_decided(order: Order, events: list[it.OrderEvent]) -> Step:
    if order.state is State.PICKING and order.all_decided:
        picked = replace(order, state=after(order, Move.COMPLETE_PICK))
        return picked, [*events, it.OrderPicked(order_id=order.order_id)]
    return order, events


def _ready_if_complete(order: Order, events: list[it.OrderEvent], at: datetime) -> Step:
    if order.state is State.STAGED and order.finish in {Finish.NONE, Finish.DONE}:
        ready, more = mark_ready(order, at=at)
        return ready, events + more
    return order, events
