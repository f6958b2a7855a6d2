"""Where each mark stands on the paper, in millimetres from its upper left corner. Pure.

The PDF and the preview in the browser draw the same marks, so what is looked at is what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

SMALLEST_MM, LARGEST_MM = 25.0, 180.0
RULER_MM = 50.0
MOST_COPIES = 50
MOST_PIECES = 600
GAP = 8.0
CROP = 3.0
_WIDE = frozenset("WF")
_EM, _BOLD_EM = 0.56, 0.6
# Japanese never begins a line with these, and never ends one with those.
_NEVER_FIRST = frozenset("。、」』）・ー！？.,;:!?)")
_NEVER_LAST = frozenset("「『（(")


@dataclass(frozen=True)
class Paper:
    """A kind of paper and the rim that printers leave white, in millimetres."""

    name: str
    width: float
    height: float
    margin: float


PAPERS = {
    paper.name: paper
    for paper in (
        Paper("a4", 210.0, 297.0, 10.0),
        Paper("letter", 215.9, 279.4, 10.0),
        Paper("a6", 105.0, 148.0, 6.0),
        Paper("label", 62.0, 100.0, 3.0),
    )
}
FOOT = {"a4": 20.0, "letter": 20.0, "a6": 16.0, "label": 11.0}


@dataclass(frozen=True)
class Line:
    """A line of text: how tall its letters are (mm), whether it stands out. Without text it is a gap."""

    text: str
    size: float = 3.2
    is_bold: bool = False


@dataclass(frozen=True)
class Piece:
    """One thing to print: a sticker, or a sign that fills a page and has a big word."""

    url: str
    lines: tuple[Line, ...]
    big: str = ""
    head: tuple[Line, ...] = ()

    @property
    def is_sign(self) -> bool:
        """A sign has a page of its own."""
        return bool(self.big or self.head)


@dataclass(frozen=True)
class Code:
    """A QR code, its quiet zone included: upper left corner and side."""

    x: float
    y: float
    mm: float
    url: str


@dataclass(frozen=True)
class Text:
    """Text centred on x, its baseline at y."""

    x: float
    y: float
    text: str
    size: float
    is_bold: bool = False


@dataclass(frozen=True)
class Stroke:
    """A thin straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    width: float = 0.2


Mark = Code | Text | Stroke


@dataclass(frozen=True)
class Page:
    """One side of paper with its marks."""

    paper: Paper
    marks: tuple[Mark, ...]

    @property
    def codes(self) -> list[Code]:
        """The codes on it."""
        return [mark for mark in self.marks if isinstance(mark, Code)]


@dataclass(frozen=True)
class Wanted:
    """How to print: kind of paper, side of a sticker's code and of a sign's (mm), copies, the foot's words."""

    paper: Paper
    mm: float
    sign_mm: float
    copies: int
    ruler: str
    advice: tuple[str, ...]


class DoesNotFit(ValueError):
    """The code is larger than the paper allows; `largest` is what fits, in millimetres."""

    def __init__(self, largest: float) -> None:
        self.largest = largest
        super().__init__(f"at most {largest:g} mm fit")


def lay_out(pieces: Sequence[Piece], wanted: Wanted) -> list[Page]:
    """Stickers in rows on as few pages as they need, then each sign on a page; DoesNotFit if one cannot."""
    stickers = [p for p in pieces if not p.is_sign for _ in range(wanted.copies)]
    signs = [p for p in pieces if p.is_sign for _ in range(wanted.copies)]
    return [*_sticker_pages(stickers, wanted), *(_sign_page(each, wanted) for each in signs)]


def em(text: str, *, is_bold: bool = False) -> float:
    """About how wide a text is, in its own size: Japanese letters are squares."""
    narrow = _BOLD_EM if is_bold else _EM
    return sum(1.0 if east_asian_width(each) in _WIDE else narrow for each in text)


def wrapped(line: Line, width: float, *, most: int = 2) -> list[Line]:
    """A line as at most `most` lines that fit; what is too long even then is cut, and shows it."""
    room = width / line.size
    words, rows = _words(line.text), [""]
    for word in words:
        longer = rows[-1] + word if rows[-1] else word.lstrip()
        if rows[-1] and em(longer.rstrip(), is_bold=line.is_bold) > room:
            rows.append(word.lstrip())
        else:
            rows[-1] = longer
    kept = [_cut(row.strip(), room, line.is_bold) for row in rows[:most]]
    if len(rows) > most:
        kept[-1] = _cut(kept[-1] + "…" * 2, room, line.is_bold).rstrip("…") + "…"
    return [Line(row, line.size, line.is_bold) for row in kept if row]


def _words(text: str) -> list[str]:
    """Where a line may be broken: before a blank, and around each Japanese letter."""
    pieces: list[str] = []
    for each in text:
        if pieces and _sticks(pieces[-1][-1], each):
            pieces[-1] += each
        else:
            pieces.append(each)
    return pieces


def _sticks(before: str, each: str) -> bool:
    if each in _NEVER_FIRST or before in _NEVER_LAST:
        return True
    return not each.isspace() and not {east_asian_width(each), east_asian_width(before)} & _WIDE


def _cut(text: str, room: float, is_bold: bool) -> str:  # noqa: FBT001 - drawn style of one line
    if em(text, is_bold=is_bold) <= room:
        return text
    while text and em(text + "…", is_bold=is_bold) > room:
        text = text[:-1]
    return text + "…"


def _sticker_pages(stickers: Sequence[Piece], wanted: Wanted) -> Iterator[Page]:
    paper = wanted.paper
    width = _cell_width(wanted)
    heights = [_text_height(piece, width) for piece in stickers]
    height = wanted.mm + 2.0 + max(heights, default=0.0)
    columns, rows = _count(_room(paper)[0], width), _count(_room(paper)[1], height)
    if stickers and (columns < 1 or rows < 1):
        text = max(heights, default=0.0)
        raise DoesNotFit(_whole(min(_room(paper)[0], _room(paper)[1] - text - 2.0)))
    a_page = columns * rows
    for start in range(0, len(stickers), max(1, a_page)):
        marks: list[Mark] = list(_foot(wanted))
        for place, piece in enumerate(stickers[start : start + a_page]):
            row, column = divmod(place, columns)
            left = _first_left(paper, width, columns) + column * (width + GAP)
            top = paper.margin + CROP + row * (height + GAP)
            marks += _sticker(piece, left, top, width=width, wanted=wanted)
            marks += _crop_marks(left, top, width, height)
        yield Page(paper, tuple(marks))


def _cell_width(wanted: Wanted) -> float:
    """A code with room for its words, which narrow paper takes back."""
    return max(wanted.mm, min(42.0, _room(wanted.paper)[0]))


def _room(paper: Paper) -> tuple[float, float]:
    rim = paper.margin + CROP
    return paper.width - 2 * rim, paper.height - rim - FOOT[paper.name]


def _count(room: float, size: float) -> int:
    return int((room + GAP + 1e-6) // (size + GAP))


def _whole(mm: float) -> float:
    return float(max(0, int(mm)))


def _first_left(paper: Paper, width: float, columns: int) -> float:
    return (paper.width - columns * width - (columns - 1) * GAP) / 2


def _text_height(piece: Piece, width: float) -> float:
    return _tall(piece.lines, width)


def _tall(lines: Sequence[Line], width: float, *, most: int = 2) -> float:
    rows = [each for line in lines for each in wrapped(line, width, most=most)]
    return sum(each.size * 1.3 for each in rows) + sum(
        each.size for each in lines if not each.text
    )


def _sticker(
    piece: Piece, left: float, top: float, *, width: float, wanted: Wanted
) -> Iterator[Mark]:
    middle = left + width / 2
    yield Code(middle - wanted.mm / 2, top, wanted.mm, piece.url)
    yield from _column(piece.lines, middle, top + wanted.mm + 1.0, width)


def _column(
    lines: Sequence[Line], middle: float, top: float, width: float, *, most: int = 2
) -> Iterator[Text]:
    y = top
    for line in lines:
        y += 0.0 if line.text else line.size
        for each in wrapped(line, width, most=most):
            y += each.size * 1.3
            yield Text(middle, y - each.size * 0.3, each.text, each.size, each.is_bold)


def _crop_marks(left: float, top: float, width: float, height: float) -> Iterator[Stroke]:
    """Where to cut: eight short lines that stand outside the corners."""
    for x, out in ((left, -1.0), (left + width, 1.0)):
        for y, up in ((top, -1.0), (top + height, 1.0)):
            yield Stroke(x + out * 0.8, y, x + out * CROP, y)
            yield Stroke(x, y + up * 0.8, x, y + up * CROP)


def _foot(wanted: Wanted) -> Iterator[Mark]:
    """The line that proves the size, and how to print."""
    paper = wanted.paper
    left = (paper.width - RULER_MM) / 2
    y = paper.height - FOOT[paper.name] + 5.0
    yield Stroke(left, y, left + RULER_MM, y, 0.3)
    for place in range(int(RULER_MM / 10) + 1):
        x, tall = left + 10.0 * place, 2.0 if place in (0, 5) else 1.0
        yield Stroke(x, y - tall, x, y + tall, 0.3)
    room = paper.width - 2 * paper.margin
    small = 2.8 if paper.width > 100 else 2.2
    lines = [Line(text, small) for text in (wanted.ruler, *wanted.advice)]
    if paper.name == "label":
        lines = lines[:1]
    yield from _column(lines, paper.width / 2, y + 1.2, room, most=1)


def _sign_page(piece: Piece, wanted: Wanted) -> Page:
    """A head, a big word, the code, and what to do, one under the other."""
    paper = wanted.paper
    middle, room = paper.width / 2, paper.width - 2 * paper.margin
    scale = min(1.0, paper.width / 210.0)
    big = min(62.0 * scale, room / max(0.1, em(piece.big, is_bold=True))) if piece.big else 0.0
    head = [Line(each.text, each.size * scale, each.is_bold) for each in piece.head]
    lines = [Line(each.text, max(2.4, each.size * scale), each.is_bold) for each in piece.lines]
    # The code is given; what is left of the page is shared between head, number and words.
    tall_head, tall_lines = _tall(head, room), _tall(lines, room, most=3)
    top = paper.margin + 2.0
    used = tall_head + big * 0.86 + tall_lines + 8.0 * scale
    left = paper.height - FOOT[paper.name] - top - used
    if wanted.sign_mm > min(left, room):
        raise DoesNotFit(_whole(min(left, room)))
    space = (left - wanted.sign_mm) / 3
    marks: list[Mark] = [*_foot(wanted), *_column(head, middle, top, room)]
    y = top + tall_head + big * 0.8
    if piece.big:
        marks.append(Text(middle, y, piece.big, big, is_bold=True))
    y += big * 0.06 + 4.0 * scale + space
    marks.append(Code(middle - wanted.sign_mm / 2, y, wanted.sign_mm, piece.url))
    y += wanted.sign_mm + 2.0 * scale + space
    marks += _column(lines, middle, y, room, most=3)
    return Page(paper, tuple(marks))
