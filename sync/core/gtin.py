"""Bar code numbers (GS1): which digits are one."""

from __future__ import annotations

LENGTHS = {8, 12, 13, 14}


def is_gtin(digits: str) -> bool:
    """Whether these are 8, 12, 13 or 14 digits of which the last checks the others (GS1)."""
    if len(digits) not in LENGTHS or not (digits.isascii() and digits.isdigit()):
        return False
    return check_digit(digits[:-1]) == int(digits[-1])


def check_digit(digits: str) -> int:
    """The digit that makes a GTIN of these: weights 3 and 1 from the right, up to the next ten."""
    weighted = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return -weighted % 10
