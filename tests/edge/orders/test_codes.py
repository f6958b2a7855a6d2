"""The handover code on the pass: made, shown, scanned, mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.orders.rules.codes import Scan, code_tag, handover_code, qr_payload, read_scan
from edge.orders.rules.handover_refusals import CodeUnreadable
from sync.core import base32

PEPPER = b"p" * 32
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(hashes)
def test_a_code_has_eight_characters_that_cannot_be_confused(token_hash) -> None:
    """And it reads back from the QR code of the pass."""
    code = handover_code(PEPPER, token_hash)
    assert len(code) == 8
    assert set(code) <= set(base32.ALPHABET)
    assert read_scan(qr_payload("HL", code)) == Scan(code, "HL")


def test_a_code_depends_on_the_stores_pepper_and_on_the_pass() -> None:
    """Another store, or another pass, has another code."""
    code = handover_code(PEPPER, "a" * 64)
    assert code == handover_code(PEPPER, "a" * 64)
    assert code != handover_code(b"q" * 32, "a" * 64)
    assert code != handover_code(PEPPER, "b" * 64)


def test_what_is_kept_of_a_code_does_not_show_it() -> None:
    """The database holds a keyed digest of the code, not the code."""
    code = handover_code(PEPPER, "a" * 64)
    assert code not in code_tag(PEPPER, code).upper()
    assert code_tag(PEPPER, code) != code_tag(b"q" * 32, code)


@pytest.mark.parametrize("typed", ["0123 45ab", "O1z3-45AB", " ol2345ab", "oi2345ab"])
def test_usual_slips_of_typing_are_mended(typed) -> None:
    """O is 0, I and L are 1, blanks and dashes do not count, case does not matter."""
    code = read_scan(typed).code
    assert len(code) == 8
    assert set(code) <= set(base32.ALPHABET)
    assert read_scan(code).code == code


def test_a_lookalike_means_the_digit_it_looks_like() -> None:
    """Oi2L45AB is 012145AB."""
    assert read_scan("Oi2L45AB") == Scan("012145AB")


@pytest.mark.parametrize(
    "rubbish",
    ["", "1234567", "123456789", "U2345678", "SE.HL.", "SE..12345678", "https://x/y", "４" * 8],
)
def test_what_is_no_code_is_refused_as_unreadable(rubbish) -> None:
    """A foreign QR code, a coupon, a short code: none reaches the orders."""
    with pytest.raises(CodeUnreadable):
        read_scan(rubbish)
