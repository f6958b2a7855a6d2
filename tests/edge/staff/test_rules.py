"""PINs, delays and one-time codes, as values."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.staff import rules
from tests.world import OPENING


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 1), (2, 2), (3, 4), (4, 8), (9, 256), (10, 300), (99, 300)],
)
def test_each_wrong_pin_doubles_the_wait_up_to_five_minutes(failures, seconds) -> None:
    """Slower and slower, never for ever."""
    assert rules.delay_seconds(failures) == seconds


def test_a_device_rests_after_ten_wrong_pins() -> None:
    """Whoever's they were; nine are still people."""
    assert rules.device_delay_seconds(9) == 0
    assert rules.device_delay_seconds(10) == 300


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "000000", "123456", "987654", "901234", "abcdef", "１２３４５６", "1" * 13],
)
def test_pins_that_are_guessed_first_are_refused(pin) -> None:
    """Too short, too long, no digits, all the same, in a row."""
    with pytest.raises(rules.PinTooSimple):
        rules.good_pin(pin)


@given(st.binary(min_size=8, max_size=8))
def test_a_pin_made_by_chance_is_always_good(chance) -> None:
    """Six digits that are not in a row."""
    assert rules.good_pin(rules.pin_from(chance)) == rules.pin_from(chance)


def test_a_one_time_code_is_read_as_people_type_it() -> None:
    """Shown in fours; typed with slips."""
    shown = rules.shown_code("0123456789ABCDEF")
    assert shown == "0123-4567-89AB-CDEF"
    assert rules.typed_code(" o123 4567-89ab-cdef ") == "0123456789ABCDEF"


def test_a_sign_in_lives_ten_idle_minutes_and_twelve_hours() -> None:
    """And not at all when the clock went back."""
    began = rules.Session(
        session_hash="x", staff_id="ken", device_id="d", began_at=OPENING, seen_at=OPENING
    )
    assert rules.is_alive(began, OPENING + timedelta(minutes=9, seconds=59))
    assert not rules.is_alive(began, OPENING + timedelta(minutes=10))
    busy = replace(began, seen_at=OPENING + timedelta(hours=11, minutes=59))
    assert rules.is_alive(busy, OPENING + timedelta(hours=11, minutes=59, seconds=59))
    assert not rules.is_alive(busy, OPENING + timedelta(hours=12))
    assert not rules.is_alive(began, OPENING - timedelta(seconds=1))


@pytest.mark.parametrize("name", ["", "  ", "x" * 41])
def test_a_name_fits_on_a_button(name) -> None:
    """Neither nothing nor a story."""
    with pytest.raises(rules.NameMissing):
        rules.good_name(name)
