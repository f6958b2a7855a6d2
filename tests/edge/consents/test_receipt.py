"""The customer's copy says what was agreed and what became of it."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.consents.rules.purposes import Purpose
from edge.consents.rules.receipt import Controller, Kept, State, receipt

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SHOP = Controller("harbour-lane", "Harbour Lane", "050-0000-0000")
MANDATORY = {
    "record_id", "pii_principal_id", "purpose", "pii_categories", "recipients", "retention",
    "storage_location", "privacy_notice", "state", "lawful_basis",
}  # fmt: skip


def kept(state=State.GIVEN):
    return Kept(
        grant_id="g1", customer_key="c1", purpose=Purpose.ARRIVAL_TIMING, order_id="o1",
        granted_at=AT, expires_at=AT + timedelta(hours=4), notice_hash="ab" * 32,
        notice_version="arrival_timing/1/en/abab", lang="en", value_offer="ready-on-arrival/1",
        served_id="s1", how="tap", state=state,
    )  # fmt: skip


@pytest.mark.parametrize("state", list(State))
def test_a_receipt_has_what_the_standard_asks_for(state):
    """Schema, controller, purpose, text, retention, state, and how to take it back."""
    paper = receipt([kept(state)], SHOP, withdraw_at="/p/…/withdrawal", issued_at=AT)
    assert paper["schema_version"].startswith("ISO/IEC TS 27560")
    assert paper["pii_controllers"][0]["contact"] == "050-0000-0000"
    assert "/p/…/withdrawal" in paper["withdrawal_method"]
    (record,) = paper["records"]
    assert set(record) >= MANDATORY
    assert record["state"] == state.value


def test_a_receipt_without_a_grant_is_empty_not_missing():
    """Who never said yes can see that there is nothing."""
    assert receipt([], SHOP, withdraw_at="/", issued_at=AT)["records"] == []
