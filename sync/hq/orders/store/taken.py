"""Orders that a store took itself, at its till or kiosk: HQ knows of them by the store's log, without names."""

from __future__ import annotations

from sync.hq.base import records
from sync.hq.base.rows import Reader
from sync.records.order import TakenInStore

RECORD_TYPE = "order"


def listed(
    reader: Reader, *, store_id: str = "", search: str = "", most: int = 200
) -> list[TakenInStore]:
    """The newest ones, of one store or of all; a search looks at numbers and ids."""
    found: list[TakenInStore] = records.newest(reader, RECORD_TYPE, store_id=store_id, most=most)
    wanted = search.casefold()
    return [each for each in found if wanted in each.number.casefold() or wanted == each.order_id]


def count(reader: Reader) -> int:
    """How many there are."""
    return records.count(reader, RECORD_TYPE)
