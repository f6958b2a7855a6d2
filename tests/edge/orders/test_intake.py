"""New orders, and what later revisions of them may still change."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from edge.orders.rules import Finish, LineFacts, Shop, State, intake, life
from edge.orders.rules.refusals import WrongStoreOrder
from sync.core.neutral import NeutralLine, NeutralOrder

from .conftest import CATALOGUE

SHOP = Shop("harbour-lane", "HL", "Asia/Tokyo", b"p" * 32)


def received(a_neutral, *skus):
    """A new order of these skus, and what happened."""
    return intake.receive(a_neutral(*skus), CATALOGUE, number="A-01", day="2026-11-22")


def one_line(sku: str) -> list[NeutralLine]:
    """Five of one sku."""
    return [NeutralLine(line_no=1, sku=sku, name="x", qty=5, unit_price_minor=1)]


def test_a_new_order_knows_where_its_goods_lie(a_neutral) -> None:
    """The catalogue's facts are copied into the lines."""
    order, events = received(a_neutral, "SKU-002", "SKU-061")
    assert order.line(1).facts == CATALOGUE["SKU-002"]
    assert (order.state, order.finish) == (State.RECEIVED, Finish.WAITING)
    assert [event.kind for event in events] == ["order_received"]


def test_a_sku_the_catalogue_does_not_know_is_a_shelf_good(a_neutral) -> None:
    """An order is never lost because of a catalogue that lags behind."""
    order, _ = received(a_neutral, "SKU-999")
    assert order.line(1).facts == LineFacts()
    assert order.finish is Finish.NONE


def test_an_order_for_another_store_is_refused(a_neutral) -> None:
    """It names the store it is for."""
    with pytest.raises(WrongStoreOrder) as refused:
        intake.for_this_store(a_neutral(store_id="mill-road"), SHOP)
    assert refused.value.details == {"store_id": "mill-road"}


def test_the_same_revision_twice_changes_nothing(a_neutral) -> None:
    """Twice is once."""
    order, _ = received(a_neutral)
    assert intake.revise(order, a_neutral(), CATALOGUE) == (order, [])


def test_before_picking_a_newer_revision_replaces_lines_and_times(a_neutral) -> None:
    """Ana changed her mind in time."""
    order, _ = received(a_neutral)
    newer = a_neutral(
        revision=2, lines=one_line("SKU-061"), promise_at=order.promise_at + timedelta(hours=1)
    )
    changed, events = intake.revise(order, newer, CATALOGUE)
    assert [line.sku for line in changed.lines] == ["SKU-061"]
    assert changed.finish is Finish.WAITING
    assert changed.promise_at == newer.promise_at
    assert [event.kind for event in events] == ["order_changed"]


def test_once_picking_has_begun_other_lines_are_refused_but_times_are_taken(a_neutral) -> None:
    """What lies in the basket stays; HQ hears that the change came too late."""
    order = life.start_picking(life.accept(received(a_neutral)[0])[0], by="ken")[0]
    later = order.promise_at + timedelta(hours=1)
    newer = a_neutral(revision=2, lines=one_line("SKU-003"), promise_at=later)
    changed, events = intake.revise(order, newer, CATALOGUE)
    assert changed.lines == order.lines
    assert (changed.promise_at, changed.revision) == (later, 2)
    assert [event.kind for event in events] == ["order_change_refused"]


def test_a_cancellation_from_the_source_cancels_an_open_order(a_neutral) -> None:
    """And the same cancellation again is silent."""
    order, _ = received(a_neutral)
    gone, events = intake.revise(order, a_neutral(revision=2, cancelled=True), CATALOGUE)
    assert gone.state is State.CANCELLED
    assert [event.kind for event in events] == ["order_cancelled"]
    assert intake.revise(gone, a_neutral(revision=3, cancelled=True), CATALOGUE)[1] == []


def test_a_cancellation_that_crosses_the_handover_is_refused_as_a_fact(a_neutral) -> None:
    """The goods are gone: the handover stands, and HQ is told by an event."""
    order, _ = received(a_neutral)
    given = replace(order, state=State.HANDED_OVER)
    same, events = intake.revise(given, a_neutral(revision=2, cancelled=True), CATALOGUE)
    assert same.state is State.HANDED_OVER
    assert [event.kind for event in events] == ["cancel_refused"]


@pytest.mark.parametrize(
    "broken",
    [
        {"lines": []},
        {"currency": "yen"},
        {"token_hash": "abc"},
        {"order_id": "17"},
        {"customer_name": "x" * 81},
        {"nobody_knows": 1},
        {"hold_until": "2026-11-22T04:00:00Z"},
        {"promise_at": "2026-11-22T05:00:00"},
    ],
)
def test_a_broken_neutral_order_is_refused_at_the_border(a_neutral, broken) -> None:
    """Types, bounds, unknown fields, naive instants and contradictions."""
    raw = {**msgspec.to_builtins(a_neutral()), **broken}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, NeutralOrder)


def test_two_lines_of_one_number_are_refused(a_neutral) -> None:
    """Line numbers are what picks refer to."""
    raw = msgspec.to_builtins(a_neutral())
    raw["lines"][1]["line_no"] = 1
    with pytest.raises(msgspec.ValidationError, match="differ"):
        msgspec.convert(raw, NeutralOrder)
