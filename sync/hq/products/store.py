"""What is remembered of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create
from sync.records import RECORD_TYPES
from sync.records.product import Product

migrations = Migrations("products")


@migrations
def products(connection: Connection) -> None:
    """The catalogue, by sku."""
    create(connection, "products", "sku TEXT PRIMARY KEY, body TEXT NOT NULL")


def save(unit: Unit, products: Sequence[Product]) -> None:
    """Add or replace products."""
    text = RECORD_TYPES["product"].text
    rows = [{"sku": product.sku, "body": text(product).decode()} for product in products]
    unit.put("products", rows, key=("sku",))


def everything(reader: Reader) -> dict[str, Product]:
    """The whole catalogue."""
    read = RECORD_TYPES["product"].read
    return {row["sku"]: read(row["body"]) for row in reader.rows("SELECT * FROM products")}


def lift(unit: Unit, by: int) -> None:
    """After a restore: raise every revision (see base.feed.lift)."""
    unit.execute(
        "UPDATE products SET body = json_set(body, '$.revision', json_extract(body, '$.revision') + :by)",
        by=by,
    )
