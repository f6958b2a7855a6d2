"""Fetch: what needs an order and the catalogue in one instant, a scanned item and a substitute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from edge.base.database import Rows
from edge.base.unit import Unit
from edge.orders import actions as orders
from edge.orders import store
from edge.orders.rules import Line, Order, Substitute
from edge.orders.rules.claims import LEASE
from edge.orders.rules.refusals import (
    ItemUnknown,
    LineUnknown,
    SubstituteAsksAge,
    SubstituteIsMade,
    WrongItem,
)
from edge.products import store as products
from edge.products.rules import Product, ProductClass, ProductUnknown

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scanner read, and the language in which its reader is answered."""

    text: str
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Instead:
    """What goes in for a line, by sku or bar code; `qty` 0 is all that was not found."""

    line_no: int
    product: str
    found: int = 0
    qty: int = 0


def by_code(rows: Rows, text: str) -> Product | None:
    """The product with this sku or bar code, with or without the zeros that scanners put before it."""
    found = products.find(rows, text) or products.by_gtin(rows, text)
    short = text.lstrip("0")
    if found or not text.isdigit():
        return found
    longer = (short.zfill(length) for length in (8, 12, 13, 14) if length >= len(short))
    return next(filter(None, (products.by_gtin(rows, each) for each in longer)), None)


def line_for(order: Order, sku: str) -> Line | None:
    """The line that a scan of this sku counts for: one that still wants some, else a complete one."""
    matching = [line for line in order.pick_list if line.sku == sku]
    wanting = [line for line in matching if not line.is_decided or line.is_short]
    return next(iter(wanting or matching), None)


def count_scanned(
    unit: Unit, order_id: str, scanned: Scanned, *, by: str, lease: timedelta = LEASE
) -> Order:
    """Count one of what was scanned; what the order does not want changes nothing and is said by name."""
    order = store.load(unit, order_id)
    product = by_code(unit, scanned.text)
    wanted = _expected(unit, order, scanned.lang)
    if product is None:
        raise ItemUnknown(scanned=scanned.text, expected=wanted)
    line = line_for(order, product.sku)
    if line is None:
        raise WrongItem(scanned=product.name(scanned.lang), expected=wanted)
    return orders.count_one(unit, order_id, line.line_no, by=by, lease=lease)


def substitute(
    unit: Unit, order_id: str, instead: Instead, *, by: str, lease: timedelta = LEASE
) -> Order:
    """Put a product of the catalogue in for what is not there, under the name its customer reads."""
    order = store.load(unit, order_id)
    product = by_code(unit, instead.product)
    if product is None:
        raise ProductUnknown(sku=instead.product)
    if product.product_class is ProductClass.MADE_TO_ORDER:
        raise SubstituteIsMade(name=product.name(order.lang))
    line = order.line(instead.line_no)
    if line is None:
        raise LineUnknown(number=order.number, line_no=instead.line_no)
    if product.age_check and not line.age_check:
        raise SubstituteAsksAge(name=product.name(order.lang), ordered=line.name)
    other = Substitute(
        sku=product.sku,
        name=product.name(order.lang),
        qty=instead.qty or line.qty - instead.found,
        unit_price_minor=product.price_minor,
    )
    return orders.substitute(
        unit, order_id, instead.line_no, other, found=instead.found, by=by, lease=lease
    )


def _expected(rows: Rows, order: Order, lang: str) -> str:
    """What the picker should look for now, in words."""
    upcoming = next((line for line in order.pick_list if not line.is_decided), None)
    if upcoming is None:
        return NOTHING
    product = products.find(rows, upcoming.sku)
    return (product.name(lang) if product else "") or upcoming.name
