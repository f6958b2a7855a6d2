"""What is remembered of products: all SQL of this feature, and their search index."""

import sqlite3
from collections.abc import Iterable, Iterator

from sqlite_utils import Database, Migrations

from edge.base.database import Rows
from edge.base.unit import Unit
from edge.products.rules import Product, ProductClass

migrations = Migrations("products")

SHORTEST_INDEXED = 3
MOST_FOUND = 50
_COLUMNS = (
    *("sku", "gtin", "name_en", "name_ja", "aisle_order", "price_minor", "currency"),
    *("prep_minutes", "product_class", "zone", "age_check"),
)
_SEARCHED = ("sku", "gtin", "name_en", "name_ja")


@migrations()
def products_and_search(db: Database) -> None:
    """The catalogue, with a search index of three-letter pieces: Japanese has no blanks between words."""
    db.execute(
        """CREATE TABLE products (
             id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, gtin TEXT NOT NULL,
             name_en TEXT NOT NULL, name_ja TEXT NOT NULL, aisle_order INTEGER NOT NULL,
             price_minor INTEGER NOT NULL, currency TEXT NOT NULL, prep_minutes INTEGER NOT NULL,
             product_class TEXT NOT NULL, zone TEXT NOT NULL, revision INTEGER NOT NULL
           ) STRICT"""
    )
    db.execute("CREATE INDEX products_by_gtin ON products(gtin)")
    db.table("products").enable_fts(list(_SEARCHED), tokenize="trigram")


@migrations()
def whose_age_is_asked(db: Database) -> None:
    """Products that are given to grown-ups only."""
    db.execute("ALTER TABLE products ADD COLUMN age_check INTEGER NOT NULL DEFAULT 0")


def find(rows: Rows, sku: str) -> Product | None:
    """The product of this sku, or None."""
    row = rows.row("SELECT * FROM products WHERE sku = ?", (sku,))
    return _product(row) if row else None


def by_gtin(rows: Rows, gtin: str) -> Product | None:
    """The product with this number in its bar code, or None."""
    row = rows.row("SELECT * FROM products WHERE gtin = ?", (gtin,)) if gtin else None
    return _product(row) if row else None


def of_skus(rows: Rows, skus: Iterable[str]) -> dict[str, Product]:
    """The known ones of these skus."""
    wanted = list(dict.fromkeys(skus))
    marks = ", ".join("?" for _ in wanted)
    found = rows.rows(f"SELECT * FROM products WHERE sku IN ({marks})", wanted)  # noqa: S608 - only "?" is put in
    return {row["sku"]: _product(row) for row in found}


def all_skus(rows: Rows) -> list[str]:
    """Every sku, in walking order."""
    return [row["sku"] for row in rows.rows("SELECT sku FROM products ORDER BY aisle_order, sku")]


def search(rows: Rows, text: str, *, limit: int = MOST_FOUND) -> list[Product]:
    """Products with every word of `text` somewhere in sku, bar code or a name; all for no text."""
    words = "".join(c if c.isprintable() else " " for c in text).split()[:8]
    indexed = [word for word in words if len(word) >= SHORTEST_INDEXED]
    short = [word for word in words if len(word) < SHORTEST_INDEXED]
    conditions = ["1"] + [_SHORT_WORD] * len(short)
    params: list[str | int] = [_like(word) for word in short for _ in _SEARCHED]
    if indexed:
        conditions.append("id IN (SELECT rowid FROM products_fts WHERE products_fts MATCH ?)")
        params.append(" ".join(_quoted(word) for word in indexed))
    where = " AND ".join(conditions)
    found = rows.rows(
        f"SELECT * FROM products WHERE {where} ORDER BY aisle_order, sku LIMIT ?",  # noqa: S608 - fixed conditions
        [*params, limit],
    )
    return [_product(row) for row in found]


def nearest(
    rows: Rows, zone: str, aisle_order: int, *, limit: int, age_check: bool = False
) -> list[Product]:
    """Shelf products of a zone, those first that stand nearest; what asks for an age only with `age_check`."""
    found = rows.rows(
        """SELECT * FROM products WHERE zone = ? AND product_class = 'shelf' AND age_check <= ?
           ORDER BY ABS(aisle_order - ?), aisle_order, sku LIMIT ?""",
        (zone, age_check, aisle_order, limit),
    )
    return [_product(row) for row in found]


def put(unit: Unit, product: Product, *, revision: int) -> bool:
    """Write a product; False when it was there already, just so."""
    known = unit.row("SELECT * FROM products WHERE sku = ?", (product.sku,))
    if known and known["revision"] == revision and _product(known) == product:
        return False
    if known:
        _unindex(unit, known)
    names = (*_COLUMNS, "revision")
    setting = ", ".join(f"{name} = excluded.{name}" for name in names)
    unit.execute(
        f"""INSERT INTO products ({", ".join(names)}) VALUES ({", ".join("?" for _ in names)})
            ON CONFLICT (sku) DO UPDATE SET {setting}""",  # noqa: S608 - fixed names
        [*(getattr(product, name) for name in _COLUMNS), revision],
    )
    _index(unit, product.sku)
    return True


def revision_of(rows: Rows, sku: str) -> int:
    """The revision HQ last told of this sku; 0 when only this store knows it, or nobody does."""
    row = rows.row("SELECT revision FROM products WHERE sku = ?", (sku,))
    return int(row["revision"]) if row else 0


def digest_rows(rows: Rows) -> Iterator[tuple[str, dict[str, object]]]:
    """What the nightly compares of products that came from HQ."""
    for row in rows.rows("SELECT * FROM products WHERE revision > 0 ORDER BY sku"):
        yield row["sku"], {"revision": row["revision"], "price_minor": row["price_minor"]}


# The writer trusts no schema, so triggers may not touch a virtual table: the index is kept by hand.
def _index(unit: Unit, sku: str) -> None:
    columns = ", ".join(_SEARCHED)
    unit.execute(
        f"""INSERT INTO products_fts (rowid, {columns})
            SELECT id, {columns} FROM products WHERE sku = ?""",  # noqa: S608 - fixed names
        (sku,),
    )


def _unindex(unit: Unit, row: sqlite3.Row) -> None:
    columns = ", ".join(_SEARCHED)
    unit.execute(
        f"""INSERT INTO products_fts (products_fts, rowid, {columns})
            VALUES ('delete', ?, ?, ?, ?, ?)""",  # noqa: S608 - fixed names
        [row["id"], *(row[name] for name in _SEARCHED)],
    )


_SHORT_WORD = "(" + " OR ".join(f"{name} LIKE ? ESCAPE '!'" for name in _SEARCHED) + ")"


def _like(word: str) -> str:
    kept = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{kept}%"


def _quoted(word: str) -> str:
    doubled = word.replace('"', '""')
    return f'"{doubled}"'


def _product(row: sqlite3.Row) -> Product:
    fields = {name: row[name] for name in _COLUMNS}
    fields["product_class"] = ProductClass(row["product_class"])
    return Product(**{**fields, "age_check": bool(row["age_check"])})
