"""Pages of marks as PDF, at their true size: codes as filled outlines, so they are crisp on any printer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from edge.base import qr
from edge.base.sheets import fonts
from edge.base.sheets.fonts import Fonts
from edge.base.sheets.layout import Code, Page, Stroke, Text

if TYPE_CHECKING:
    from fpdf import FPDF

LATIN, JAPANESE = "latin", "japanese"
POINTS_PER_MM = 72 / 25.4


def draw(pages: Iterable[Page], *, title: str, now: datetime, found: Fonts | None = None) -> bytes:
    """The pages as one file. Text that no font here can draw is left out rather than drawn as boxes."""
    # Imported here: a store that prints nothing today need not hold the library in memory.
    from fpdf import FPDF, ViewerPreferences

    pdf = FPDF(unit="mm")
    pdf.set_creation_date(now)
    pdf.set_title(title)
    pdf.set_auto_page_break(auto=False)
    pdf.viewer_preferences = ViewerPreferences(print_scaling="None")
    pen = _Pen(pdf, found or fonts.installed())
    for page in pages:
        pdf.add_page(format=(page.paper.width, page.paper.height))
        for mark in page.marks:
            pen.draw(mark)
    return bytes(pdf.output())


class _Pen:
    """Draws marks; loads each font the first time a text needs it."""

    def __init__(self, pdf: FPDF, found: Fonts) -> None:
        self._pdf = pdf
        self._fonts = found
        self._loaded: set[tuple[str, str]] = set()

    def draw(self, mark: Code | Text | Stroke) -> None:
        """One mark, in black."""
        if isinstance(mark, Code):
            self._code(mark)
        elif isinstance(mark, Stroke):
            self._pdf.set_line_width(mark.width)
            self._pdf.line(mark.x, mark.y, mark.to_x, mark.to_y)
        else:
            self._text(mark)

    def _code(self, mark: Code) -> None:
        """All dark modules as one outline: drawn one by one, their seams would show as hairlines."""
        from fpdf.enums import PathPaintRule

        symbol = qr.draw(mark.url)
        module = symbol.module_mm(mark.mm)
        with self._pdf.new_path(paint_rule=PathPaintRule.FILL_NONZERO) as path:
            path.style.fill_color = "#000000"
            path.style.stroke_color = None
            for y, row in enumerate(symbol.rows):
                for start, end in qr.runs(row):
                    left, top = mark.x + start * module, mark.y + y * module
                    path.rectangle(left, top, (end - start) * module, module)

    def _text(self, mark: Text) -> None:
        style = "B" if mark.is_bold else ""
        family = self._family(mark.text, style)
        if not family:
            return
        text = mark.text if family != "Helvetica" else _latin_1(mark.text)
        bold = "" if family == JAPANESE else style
        self._pdf.set_font(family, bold, mark.size * POINTS_PER_MM)
        self._pdf.text(mark.x - self._pdf.get_string_width(text) / 2, mark.y, text)

    def _family(self, text: str, style: str) -> str:
        """The font that can draw a text; "" when none here can."""
        here = self._fonts
        if fonts.needs_japanese(text):
            if here.japanese is None:
                return ""
            return self._load(JAPANESE, "", str(here.japanese))
        if here.latin is None:
            return "Helvetica"
        return self._load(
            LATIN, style, str(here.latin_bold if style and here.latin_bold else here.latin)
        )

    def _load(self, family: str, style: str, file: str) -> str:
        if (family, style) not in self._loaded:
            self._pdf.add_font(family, style, file)
            self._loaded.add((family, style))
        return family


def _latin_1(text: str) -> str:
    return (
        text.replace("…", "...").replace("–", "-").encode("latin-1", "replace").decode("latin-1")
    )
