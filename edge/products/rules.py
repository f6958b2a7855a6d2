"""What is true of the catalogue: a product, and the products of a catalogue file."""

from dataclasses import dataclass
from typing import ClassVar

from sync.core import catalogue
from sync.core.catalogue import ProductClass, Zone
from sync.core.errors import Refusal
from sync.core.event import Event

__all__ = [
    "CatalogueImported",
    "Product",
    "ProductChanged",
    "ProductClass",
    "ProductUnknown",
    "read_catalogue",
]


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
    age_check: bool = False

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


class ProductUnknown(Refusal):
    """No product of this sku."""

    code = "product_unknown"
    status = 404
    sentence = "The catalogue has no product {sku}."


def read_catalogue(text: str, currency: str) -> list[Product]:
    """The products of a CSV file, at prices of this currency; see sync.core.catalogue for what is refused."""
    return [
        Product(
            sku=row.sku,
            gtin=row.gtin,
            name_en=row.name_en,
            name_ja=row.name_ja,
            aisle_order=row.aisle_order,
            price_minor=row.price_minor,
            currency=currency,
            prep_minutes=row.prep_minutes,
            product_class=row.product_class,
            zone=row.zone,
            age_check=row.age_check,
        )
        for row in catalogue.read_rows(text)
    ]
