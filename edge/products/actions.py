"""What is done with the catalogue: a file is taken over whole, HQ's word product by product."""

from collections.abc import Sequence

from edge.base.unit import Unit
from edge.products import store
from edge.products.rules import CatalogueImported, Product, ProductChanged


def import_products(unit: Unit, products: Sequence[Product], *, by: str) -> CatalogueImported:
    """Write these products; others stay as they are."""
    changed = sum(
        store.put(unit, each, revision=store.revision_of(unit, each.sku)) for each in products
    )
    event = CatalogueImported(
        import_id=unit.ids.uuid7(unit.now), products=len(products), changed=changed
    )
    unit.record(event, by=by)
    return event


def apply_product(unit: Unit, product: Product, *, revision: int) -> bool:
    """Take over what HQ says of a product; an older revision changes nothing."""
    if revision < store.revision_of(unit, product.sku):
        return False
    if not store.put(unit, product, revision=revision):
        return False
    unit.record(ProductChanged(sku=product.sku, revision=revision), by="hq", origin="hq")
    return True
