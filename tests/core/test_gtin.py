"""Bar code numbers: which digits are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.gtin import check_digit, is_gtin


@given(st.text("0123456789", min_size=7, max_size=13))
def test_the_check_digit_finds_every_single_wrong_digit(digits) -> None:
    """What GS1 made it for: a changed digit never passes."""
    right = digits + str(check_digit(digits))
    assert is_gtin(right) == (len(right) in {8, 12, 13, 14})
    for place, digit in enumerate(right):
        other = str((int(digit) + 3) % 10)
        assert not is_gtin(right[:place] + other + right[place + 1 :])


@pytest.mark.parametrize("gtin", ["4006381333931", "96385074", "036000291452"])
def test_known_bar_codes_are_right(gtin) -> None:
    """GTIN-13, GTIN-8 and GTIN-12, as printed in GS1's examples."""
    assert is_gtin(gtin)


@pytest.mark.parametrize("no_gtin", ["", "123", "40063813339３1", "4006381333932", "abcdefgh"])
def test_other_strings_are_no_bar_codes(no_gtin) -> None:
    """Wrong length, wrong digits, wrong check digit."""
    assert not is_gtin(no_gtin)
