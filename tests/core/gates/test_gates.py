"""Each gate as a table: what passes, what is declined, and with which word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from sync.core.gates import (
    GATES,
    REASONS,
    basket,
    consent,
    once_per_customer,
    own_pause,
    preparation,
    stock,
    window,
)
from sync.core.gates.decision import first_refusal
from sync.core.gates.facts import Candidate, Customer, Gate, Moment, moment

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OFFER = Candidate(
    offer_id="offer-1",
    kind="bakery",
    sku="SKU-061",
    active=True,
    starts_at=NOON - timedelta(hours=1),
    ends_at=NOON + timedelta(hours=1),
    left=3,
    once_per_customer=True,
    preparation_minutes=4,
    goes_with=frozenset({"SKU-007", "dairy"}),
)
ANA = Customer(purposes=frozenset({"arrival_timing", "adjacent_offer"}))
AT = Moment(
    now=NOON,
    needs=frozenset({"arrival_timing", "adjacent_offer"}),
    order_skus=frozenset({"SKU-007"}),
    order_classes=frozenset({"ambient"}),
    minutes_left=9.0,
)


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.__name__)
def test_a_fitting_offer_passes_every_gate(gate: Gate) -> None:
    """The offer of these tests is one that Ana sees."""
    assert first_refusal(OFFER, ANA, AT, [gate]) is None


TABLE = [
    (consent, {}, {"purposes": frozenset({"arrival_timing"})}, {}, "no_consent"),
    (consent, {}, {"purposes": frozenset()}, {}, "no_consent"),
    (consent, {}, {"purposes": frozenset()}, {"needs": frozenset()}, None),
    (own_pause, {}, {"stopped_kinds": frozenset({"bakery"})}, {}, "kind_stopped"),
    (own_pause, {}, {"stopped_kinds": frozenset({"coffee"})}, {}, None),
    (own_pause, {}, {"put_off": frozenset({"offer-1"})}, {}, "not_now"),
    (window, {"starts_at": NOON}, {}, {}, None),
    (window, {"starts_at": NOON + timedelta(seconds=1)}, {}, {}, "not_yet_valid"),
    (window, {"ends_at": NOON}, {}, {}, "no_longer_valid"),
    (window, {"ends_at": NOON + timedelta(microseconds=1)}, {}, {}, None),
    (window, {"active": False, "starts_at": NOON + timedelta(days=1)}, {}, {}, "no_longer_valid"),
    (stock, {"left": 1}, {}, {}, None),
    (stock, {"left": 0}, {}, {}, "sold_out"),
    (stock, {"left": -1}, {}, {}, "sold_out"),
    (stock, {"left": None}, {}, {}, None),
    (once_per_customer, {}, {"redeemed": frozenset({"offer-1"})}, {}, "already_used"),
    (
        once_per_customer,
        {"once_per_customer": False},
        {"redeemed": frozenset({"offer-1"})},
        {},
        None,
    ),
    (basket, {}, {}, {"order_skus": frozenset({"SKU-009"})}, "goes_with_others"),
    (basket, {}, {}, {"order_skus": frozenset(), "order_classes": frozenset({"dairy"})}, None),
    (basket, {"goes_with": frozenset({"*"})}, {}, {"order_skus": frozenset({"SKU-009"})}, None),
    (basket, {"goes_with": frozenset()}, {}, {}, "goes_with_others"),
    (basket, {}, {}, {"order_skus": frozenset({"SKU-007", "SKU-061"})}, "on_the_order"),
    (preparation, {}, {}, {"minutes_left": None}, "no_eta"),
    (preparation, {}, {}, {"minutes_left": 4.0}, None),
    (preparation, {}, {}, {"minutes_left": 3.99}, "not_ready_in_time"),
    (preparation, {"preparation_minutes": 0}, {}, {"minutes_left": -1.0}, "not_ready_in_time"),
]


@pytest.mark.parametrize(("gate", "offer", "customer", "at", "reason"), TABLE)
def test_each_gate_answers_as_its_table_says(
    gate: Gate,
    offer: dict[str, object],
    customer: dict[str, object],
    at: dict[str, object],
    reason: str | None,
) -> None:
    """One changed value, one answer."""
    declined = first_refusal(
        msgspec.structs.replace(OFFER, **offer),
        msgspec.structs.replace(ANA, **customer),
        msgspec.structs.replace(AT, **at),
        [gate],
    )
    assert (declined.reason if declined else None) == reason


def test_every_reason_is_named_once_and_shown_by_the_table() -> None:
    """The closed list and the table above are the same list."""
    assert {row[4] for row in TABLE if row[4]} == {reason.reason for reason in REASONS}
    assert len(REASONS) == sum(len(gate.REASONS) for gate in GATES)


def test_the_staffs_backlog_shortens_the_time_that_is_left() -> None:
    """Ten minutes away with four minutes of other work leaves six."""
    at = moment(
        NOON,
        needs=frozenset(),
        order=(frozenset(), frozenset()),
        eta_low_at=NOON + timedelta(minutes=10),
        backlog_minutes=4,
    )
    assert at.minutes_left == 6


def test_without_an_eta_nothing_is_promised() -> None:
    """Nobody knows when the customer comes, so nothing is left to count."""
    at = moment(
        NOON,
        needs=frozenset(),
        order=(frozenset(), frozenset()),
        eta_low_at=None,
        backlog_minutes=0,
    )
    assert at.minutes_left is None
