"""What is true of the catalogue: a product, and how a catalogue file is read or refused row by row."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar

from sync.core.errors import Refusal
from sync.core.event import Event

COLUMNS = (
    *("sku", "gtin", "name_en", "name_ja", "aisle_order", "price_minor"),
    *("prep_minutes", "class", "zone"),
)
MOST_ROWS = 50_000
MOST_PROBLEMS_SHOWN = 20
T = TypeVar("T", bound=StrEnum)
GTIN_LENGTHS = {8, 12, 13, 14}


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
class Product:
    """One sku of the catalogue."""

    sku: str
    gtin: str
    name_en: str
    name_ja: str
    aisle_order: int
    price_minor: int
    currency: str
    prep_minutes: int = 0
    product_class: ProductClass = ProductClass.SHELF
    zone: str = Zone.AMBIENT

    def name(self, lang: str) -> str:
        """The name in this language, or in the other when there is none."""
        wanted, other = (
            (self.name_ja, self.name_en) if lang[:2] == "ja" else (self.name_en, self.name_ja)
        )
        return wanted or other


class CatalogueImported(Event, frozen=True, kw_only=True):
    """A catalogue file was read; `changed` products are new or differ from before."""

    aggregate: ClassVar[str] = "import_id"
    import_id: str
    products: int
    changed: int


class ProductChanged(Event, frozen=True, kw_only=True):
    """HQ told of a new or changed product."""

    aggregate: ClassVar[str] = "sku"
    sku: str
    revision: int


class CatalogueRefused(Refusal):
    """A catalogue file with faults: every fault with its row, and nothing taken over."""

    code = "catalogue_refused"
    status = 422
    sentence = "The catalogue was not taken over. {count} problems: {problems}"


class ProductUnknown(Refusal):
    """No product of this sku."""

    code = "product_unknown"
    status = 404
    sentence = "The catalogue has no product {sku}."


class _Wrong(Exception):
    """What is wrong with one cell."""


def read_catalogue(text: str, currency: str) -> list[Product]:
    """The products of a CSV file; CatalogueRefused names every row that is not right."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    problems: list[str] = []
    products: list[Product] = []
    try:
        _check_header(reader.fieldnames)
        for cells in reader:
            found = _product_or_problem(cells, currency, reader.line_num)
            if isinstance(found, str):
                problems.append(found)
            else:
                products.append(found)
            _not_too_many(products)
    except (csv.Error, _Wrong) as problem:
        problems.append(f"row {max(1, reader.reader.line_num)}: {problem}")
    problems.extend(_doubled(products))
    if not products and not problems:
        problems.append("row 1: there are no products in this file")
    if problems:
        shown = "; ".join(problems[:MOST_PROBLEMS_SHOWN])
        raise CatalogueRefused(count=len(problems), problems=shown)
    return products


def is_gtin(digits: str) -> bool:
    """Whether these are 8, 12, 13 or 14 digits of which the last checks the others (GS1)."""
    if len(digits) not in GTIN_LENGTHS or not (digits.isascii() and digits.isdigit()):
        return False
    return check_digit(digits[:-1]) == int(digits[-1])


def check_digit(digits: str) -> int:
    """The digit that makes a GTIN of these: weights 3 and 1 from the right, up to the next ten."""
    weighted = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return -weighted % 10


def _check_header(names: Iterable[str] | None) -> None:
    given = [name.strip().lower() for name in names or ()]
    if missing := [name for name in COLUMNS if name not in given]:
        raise _Wrong(f"columns missing: {', '.join(missing)}")
    if unknown := [name for name in given if name not in COLUMNS]:
        raise _Wrong(f"columns not known: {', '.join(unknown)}")


def _product_or_problem(cells: dict[str, str], currency: str, row: int) -> Product | str:
    try:
        return _product(cells, currency)
    except _Wrong as problem:
        return f"row {row}: {problem}"


def _not_too_many(products: list[Product]) -> None:
    if len(products) > MOST_ROWS:
        raise _Wrong(f"more than {MOST_ROWS} rows")


def _product(raw: dict[str, str], currency: str) -> Product:
    cells = _cells(raw)
    kind = _one_of(ProductClass, cells, "class")
    prep = _number(cells, "prep_minutes", most=240)
    if (kind is ProductClass.MADE_TO_ORDER) != (prep > 0):
        raise _Wrong("prep_minutes must be over 0 for made_to_order, and 0 for shelf")
    return Product(
        sku=_text(cells, "sku", longest=64),
        gtin=_gtin(cells["gtin"]),
        name_en=_text(cells, "name_en", longest=120),
        name_ja=_text(cells, "name_ja", longest=120, needed=False),
        aisle_order=_number(cells, "aisle_order", most=9999),
        price_minor=_number(cells, "price_minor", most=1_000_000_000),
        currency=currency,
        prep_minutes=prep,
        product_class=kind,
        zone=_one_of(Zone, cells, "zone").value,
    )


def _cells(raw: dict[str, str]) -> dict[str, str]:
    if None in raw or None in raw.values():
        raise _Wrong(f"has not {len(COLUMNS)} columns")
    return {name.strip().lower(): value.strip() for name, value in raw.items()}


def _text(cells: dict[str, str], name: str, *, longest: int, needed: bool = True) -> str:
    value = cells[name]
    if needed and not value:
        raise _Wrong(f"{name} is empty")
    if len(value) > longest:
        raise _Wrong(f"{name} is longer than {longest} characters")
    return value


def _number(cells: dict[str, str], name: str, *, most: int) -> int:
    value = cells[name]
    if not (value.isascii() and value.isdigit() and int(value[:12]) <= most and len(value) <= 12):
        raise _Wrong(f"{name} is {value!r}, not a whole number from 0 to {most}")
    return int(value)


def _gtin(value: str) -> str:
    if value and not is_gtin(value):
        raise _Wrong(
            f"gtin is {value!r}, which is not 8, 12, 13 or 14 digits with a right last one"
        )
    return value


def _one_of(kinds: type[T], cells: dict[str, str], name: str) -> T:
    if cells[name] not in set(kinds):
        raise _Wrong(f"{name} is {cells[name]!r}, not one of {', '.join(kinds)}")
    return kinds(cells[name])


def _doubled(products: list[Product]) -> list[str]:
    return [
        problem
        for name, key in _KEYS.items()
        for problem in _seen_twice(name, (key(each) for each in products))
    ]


_KEYS: dict[str, Callable[[Product], str]] = {"sku": lambda x: x.sku, "gtin": lambda x: x.gtin}


def _seen_twice(name: str, values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    twice = [v for v in values if v and (v in seen or seen.add(v))]  # type: ignore[func-returns-value]
    return [f"{name} {value} stands in more than one row" for value in dict.fromkeys(twice)]
