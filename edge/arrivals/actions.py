"""What is done on the way to the store: one unit in, the journey and its events together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from edge.arrivals import store
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import (
    NOTHING,
    How,
    Journey,
    Learned,
    Phase,
    Ring,
    Sighting,
    Step,
    Trail,
    doubts,
    hindsight,
    journey,
    judge,
    learn,
    observe,
    plan,
)
from edge.arrivals.rules.bays import bay_meant
from edge.arrivals.rules.events import LearningForgotten
from edge.base import store_record
from edge.base.unit import Unit

REPORTS_END = "reports_end"
RING = Ring()

Verb = Callable[[Journey], journey.Step]


def start(unit: Unit, order_id: str, memory: RangeMemory, *, mode: str = "", by: str) -> Journey:
    """The customer is on the way; what was seen of an earlier start is forgotten."""
    begun = _do(unit, order_id, lambda known: journey.start(known, unit.now, mode=mode), by=by)
    if begun.started_at == unit.now:
        unit.set_timer(
            REPORTS_END, order_id, unit.now + timedelta(seconds=plan.SHIPPED.ends_after_seconds)
        )
        unit.after_commit(lambda: memory.drop(order_id))
    return begun


def advance(unit: Unit, order_id: str, trail: Trail) -> Journey:
    """Write the step that a report makes; the journey is read again, as a tap may have come first."""
    return _do(
        unit, order_id, lambda known: journey.advance(known, trail, RING, unit.now), by="customer"
    )


@dataclass(frozen=True)
class Said:
    """An arrival as it was said or shown: how, at which bay ("" for none), and by whom."""

    how: How
    bay: str = ""
    by: str = "customer"


def arrive(unit: Unit, order_id: str, said: Said, *, seen: Sighting | None) -> Journey:
    """The customer is here, by tap or by scan; said again with another bay, they moved. BayUnknown, NoBays.

    `seen`: what the memory holds of their way, so that what cannot be is asked again.
    """
    bay = said.bay
    if bay:
        bay = bay_meant(bay, [each.number for each in store_record.load(unit).bays])
    odd = seen is not None and doubts.is_impossible_lead(seen.trail, seen.as_of, unit.now)

    def verb(known: Journey) -> journey.Step:
        return journey.arrive(known, unit.now, how=said.how, bay=bay, is_impossible=odd)

    return _do(unit, order_id, verb, by=said.by)


def forget_range(unit: Unit, order_id: str, memory: RangeMemory, *, by: str) -> Journey:
    """After a permission ended nothing that a range told is known any more; the trip goes on by its tap."""
    unit.after_commit(lambda: memory.drop(order_id))
    return _do(unit, order_id, journey.forget_range, by=by)


def judge_eta(
    unit: Unit, order_id: str, seen: Sighting | None, *, learned: Learned = NOTHING
) -> None:
    """After an arrival: note how wrong the expected one was, while the memory still knows what was expected."""
    if error := judge(store.load(unit, order_id), seen, learned):
        store.keep_eta_error(unit, order_id, error)


def learn_from(
    unit: Unit,
    order_id: str,
    memory: RangeMemory,
    *,
    said: Mapping[Step, hindsight.Said] | None,
    promise_at: datetime,
) -> None:
    """At the handover: what this arrival teaches, from what was foretold (`said`; None: nothing can be learnt).

    A handover that was undone and done again teaches once.
    """
    way = store.load(unit, order_id)
    if said is None or way.is_over:
        return
    known = store.load_learned(unit)
    zone = ZoneInfo(known.time_zone)
    seen = observe(way, said, promise_at=promise_at, zone=zone)
    if seen is None:
        return
    learned = learn(known, seen)
    store.save_learned(unit, known, learned)
    unit.after_commit(lambda: memory.put_learned(learned))


def tell_by_new_hours(unit: Unit, memory: RangeMemory) -> None:
    """The store's clocks may have changed their zone: what was learnt by part of the day goes by the new one."""
    learned = store.load_learned(unit)
    unit.after_commit(lambda: memory.put_learned(learned))


def forget_learned(unit: Unit, memory: RangeMemory, *, by: str) -> None:
    """A fresh start: the shipped figures alone, until new handovers teach again."""
    handovers = store.load_learned(unit).handovers
    store.forget_learned(unit)
    unit.record(LearningForgotten(what="arrivals", handovers=handovers), by=by)
    nothing = store.load_learned(unit)
    unit.after_commit(lambda: memory.put_learned(nothing))


def note_turn(unit: Unit, order_id: str, memory: RangeMemory) -> None:
    """A customer who turned away teaches nothing about how long a way takes."""
    if store.load(unit, order_id).phase is Phase.TURNED_AWAY:
        unit.after_commit(lambda: memory.turned(order_id))


def end(unit: Unit, order_id: str, memory: RangeMemory, *, why: str) -> Journey:
    """Nothing more is expected: served, cancelled or a no-show."""
    unit.clear_timer(REPORTS_END, order_id)
    unit.after_commit(lambda: memory.drop(order_id))
    return _do(unit, order_id, lambda known: journey.end(known, unit.now, why=why), by="system")


def lapse(unit: Unit, order_id: str, memory: RangeMemory) -> Journey:
    """The timer that ends all reports after two hours, whatever the phone does."""
    unit.after_commit(lambda: memory.drop(order_id))
    return _do(unit, order_id, lambda known: journey.lapse(known, unit.now), by="system")


def _do(unit: Unit, order_id: str, verb: Verb, *, by: str) -> Journey:
    known = store.load(unit, order_id)
    moved, facts = verb(known)
    if moved != known:
        store.save(unit, moved)
    for fact in facts:
        unit.record(fact, by=by)
    return moved
