"""Tables as CSV: sent row by row, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO

from flask import Response

from edge.base import times
from sync.core.formulas import harmless

Cell = str | int | float | datetime | None


def answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A file to keep. With a byte order mark, without which spreadsheets spoil Japanese."""
    response = Response(_stream(head, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _stream(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield "\ufeff" + line(head)
    for row in rows:
        yield line(row)


def line(cells: Sequence[Cell]) -> str:
    """One line of the file, CRLF as in RFC 4180."""
    file = StringIO()
    csv.writer(file, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return file.getvalue()


def _cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return times.text(cell)
    if isinstance(cell, str):
        return harmless(cell)
    return cell
