"""Sheets of codes: every code on every page is read back, and is as large as it says."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from edge.base.sheets import fonts, layout, pdf
from edge.base.sheets.layout import PAPERS, Code, DoesNotFit, Line, Piece, Stroke, Text, Wanted
from tests.qr.printed import codes_in, sizes_of, text_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "HTTPS://HARBOUR-LANE.LOCALHOST/Q/"
RULER = "Measure this line: 50 mm"


def stickers(n: int, name: str = "Melon bread, still warm") -> list[Piece]:
    """Latin words only: to load a Japanese font takes a second."""
    lines = (
        Line("Clam chowder, hot, two cups", 3.4, is_bold=True),
        Line(name, 3.4, is_bold=True),
        Line("¥680", 3.8, is_bold=True),
    )
    return [Piece(f"{URL}AB{place:06d}", lines) for place in range(n)]


def sign(number: str) -> Piece:
    lines = (Line("Scan this when you have parked.", 6.4, is_bold=True), Line("No phone?", 4.8))
    return Piece(f"{URL}BAY{int(number):05d}", lines, big=number, head=(Line("Bay", 13.0),))


def wanted(paper: str = "a4", mm: float = 30.0, sign_mm: float = 0.0, copies: int = 1) -> Wanted:
    usual = {"a4": 90.0, "letter": 90.0, "a6": 45.0, "label": 28.0}[paper]
    return Wanted(PAPERS[paper], mm, sign_mm or usual, copies, RULER, ("Print at 100 %.",))


def drawn(pieces, how: Wanted) -> bytes:
    return pdf.draw(layout.lay_out(pieces, how), title="Sheet", now=NOW)


@pytest.mark.parametrize("paper", list(PAPERS))
def test_every_code_on_every_paper_is_read_back_at_its_size(paper):
    """Within two percent, as it would be measured on the paper."""
    how = wanted(paper)
    file = drawn([*stickers(4), sign("3")], how)
    read = codes_in(file)
    assert sorted(each.text for each in read) == sorted(
        [*(f"{URL}AB{n:06d}" for n in range(4)), f"{URL}BAY00003"]
    )
    for each in read:
        stated = how.sign_mm if "BAY" in each.text else how.mm
        assert abs(each.mm - stated) / stated < 0.02, each
    assert set(sizes_of(file)) == {(PAPERS[paper].width, PAPERS[paper].height)}


def test_a_planted_wrong_size_is_caught():
    """A page that was shrunk to fit, as printers like to do."""
    page = layout.lay_out(stickers(1), wanted())[0]
    shrunk = [
        Code(mark.x, mark.y, mark.mm * 0.96, mark.url) if isinstance(mark, Code) else mark
        for mark in page.marks
    ]
    file = pdf.draw([layout.Page(page.paper, tuple(shrunk))], title="Sheet", now=NOW)
    (read,) = codes_in(file)
    assert abs(read.mm - 30.0) / 30.0 > 0.02


def test_forty_stickers_need_as_few_pages_as_they_can():
    """Rows and columns; copies are counted."""
    pages = layout.lay_out(stickers(20), wanted(copies=2))
    assert [len(page.codes) for page in pages] == [12, 12, 12, 4]
    assert len(layout.lay_out([sign("1"), sign("2")], wanted(copies=2))) == 4


@pytest.mark.parametrize("paper", list(PAPERS))
def test_nothing_stands_on_something_else_or_off_the_paper(paper):
    """Codes apart from each other, words inside the page, by the widths the layout reckons with."""
    for page in layout.lay_out([*stickers(30), sign("12")], wanted(paper)):
        for code in page.codes:
            assert 0 < code.x < code.x + code.mm < page.paper.width
            assert 0 < code.y < code.y + code.mm < page.paper.height
        for text in (mark for mark in page.marks if isinstance(mark, Text)):
            half = layout.em(text.text, is_bold=text.is_bold) * text.size / 2
            assert text.x - half >= -0.01
            assert text.x + half <= page.paper.width + 0.01
            assert text.y < page.paper.height
        tops = sorted({(code.y, code.x) for code in page.codes})
        for (y, x), (next_y, next_x) in pairwise(tops):
            assert next_y >= y + 30 or next_x >= x + 30


def test_the_ruler_on_the_paper_is_fifty_millimetres():
    """The one line by which somebody proves a printer."""
    page = layout.lay_out(stickers(1), wanted())[0]
    longest = max(
        (mark for mark in page.marks if isinstance(mark, Stroke)),
        key=lambda mark: mark.to_x - mark.x,
    )
    assert longest.to_x - longest.x == pytest.approx(50.0)
    assert RULER in [mark.text for mark in page.marks if isinstance(mark, Text)]


@pytest.mark.parametrize(("paper", "mm"), [("a6", 95.0), ("label", 60.0), ("a4", 181.0)])
def test_a_code_that_is_too_large_says_what_fits(paper, mm):
    """And that size fits indeed."""
    with pytest.raises(DoesNotFit) as said:
        layout.lay_out(stickers(1), wanted(paper, mm=mm) if mm < 181 else wanted(paper, mm=300))
    assert layout.lay_out(stickers(1), wanted(paper, mm=said.value.largest))
    with pytest.raises(DoesNotFit) as said:
        layout.lay_out([sign("3")], wanted(paper, sign_mm=250))
    assert layout.lay_out([sign("3")], wanted(paper, sign_mm=said.value.largest))


def test_japanese_is_written_with_a_font_of_this_computer():
    """Embedded as far as it is used: the words can be read back from the file."""
    if fonts.installed().japanese is None:
        pytest.skip("no Japanese font: apt-get install fonts-noto-cjk")
    file = drawn(stickers(1, "クラムチャウダー 2カップ"), wanted())
    assert "クラムチャウダー" in text_of(file)
    assert len(file) < 120_000


def test_without_a_japanese_font_the_latin_words_stay_and_no_boxes_come():
    """The page beside it says so in words; the code is read all the same."""
    none = fonts.Fonts()
    pages = layout.lay_out([*stickers(1, "スープ 2カップ"), sign("3")], wanted())
    file = pdf.draw(pages, title="Sheet", now=NOW, found=none)
    said = text_of(file)
    assert "Clam chowder" in said
    assert "カップ" not in said
    assert len(codes_in(file)) == 2


def test_a_printer_is_asked_not_to_scale():
    """Viewers that honour it print at 100 % without being told."""
    assert b"/PrintScaling /None" in drawn(stickers(1), wanted())


def test_long_words_are_broken_and_cut_where_they_may_be():
    """Japanese between letters but never before a full stop; Latin at blanks; what is too long shows it."""
    broken = layout.wrapped(Line("商品をお持ちします。お待ちください。", 4.0), 38.0)
    assert len(broken) == 2
    assert not any(each.text.startswith("。") for each in broken)
    (first, second) = layout.wrapped(
        Line("Extraordinarily delicious sourdough loaf of the day", 4.0), 40.0
    )
    assert second.text.endswith("…")
    assert layout.em(first.text) * 4.0 <= 40.0
