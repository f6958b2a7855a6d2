"""A catalogue file, read row by row or refused with every row that is wrong: the same at the store and at HQ."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sync.core.errors import Refusal
from sync.core.gtin import is_gtin

COLUMNS = (
    *("sku", "gtin", "name_en", "name_ja", "aisle_order", "price_minor"),
    *("prep_minutes", "class", "zone"),
)
# A file without it sells nothing that asks for an age.
OPTIONAL_COLUMNS = ("age_check",)
MOST_ROWS = 50_000
MOST_PROBLEMS_SHOWN = 20
T = TypeVar("T", bound=StrEnum)


class ProductClass(StrEnum):
    """Fetched from a shelf, or made when it is wanted."""

    SHELF = "shelf"
    MADE_TO_ORDER = "made_to_order"


class Zone(StrEnum):
    """How warm a product may become while it waits."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One product of the file; the file itself says nothing of the currency."""

    sku: str
    gtin: str
    name_en: str
    name_ja: str
    aisle_order: int
    price_minor: int
    prep_minutes: int
    product_class: ProductClass
    zone: str
    age_check: bool = False


class CatalogueRefused(Refusal):
    """A catalogue file with faults: every fault with its row, and nothing taken over."""

    code = "catalogue_refused"
    status = 422
    sentence = "The catalogue was not taken over. {count} problems: {problems}"


class _Wrong(Exception):
    """What is wrong with one cell."""


def read_rows(text: str) -> list[CatalogueRow]:
    """The rows of a CSV file; CatalogueRefused names every row that is not right."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    problems: list[str] = []
    rows: list[CatalogueRow] = []
    try:
        _check_header(reader.fieldnames)
        for cells in reader:
            found = _row_or_problem(cells, reader.line_num)
            if isinstance(found, str):
                problems.append(found)
            else:
                rows.append(found)
            _not_too_many(rows)
    except (csv.Error, _Wrong) as problem:
        problems.append(f"row {max(1, reader.reader.line_num)}: {problem}")
    problems.extend(_doubled(rows))
    if not rows and not problems:
        problems.append("row 1: there are no products in this file")
    if problems:
        shown = "; ".join(problems[:MOST_PROBLEMS_SHOWN])
        raise CatalogueRefused(count=len(problems), problems=shown)
    return rows


def _check_header(names: Iterable[str] | None) -> None:
    given = [name.strip().lower() for name in names or ()]
    if missing := [name for name in COLUMNS if name not in given]:
        raise _Wrong(f"columns missing: {', '.join(missing)}")
    if unknown := [name for name in given if name not in COLUMNS + OPTIONAL_COLUMNS]:
        raise _Wrong(f"columns not known: {', '.join(unknown)}")


def _row_or_problem(cells: dict[str, str], row: int) -> CatalogueRow | str:
    try:
        return _row(cells)
    except _Wrong as problem:
        return f"row {row}: {problem}"


def _not_too_many(rows: list[CatalogueRow]) -> None:
    if len(rows) > MOST_ROWS:
        raise _Wrong(f"more than {MOST_ROWS} rows")


def _row(raw: dict[str, str]) -> CatalogueRow:
    cells = _cells(raw)
    kind = _one_of(ProductClass, cells, "class")
    prep = _number(cells, "prep_minutes", most=240, empty="0")
    if (kind is ProductClass.MADE_TO_ORDER) != (prep > 0):
        raise _Wrong("prep_minutes must be over 0 for made_to_order, and 0 for shelf")
    return CatalogueRow(
        sku=_text(cells, "sku", longest=64),
        gtin=_gtin(cells["gtin"]),
        name_en=_text(cells, "name_en", longest=120),
        name_ja=_text(cells, "name_ja", longest=120, needed=False),
        aisle_order=_number(cells, "aisle_order", most=9999, empty="0"),
        price_minor=_number(cells, "price_minor", most=1_000_000_000),
        prep_minutes=prep,
        product_class=kind,
        zone=_one_of(Zone, cells, "zone").value,
        age_check=_yes_or_no(cells, "age_check"),
    )


def _cells(raw: dict[str, str]) -> dict[str, str]:
    if None in raw or None in raw.values():
        raise _Wrong("has not as many cells as the first row")
    return {name.strip().lower(): value.strip() for name, value in raw.items()}


def _text(cells: dict[str, str], name: str, *, longest: int, needed: bool = True) -> str:
    value = cells[name]
    if needed and not value:
        raise _Wrong(f"{name} is empty")
    if len(value) > longest:
        raise _Wrong(f"{name} is longer than {longest} characters")
    return value


def _number(cells: dict[str, str], name: str, *, most: int, empty: str = "") -> int:
    value = cells[name] or empty
    if not (value.isascii() and value.isdigit() and int(value[:12]) <= most and len(value) <= 12):
        raise _Wrong(f"{name} is {value!r}, not a whole number from 0 to {most}")
    return int(value)


def _gtin(value: str) -> str:
    if value and not is_gtin(value):
        raise _Wrong(
            f"gtin is {value!r}, which is not 8, 12, 13 or 14 digits with a right last one"
        )
    return value


def _yes_or_no(cells: dict[str, str], name: str) -> bool:
    value = cells.get(name, "").lower()
    if value not in ("yes", "no", ""):
        raise _Wrong(f"{name} is {value!r}, not yes or no")
    return value == "yes"


def _one_of(kinds: type[T], cells: dict[str, str], name: str) -> T:
    if cells[name] not in set(kinds):
        raise _Wrong(f"{name} is {cells[name]!r}, not one of {', '.join(kinds)}")
    return kinds(cells[name])


def _doubled(rows: list[CatalogueRow]) -> list[str]:
    return [
        problem
        for name, key in _KEYS.items()
        for problem in _seen_twice(name, (key(each) for each in rows))
    ]


_KEYS: dict[str, Callable[[CatalogueRow], str]] = {
    "sku": lambda x: x.sku,
    "gtin": lambda x: x.gtin,
}


def _seen_twice(name: str, values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    twice = [v for v in values if v and (v in seen or seen.add(v))]  # type: ignore[func-returns-value]
    return [f"{name} {value} stands in more than one row" for value in dict.fromkeys(twice)]
