"""What every record type must do, run over the registry: a new type is tested by being listed."""

import json
from contextlib import suppress
from functools import reduce
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from sync.core.canonical import canonical
from sync.records import RECORD_TYPES, CannotFold, Heard, folded_into
from sync.records.order_status import OrderStatus

GOLDEN = Path(__file__).parent / "records"
TYPES = sorted(RECORD_TYPES)


def golden(name):
    """The recorded examples of one record type: `down` bodies, and `up` events with their fold."""
    return json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


def heard(name):
    """The recorded events, as HQ hears them."""
    return msgspec.convert(golden(name)["events"], list[Heard])


@pytest.mark.parametrize("name", TYPES)
def test_a_record_survives_the_feed(name):
    """Recorded bodies of every version are read, and read the same after being written again."""
    kind = RECORD_TYPES[name]
    assert kind.travels_down == bool(golden(name)["down"])
    for body in golden(name)["down"]:
        record = kind.read(json.dumps(body))
        assert kind.read(kind.text(record)) == record


@pytest.mark.parametrize("name", TYPES)
def test_a_field_of_a_newer_version_is_let_pass(name):
    """Unknown fields never stop a page (the neutral order is strict at the shop's door, not here)."""
    kind = RECORD_TYPES[name]
    for body in golden(name)["down"]:
        record = kind.read(json.dumps(body))
        assert kind.read(json.dumps({**body, "field_of_tomorrow": [1]})) == record


@pytest.mark.parametrize("name", TYPES)
def test_events_fold_into_the_recorded_record(name):
    """The fold is a promise: recorded events keep their meaning in every later version."""
    kind = RECORD_TYPES[name]
    assert kind.travels_up == bool(golden(name)["events"])
    current = reduce(kind.fold, heard(name), None)
    assert json.loads(canonical(current)) == golden(name)["folded"]


@pytest.mark.parametrize("name", TYPES)
def test_the_same_event_twice_is_once(name):
    """Folding a whole log again on top of its own result changes nothing that both ends compare."""
    kind = RECORD_TYPES[name]
    if not kind.travels_up:
        return
    once = reduce(kind.fold, heard(name), None)
    again = once
    for event in heard(name):
        try:
            again = kind.fold(again, event)
        except CannotFold:
            continue
    if name != "order_status":  # the watermark keeps a log from being folded twice
        assert kind.digest_values(again) == kind.digest_values(once)


@pytest.mark.parametrize("name", TYPES)
def test_merging_does_not_depend_on_the_order(name):
    """Duplicates and reordering are harmless."""
    kind = RECORD_TYPES[name]
    texts = [json.dumps(body) for body in golden(name)["down"] or [golden(name)["folded"]]]
    records = [kind.read(text) for text in texts]
    for some in permutations(records[:3]):
        assert reduce(kind.merge, some) == reduce(kind.merge, records)
        assert reduce(kind.merge, (*some, *some)) == reduce(kind.merge, records)


@pytest.mark.parametrize("name", TYPES)
def test_what_the_night_compares_can_be_computed_from_the_record(name):
    """Digest values are JSON."""
    kind = RECORD_TYPES[name]
    for body in golden(name)["down"]:
        canonical(list(kind.digest_values(kind.read(json.dumps(body)))))


@pytest.mark.parametrize("name", TYPES)
def test_an_event_that_does_not_fit_is_said_to_be_so(name):
    """Poison raises CannotFold and nothing else, so HQ can park it."""
    kind = RECORD_TYPES[name]
    for event_kind in sorted(kind.kinds) or ["order_picked"]:
        broken = Heard(
            store_id="s", seq=1, event_id="e", kind=event_kind, aggregate_id="x", at="", body={}
        )
        poison = msgspec.structs.replace(broken, body={"limit": [], "seen": 3})
        with suppress(CannotFold):
            canonical(kind.fold(None, poison))


def test_kinds_that_nobody_folds_are_only_kept():
    """HQ stores unknown kinds unapplied."""
    assert folded_into("line_picked") == []
    assert {kind.name for kind in folded_into("order_received")} == {"order", "order_status"}


def test_a_correction_of_a_restored_store_brings_no_order_back_from_its_end():
    """It was written before the store heard how the order ended; somebody who undoes a handover does bring it back."""
    order_status = RECORD_TYPES["order_status"]
    given = OrderStatus(order_id="o1", store_id="s1", state="handed_over", number="A-01")

    def after(move):
        body = {"order_id": "o1", "state": "picking", "move": move}
        heard = Heard(
            store_id="s1", seq=9, event_id="e", kind="order_step_undone", aggregate_id="o1",
            at="2026-11-23T00:00:00+00:00", body=body,
        )  # fmt: skip
        return order_status.fold(given, heard).state

    assert after("restored") == "handed_over"
    assert after("hand_over") == "picking"
