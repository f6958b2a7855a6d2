"""What is asked of the catalogue by kiosk, board and till."""

import msgspec
from flask import request

from edge import http
from edge.http import Caller
from edge.products import store
from edge.products.rules import Product, ProductUnknown

bp = http.blueprint("products", "/api/v1")

LONGEST_QUESTION = 100


class ProductShown(msgspec.Struct, frozen=True):
    """A product in the reader's language."""

    sku: str
    gtin: str
    name: str
    price_minor: int
    currency: str
    aisle_order: int
    zone: str
    product_class: str
    prep_minutes: int


class ProductsShown(msgspec.Struct, frozen=True):
    """Products that were found, in walking order."""

    products: list[ProductShown]


@http.route(
    bp, "GET", "/products", who=http.SCREEN, answers=ProductsShown, summary="Find products"
)
def found(*, caller: Caller) -> ProductsShown:
    """Products with every word of `q` in a name, sku or bar code."""
    text = request.args.get("q", "")[:LONGEST_QUESTION]
    with http.edge().read() as reader:
        products = store.search(reader, text)
    return ProductsShown([show(each, caller.lang) for each in products])


@http.route(
    bp, "GET", "/products/<sku>", who=http.SCREEN, answers=ProductShown, summary="One product"
)
def shown(sku: str, *, caller: Caller) -> ProductShown:
    """By sku, or by the number in its bar code."""
    with http.edge().read() as reader:
        product = store.find(reader, sku) or store.by_gtin(reader, sku)
    if product is None:
        raise ProductUnknown(sku=sku)
    return show(product, caller.lang)


def show(product: Product, lang: str) -> ProductShown:
    """A product as people read it."""
    return ProductShown(
        sku=product.sku,
        gtin=product.gtin,
        name=product.name(lang),
        price_minor=product.price_minor,
        currency=product.currency,
        aisle_order=product.aisle_order,
        zone=product.zone,
        product_class=product.product_class.value,
        prep_minutes=product.prep_minutes,
    )
