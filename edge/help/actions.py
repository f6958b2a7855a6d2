"""What is done with calls for help."""

from edge.base.unit import Unit
from edge.help import rules, store
from edge.help.rules import Call, CallState, Surface, Topic

LAPSES = "help_lapses"


def call_staff(
    unit: Unit, surface: Surface, topic: Topic, *, device_id: str = "", order_id: str = ""
) -> Call:
    """Ask for a person. Who asks again while they wait is told of the same call."""
    waiting = store.open_call_of(unit, device_id, order_id)
    if waiting is not None:
        return waiting
    call = Call(
        call_id=unit.ids.uuid7(unit.now),
        surface=surface,
        topic=topic,
        device_id=device_id,
        order_id=order_id,
        called_at=unit.now,
    )
    store.add(unit, call)
    unit.set_timer(LAPSES, call.call_id, unit.now + rules.LAPSES_AFTER)
    event = rules.HelpCalled(
        call_id=call.call_id,
        surface=surface.value,
        topic=topic.value,
        order_id=order_id,
        device_id=device_id,
    )
    unit.record(event, by=device_id or "customer")
    return call


def answer(unit: Unit, call_id: str, *, by: str) -> Call:
    """Take a call: this person comes."""
    answered = rules.answer(store.load(unit, call_id), by=by)
    store.save(unit, answered)
    unit.clear_timer(LAPSES, call_id)
    unit.record(rules.HelpAnswered(call_id=call_id), by=by)
    return answered


def lapse(unit: Unit, call_id: str) -> Call:
    """The timer rang: nobody waits any more."""
    call = store.load(unit, call_id)
    lapsed = rules.lapse(call, unit.now)
    if lapsed.state is CallState.LAPSED and lapsed != call:
        store.save(unit, lapsed)
        unit.record(rules.HelpLapsed(call_id=call_id), by="system")
    return lapsed
