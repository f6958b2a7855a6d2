"""Public numbers and bins: what an open order is called, and where it lies."""

from __future__ import annotations

from edge.base.database import Rows
from edge.base.unit import Unit


class OpenNumbers:
    """The public numbers that are in use, asked one by one: a rush has hundreds of them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __contains__(self, number: object) -> bool:
        """Whether an open order is called by this number."""
        asked = "SELECT 1 FROM orders WHERE is_open = 1 AND number = ?"
        return self._rows.row(asked, (str(number),)) is not None


def last_number(rows: Rows, store_day: str) -> str:
    """The newest number of a store day; "" before the first."""
    row = rows.row("SELECT last FROM order_numbers WHERE store_day = ?", (store_day,))
    return str(row["last"]) if row else ""


def keep_number(unit: Unit, store_day: str, number: str) -> None:
    """Remember how far the numbers of a day have walked."""
    unit.execute("INSERT OR REPLACE INTO order_numbers VALUES (?, ?)", (store_day, number))


def number_in_bin(rows: Rows, bin_code: str, *, beside: str) -> str:
    """The number of the open order that lies in a bin, other than this one; "" for an empty bin."""
    row = rows.row(
        "SELECT number FROM orders WHERE is_open = 1 AND bin = ? COLLATE NOCASE AND order_id <> ?",
        (bin_code, beside),
    )
    return str(row["number"]) if row else ""


def free_bins(rows: Rows, store_day: str, *, limit: int) -> list[str]:
    """Bins that were used on this day and hold nothing now."""
    found = rows.rows(
        """SELECT DISTINCT bin FROM orders WHERE store_day = ? AND bin <> ''
             AND bin NOT IN (SELECT bin FROM orders WHERE is_open = 1)
           ORDER BY LENGTH(bin), bin LIMIT ?""",
        (store_day, limit),
    )
    return [row["bin"] for row in found]
