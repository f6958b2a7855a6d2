"""What is done with orders: one unit in, state and event together."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from edge.base import store_record
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.orders import store
from edge.orders.memory import LastSteps
from edge.orders.rules import (
    Move,
    Order,
    Shop,
    State,
    Substitute,
    claims,
    codes,
    handover,
    intake,
    life,
    numbers,
    restored,
)
from edge.orders.rules import undo as undoing
from edge.orders.rules.claims import LEASE
from edge.orders.rules.events import OrderEvent, PassClosed
from edge.orders.rules.handover_refusals import CodeForAnotherStore, CodeUnknown
from edge.orders.rules.order import CLOSED
from edge.orders.rules.refusals import BinIsTaken, OrderUnknown
from edge.orders.store import ToldBack
from sync.core.neutral import NeutralOrder

SYSTEM = "system"
HOLD_ENDS = "hold_ends"
PASS_CLOSES = "pass_closes"
PASS_LIVES_AFTER = timedelta(hours=24)

Verb = Callable[[Order], life.Step]
Work = Callable[[Unit], Order]


@dataclass(frozen=True, slots=True)
class Doing:
    """A step that somebody is about to take."""

    order_id: str
    move: Move
    by: str
    line_no: int = 0


def apply_order(
    unit: Unit, neutral: NeutralOrder, catalogue: intake.Catalogue, *, shop: Shop, origin: str
) -> Order:
    """Take a new order or a newer revision of one; the same again changes nothing."""
    intake.for_this_store(neutral, shop)
    known = store.find(unit, neutral.order_id)
    if known is None:
        return _receive(unit, neutral, catalogue, shop=shop, origin=origin)
    revised = intake.revise(known, neutral, catalogue)
    return _keep(unit, known, revised, by=SYSTEM, origin=origin)


def told_back(unit: Unit, told: ToldBack, reached: Collection[str]) -> None:
    """HQ tells what it knows of an order, because this store was restored; one that is not here is remembered."""
    order = store.find(unit, told.order_id)
    if order is None:
        store.keep_told_back(unit, told)
        return
    unknown = set(reached) - {each.state for each in store.milestones(unit, order.order_id)}
    step = restored.reconcile(order, told.state, number=told.number, reached=unknown)
    _keep(unit, order, step, by=SYSTEM)


def accept(unit: Unit, order_id: str, *, by: str) -> Order:
    """Take the order on."""
    return _do(unit, order_id, life.accept, by=by)


def start_picking(unit: Unit, order_id: str, *, by: str, lease: timedelta = LEASE) -> Order:
    """Claim the order and set out; an order whose claim ran out is free to go on with."""
    claim = claims.Claim(by, unit.now, lease)
    return _do(unit, order_id, lambda order: claims.begin(order, claim), by=by)


def take_over(
    unit: Unit, order_id: str, *, by: str, holder: str = "", lease: timedelta = LEASE
) -> Order:
    """Go on with what somebody else began; refused when it is not `holder` any more who has it."""
    claim = claims.Claim(by, unit.now, lease)
    return _do(unit, order_id, lambda order: claims.take_over(order, claim, holder=holder), by=by)


def pick(
    unit: Unit, order_id: str, line_no: int, qty: int, *, by: str, lease: timedelta = LEASE
) -> Order:
    """Note how many of a line were found; fewer than ordered is a short pick."""
    claim = claims.Claim(by, unit.now, lease)
    return _do(
        unit, order_id, lambda order: life.pick(claims.held(order, claim), line_no, qty), by=by
    )


def count_one(
    unit: Unit, order_id: str, line_no: int, *, by: str, lease: timedelta = LEASE
) -> Order:
    """One more of a line was scanned."""
    claim = claims.Claim(by, unit.now, lease)
    return _do(
        unit, order_id, lambda order: life.count_one(claims.held(order, claim), line_no), by=by
    )


def substitute(
    unit: Unit,
    order_id: str,
    line_no: int,
    instead: Substitute,
    *,
    found: int = 0,
    by: str,
    lease: timedelta = LEASE,
) -> Order:
    """Put another product in for what is not there, as the customer allowed, and never for more."""
    claim = claims.Claim(by, unit.now, lease)

    def verb(order: Order) -> life.Step:
        return life.substitute(claims.held(order, claim), line_no, instead, found=found)

    return _do(unit, order_id, verb, by=by)


def stage(
    unit: Unit, order_id: str, bin_code: str, *, by: str, bags: int = 1, cold_bin: str = ""
) -> Order:
    """Put a picked order into a bin, and what must stay cold into another, where it waits for its customer."""
    held = store.who_is_in(unit, (bin_code, cold_bin), beside=order_id)

    def verb(order: Order) -> life.Step:
        return life.stage(order, bin_code, bags=bags, cold_bin=cold_bin, at=unit.now, held=held)

    return _do(unit, order_id, verb, by=by)


def noted(edge: Edge, step: Doing, work: Work) -> Work:
    """The work of a person, remembered after its commit so that they can take it back."""
    steps = edge.part(LastSteps)

    def noting(unit: Unit) -> Order:
        first, before = unit.seq + 1, store.load(unit, step.order_id)
        after = work(unit)
        taken = undoing.Taken(
            move=step.move,
            by=step.by,
            before=before,
            after=after,
            first_seq=first,
            last_seq=unit.seq,
            at=edge.clock.monotonic(),
            line_no=step.line_no,
        )
        unit.after_commit(lambda: steps.keep(taken))
        return after

    return noting


def undo(unit: Unit, edge: Edge, order_id: str, *, by: str) -> Order:
    """Take the last step back: the order is as it was before, and the log says what was undone."""
    order, steps = store.load(unit, order_id), edge.part(LastSteps)
    step = undoing.may_undo(steps.of(order_id), order, by=by, at=edge.clock.monotonic())
    _still_possible(unit, step.before)
    undone = _keep(unit, order, undoing.undo(step), by=by)
    store.unreached(unit, order_id, undoing.not_reached(step))
    unit.after_commit(lambda: steps.forget(order_id))
    return undone


def _still_possible(unit: Unit, before: Order) -> None:
    """Bins and numbers go on to others, and what the customer said of the pickup stands."""
    if held := store.who_is_in(unit, (before.bin, before.cold_bin), beside=before.order_id):
        raise BinIsTaken(bin=held[0], number=held[1])
    other = store.by_number(unit, before.number)
    is_taken = other is not None and other.order_id != before.order_id
    if is_taken or store.rating(unit, before.order_id) is not None:
        raise undoing.UndoOvertaken(number=before.number)


def start_finish(unit: Unit, order_id: str, *, by: str) -> Order:
    """Begin to make what is made to order."""
    return _do(unit, order_id, life.start_finish, by=by)


def finish(unit: Unit, order_id: str, *, by: str) -> Order:
    """What is made to order is made."""
    return _do(unit, order_id, lambda order: life.finish(order, at=unit.now), by=by)


def bring_out(unit: Unit, order_id: str, *, by: str) -> Order:
    """Say who brings the order to its customer."""
    return _do(unit, order_id, lambda order: life.bring_out(order, by=by), by=by)


def hand_over(unit: Unit, order_id: str, *, how: str, by: str) -> Order:
    """Give the goods to the customer; may it be, is asked by the act of the same name."""
    return _do(unit, order_id, lambda order: life.hand_over(order, how=how), by=by)


def cancel(unit: Unit, order_id: str, *, reason: str, by: str) -> Order:
    """Call the order off before it is handed over."""
    why = life.reason(reason)
    cancelled = _do(unit, order_id, life.cancel, by=by)
    store.say_why(unit, order_id, Move.CANCEL, reason=why, by=by)
    return cancelled


def rate(unit: Unit, order_id: str, score: int) -> int:
    """Keep what the customer says of the pickup; the first answer stands, and is given back."""
    if (said := store.rating(unit, order_id)) is not None:
        return said
    _do(unit, order_id, lambda order: life.rate(order, score), by="customer")
    store.keep_rating(unit, order_id, score)
    return score


def restock(unit: Unit, order_id: str, *, by: str) -> Order:
    """Put what was picked back on the shelves."""
    return _do(unit, order_id, life.restock, by=by)


def hold_ended(unit: Unit, order_id: str) -> Order | None:
    """The timer of a hold went off: a waiting order becomes a no-show; later holds set their own timer."""
    order = store.find(unit, order_id)
    if order is None or order.state not in {State.STAGED, State.READY}:
        return None
    if unit.now < order.hold_until:
        unit.set_timer(HOLD_ENDS, order_id, order.hold_until)
        return None
    return _keep(unit, order, life.end_hold(order, at=unit.now), by=SYSTEM)


def pass_closes(unit: Unit, order_id: str) -> None:
    """The timer of a pass: a day after the order's end it is closed for good, whatever the clock says later."""
    over_at = store.over_at(unit, order_id)
    if over_at is None:
        return
    if unit.now < over_at + PASS_LIVES_AFTER:
        unit.set_timer(PASS_CLOSES, order_id, over_at + PASS_LIVES_AFTER)
    elif store.close_pass(unit, order_id):
        unit.record(PassClosed(order_id=order_id), by=SYSTEM)


def lease_of(edge: Edge) -> timedelta:
    """For how long an order is somebody's after each pick."""
    return timedelta(minutes=edge.settings.claim_minutes)


def shop_here(rows: Rows, edge: Edge) -> Shop:
    """What this feature must know of the store it works in."""
    here = store_record.load(rows)
    return Shop(
        store_id=here.store_id,
        store_code=here.code,
        timezone=here.time_zone,
        pepper=edge.pepper,
        auto_accept=edge.settings.auto_accept,
    )


def find_by_scan(rows: Rows, text: str, shop: Shop) -> Order:
    """The order whose pass was scanned or whose code was typed, open or not; else why there is none."""
    scan = codes.read_scan(text)
    if not handover.is_for_this_store(scan, shop.store_code):
        here = store_record.load(rows)
        raise CodeForAnotherStore(store=store_record.called(here, scan.store_code), here=here.name)
    found = store.by_code_tag(rows, codes.code_tag(shop.pepper, scan.code))
    if found is None:
        raise CodeUnknown
    return found


def code_of(order: Order, shop: Shop) -> str:
    """The handover code that the order's pass shows."""
    return codes.handover_code(shop.pepper, order.token_hash or order.order_id)


def _receive(
    unit: Unit, neutral: NeutralOrder, catalogue: intake.Catalogue, *, shop: Shop, origin: str
) -> Order:
    day = numbers.store_day(unit.now, ZoneInfo(shop.timezone))
    number = numbers.next_number(store.last_number(unit, day), store.OpenNumbers(unit))
    known = None if origin == "edge" else store.take_told_back(unit, neutral.order_id)
    received, told = intake.receive(neutral, catalogue, number=number, day=day)
    order, own = _first_step(received, neutral, shop)
    if known is not None and known.state in CLOSED:
        # It ended before the restore: HQ has all that happened, and nothing happens now.
        order, told, own = replace(order, number=known.number, state=known.state), [], []
    tag = codes.code_tag(shop.pepper, code_of(order, shop))
    store.add(unit, order, tag, reached=_reached([*told, *own]), by=SYSTEM)
    if order.is_open:
        unit.set_timer(HOLD_ENDS, order.order_id, order.hold_until)
    if neutral.cancelled or origin == "edge":
        unit.record_all([*told, *own], by=SYSTEM, origin=origin)
    else:
        unit.record_all(told, by=SYSTEM, origin=origin)
        unit.record_all(own, by=SYSTEM, origin="edge")
    return order


def _first_step(order: Order, neutral: NeutralOrder, shop: Shop) -> life.Step:
    """What a new order goes through at once: called off before we saw it, or taken on."""
    if neutral.cancelled:
        return life.cancel(order)
    return life.accept(order) if shop.auto_accept else (order, [])


def _do(unit: Unit, order_id: str, verb: Verb, *, by: str) -> Order:
    order = store.find(unit, order_id)
    if order is None:
        raise OrderUnknown
    return _keep(unit, order, verb(order), by=by)


def _keep(unit: Unit, before: Order, step: life.Step, *, by: str, origin: str = "edge") -> Order:
    after, events = step
    store.save(unit, before, after, reached=_reached(events), by=by)
    if not after.is_open:
        unit.clear_timer(HOLD_ENDS, after.order_id)
    elif after.hold_until != before.hold_until or not before.is_open:
        unit.set_timer(HOLD_ENDS, after.order_id, after.hold_until)
    unit.record_all(events, by=by, origin=origin)
    return after


def _reached(events: list[OrderEvent]) -> list[str]:
    return [event.reaches for event in events if event.reaches]
