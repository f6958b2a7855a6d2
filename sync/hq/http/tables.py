"""Tables as CSV files: for spreadsheets, so a cell that a spreadsheet would run is made plain text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from flask import Response

from sync.core.formulas import harmless


def csv_file(name: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A CSV file to keep: UTF-8 with a mark, as spreadsheets want it, one header line."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(names)
    lines.writerows([_plain(cell) for cell in row] for row in rows)
    response = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plain(cell: Any) -> Any:
    return harmless(cell) if isinstance(cell, str) else cell
