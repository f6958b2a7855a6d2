"""The products of a catalogue file, as this store sells them."""

from pathlib import Path

from edge.products.rules import ProductClass, read_catalogue
from sync.core.catalogue import COLUMNS

HEADER = ",".join(COLUMNS)
RICE = "SKU-001,2044000000378,Rice,米,10,1480,0,shelf,ambient"
DEMO = Path(__file__).parents[3] / "config" / "demo" / "products.csv"


def test_a_missing_name_falls_back_to_the_other_language() -> None:
    """Better an English name than none."""
    [rice] = read_catalogue(f"{HEADER}\n{RICE.replace('米', '')}", "JPY")
    assert rice.name("ja") == "Rice"


def test_the_invented_catalogue_is_right() -> None:
    """66 products: 60 on shelves in three zones, 6 made to order in 3 to 6 minutes."""
    products = read_catalogue(DEMO.read_text(encoding="utf-8"), "JPY")
    assert [p.sku for p in products] == [f"SKU-{n:03d}" for n in range(1, 67)]
    assert {p.zone for p in products[:60]} == {"ambient", "chilled", "frozen"}
    assert {p.product_class for p in products[:60]} == {ProductClass.SHELF}
    assert all(3 <= p.prep_minutes <= 6 for p in products[60:])
    assert all(p.gtin.startswith("2") and len(p.gtin) == 13 for p in products)
    assert all(p.name_ja for p in products)
