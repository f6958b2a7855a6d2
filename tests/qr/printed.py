"""Printed sheets turned back into pixels, as a camera would see them: what each code says, and how wide it is."""

from __future__ import annotations

from typing import NamedTuple

import pypdfium2
import zxingcpp

from edge.base import qr

DPI = 300
POINTS_PER_INCH = 72


class Read(NamedTuple):
    """A code read from a page: its text, its width in millimetres with the quiet zone, its page."""

    text: str
    mm: float
    page: int


def codes_in(pdf: bytes) -> list[Read]:
    """Every code on every page, rendered at print resolution."""
    document = pypdfium2.PdfDocument(pdf)
    found: list[Read] = []
    for place in range(len(document)):
        image = document[place].render(scale=DPI / POINTS_PER_INCH, grayscale=True).to_pil()
        found += [
            Read(each.text, _width_mm(each), place) for each in zxingcpp.read_barcodes(image)
        ]
    document.close()
    return found


def sizes_of(pdf: bytes) -> list[tuple[float, float]]:
    """The pages' sizes in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    sizes = [
        tuple(round(side / POINTS_PER_INCH * 25.4, 1) for side in document[place].get_size())
        for place in range(len(document))
    ]
    document.close()
    return sizes


def text_of(pdf: bytes) -> str:
    """All words on the pages."""
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(
        document[place].get_textpage().get_text_range() for place in range(len(document))
    )
    document.close()
    return text


def _width_mm(found: zxingcpp.Barcode) -> float:
    corners = found.position
    across = corners.top_right.x - corners.top_left.x
    down = corners.bottom_left.y - corners.top_left.y
    inner = (across + down) / 2 / DPI * 25.4
    modules = qr.draw(found.text).modules
    return float(inner * modules / (modules - 2 * qr.QUIET_ZONE))
