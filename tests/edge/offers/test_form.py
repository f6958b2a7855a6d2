"""The form that a manager fills in: what can be read, and what to mend where."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.offers.rules import form

TOKYO = ZoneInfo("Asia/Tokyo")
GOOD = {
    "kind": "bakery",
    "title_en": "Sourdough loaf",
    "title_ja": "サワードウ",
    "price_minor": "240",
    "was_minor": "480",
    "starts_at": "2026-11-23T09:00",
    "ends_at": "2026-11-23T19:00",
    "limit": "10",
    "once_per_customer": "on",
    "preparation_minutes": "4",
    "sku": "SKU-061",
    "goes_with": "SKU-001, dairy",
}


def read(typed: dict[str, str], digits: int = 0) -> form.Filled:
    """Read a form of the shop in Tokyo."""
    return form.read(typed, zone=TOKYO, currency="JPY", digits=digits)


def test_a_filled_in_form_is_an_offer() -> None:
    """Times are the store's own; nothing else needs to be known."""
    wish = read(GOOD).wish
    assert wish is not None
    assert wish.starts_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert wish.goes_with == ("SKU-001", "dairy")
    assert (wish.limit, wish.once_per_customer, wish.price_minor) == (10, True, 240)


def test_empty_fields_that_may_be_empty_mean_none() -> None:
    """No limit is not a limit of zero."""
    wish = read({**GOOD, "limit": "", "was_minor": "", "preparation_minutes": ""}).wish
    assert wish is not None
    assert (wish.limit, wish.was_minor, wish.preparation_minutes) == (None, None, 0)


def test_an_empty_form_says_what_is_needed_field_by_field() -> None:
    """All at once, so that nobody mends one field per try."""
    needed = {"kind", "title_en", "title_ja", "price_minor", "starts_at", "ends_at"}
    assert set(read({}).faults) == needed


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("price_minor", "cheap"),
        ("price_minor", "-1"),
        ("price_minor", "1.5"),
        ("price_minor", "NaN"),
        ("price_minor", "1e400"),
        ("was_minor", "240"),
        ("limit", "0"),
        ("limit", "٣"),
        ("limit", "9" * 400),
        ("preparation_minutes", "1000"),
        ("starts_at", "tomorrow"),
        ("starts_at", "0001-01-01T00:00"),
        ("ends_at", "2026-11-23T09:00"),
        ("kind", "Fresh Bread"),
        ("title_en", "x" * 81),
        ("goes_with", "x" * 65),
        ("sku", "x" * 65),
    ],
)
def test_a_wrong_field_is_named(field: str, typed: str) -> None:
    """The fault stands at the field that has to be mended, and nothing is made."""
    filled = read({**GOOD, field: typed})
    assert filled.wish is None
    assert set(filled.faults) == {field}


def test_money_is_read_in_the_currencys_own_digits() -> None:
    """2.40 euro are 240 cents."""
    wish = read({**GOOD, "price_minor": "2.40", "was_minor": "€4.80"}, digits=2).wish
    assert wish is not None
    assert (wish.price_minor, wish.was_minor) == (240, 480)


@given(st.dictionaries(st.sampled_from([*GOOD, "body_en", "active"]), st.text(max_size=90)))
def test_whatever_is_typed_is_an_offer_or_named_faults(typed: dict[str, str]) -> None:
    """A form never fails in any other way."""
    filled = read({**GOOD, **typed})
    assert (filled.wish is None) == bool(filled.faults)
