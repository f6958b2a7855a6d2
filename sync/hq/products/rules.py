"""What is true of a catalogue file at HQ: the rows are read as stores read them."""

from __future__ import annotations

from sync.core import catalogue
from sync.records.product import Product


def read_catalogue(text: str, currency: str) -> list[Product]:
    """The products of a CSV file, as they go down to stores; see sync.core.catalogue for what is refused."""
    return [
        Product(
            sku=row.sku,
            names={lang: name for lang, name in _names(row) if name},
            price_minor=row.price_minor,
            currency=currency,
            gtin=row.gtin,
            zone=row.zone,
            aisle_order=row.aisle_order,
            preparation_minutes=row.prep_minutes,
            product_class=row.product_class.value,
            age_check=row.age_check,
        )
        for row in catalogue.read_rows(text)
    ]


def _names(row: catalogue.CatalogueRow) -> tuple[tuple[str, str], ...]:
    return ("en", row.name_en), ("ja", row.name_ja)
