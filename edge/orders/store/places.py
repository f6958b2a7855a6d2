"""Public numbers and bins: what an open order is called, and where it lies."""

from __future__ import annotations

from collections.abc import Iterable

from edge.base.database import Rows


class OpenNumbers:
    """The public numbers that are in use, asked one by one: a rush has hundreds of them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __contains__(self, number: object) -> bool:
        """Whether an open order is called by this number."""
        asked = "SELECT 1 FROM orders WHERE is_open = 1 AND number = ?"
        return self._rows.row(asked, (str(number),)) is not None


def last_number(rows: Rows, store_day: str) -> str:
    """The newest number of a store day, which its newest order has; "" before the first."""
    row = rows.row(
        "SELECT number FROM orders WHERE store_day = ? ORDER BY id DESC LIMIT 1", (store_day,)
    )
    return str(row["number"]) if row else ""


def who_is_in(rows: Rows, bins: Iterable[str], *, beside: str) -> tuple[str, str] | None:
    """The first of these bins that holds another open order, with its number; None when all are free."""
    for bin_code in filter(None, (each.strip() for each in bins)):
        row = rows.row(
            """SELECT number FROM orders WHERE is_open = 1 AND order_id <> ?
                 AND (bin = ? COLLATE NOCASE OR cold_bin = ? COLLATE NOCASE)""",
            (beside, bin_code, bin_code),
        )
        if row:
            return bin_code, str(row["number"])
    return None


def free_bins(rows: Rows, store_day: str, *, limit: int) -> list[str]:
    """Bins that were used on this day and hold nothing now."""
    found = rows.rows(
        """SELECT DISTINCT bin FROM orders WHERE store_day = ? AND bin <> ''
             AND bin NOT IN (SELECT bin FROM orders WHERE is_open = 1
                             UNION SELECT cold_bin FROM orders WHERE is_open = 1)
           ORDER BY LENGTH(bin), bin LIMIT ?""",
        (store_day, limit),
    )
    return [row["bin"] for row in found]
