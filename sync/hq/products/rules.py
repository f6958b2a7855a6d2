"""What is true of a catalogue file, read row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from sync.core.errors import Refusal
from sync.records.product import Product

COLUMNS = (
    *("sku", "gtin", "name_en", "name_ja", "aisle_order", "price_minor"),
    *("prep_minutes", "class", "zone"),
)
MOST_ROWS = 50_000


class CatalogueRow(msgspec.Struct, frozen=True, kw_only=True, rename={"product_class": "class"}):
    """One row of a catalogue file."""

    sku: Annotated[str, Meta(min_length=1, max_length=64)]
    gtin: Annotated[str, Meta(pattern=r"^(\d{8}|\d{12,14})?$")]
    name_en: Annotated[str, Meta(max_length=200)]
    name_ja: Annotated[str, Meta(max_length=200)]
    aisle_order: Annotated[int, Meta(ge=0, le=1_000_000)]
    price_minor: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    prep_minutes: Annotated[int, Meta(ge=0, le=1440)]
    product_class: Annotated[str, Meta(pattern=r"^(shelf|made_to_order)$")]
    zone: Annotated[str, Meta(max_length=20)]


class CatalogueRefused(Refusal):
    """A catalogue file with a wrong row; nothing of it was taken."""

    code = "catalogue_refused"
    status = 422
    sentence = "The catalogue was not taken. {problem}"


def read_catalogue(text: str, currency: str) -> list[Product]:
    """The products of a CSV file, or the first thing that is wrong with it."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    given = set(rows[0]) if rows else set()
    if given != set(COLUMNS):
        raise CatalogueRefused(problem=f"The columns must be {', '.join(COLUMNS)}.")
    if len(rows) > MOST_ROWS:
        raise CatalogueRefused(problem=f"It has more than {MOST_ROWS} rows.")
    products = [_product(row, line, currency) for line, row in enumerate(rows, start=2)]
    if len({product.sku for product in products}) != len(products):
        raise CatalogueRefused(problem="A sku appears twice.")
    return products


def _product(row: Mapping[str, str], line: int, currency: str) -> Product:
    cells = {name: (value or "").strip() for name, value in row.items()}
    numbers = {name: cells[name] or "0" for name in ("aisle_order", "prep_minutes")}
    try:
        read = msgspec.convert({**cells, **numbers}, CatalogueRow, strict=False)
    except msgspec.ValidationError as problem:
        raise CatalogueRefused(problem=f"Line {line}: {problem}.") from None
    return Product(
        sku=read.sku,
        names={lang: name for lang, name in (("en", read.name_en), ("ja", read.name_ja)) if name},
        price_minor=read.price_minor,
        currency=currency,
        gtin=read.gtin,
        zone=read.zone,
        aisle_order=read.aisle_order,
        preparation_minutes=read.prep_minutes,
        product_class=read.product_class,
    )
