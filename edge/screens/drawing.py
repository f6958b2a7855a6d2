"""A QR code as one path of an SVG drawing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

BORDER = 4


@lru_cache(maxsize=512)
def qr_path(text: str) -> tuple[int, str]:
    """The side of the square, quiet zone included, and the path of its dark runs."""
    code: QRCode = QRCode(border=BORDER, error_correction=ERROR_CORRECT_M)  # type: ignore[type-arg]
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    runs = [run for y, row in enumerate(matrix) for run in _runs(row, y)]
    return len(matrix), "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in runs)


def _runs(row: Sequence[bool | None], y: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append((start, y, x - start))
            start = None
    return found
