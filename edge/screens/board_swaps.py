"""What could go in for a line that is not there: what stands near it, or what somebody looks for."""

from __future__ import annotations

import msgspec

from edge.base.database import Rows
from edge.locale import Words
from edge.orders import store as orders
from edge.orders.rules import Line
from edge.orders.rules.refusals import LineUnknown
from edge.products import store as products
from edge.products.rules import Product, ProductClass
from edge.screens.shown import Option

MOST_OPTIONS = 6
# Of so many that stand near, those come first that cost about as much: the store pays the difference.
_NEIGHBOURS = 24


class Options(msgspec.Struct, kw_only=True):
    """What to choose from."""

    options: list[Option]


def options(rows: Rows, order_id: str, line_no: str, _: Words, *, text: str) -> Options:
    """Products by name, number or bar code; without a text those nearest to the line's own place."""
    order = orders.load(rows, order_id)
    line = order.line(int(line_no)) if line_no.isdecimal() else None
    if line is None:
        raise LineUnknown(number=order.number, line_no=line_no)
    found = products.search(rows, text) if text.strip() else _near(rows, line)
    fitting = [each for each in found if _may_go_in(each, line)]
    return Options(
        options=[_option(each, line, order.currency, _) for each in fitting[:MOST_OPTIONS]]
    )


def _near(rows: Rows, line: Line) -> list[Product]:
    near = products.nearest(
        rows,
        line.facts.zone,
        line.facts.aisle_order,
        limit=_NEIGHBOURS + 1,
        age_check=line.age_check,
    )
    return sorted(near, key=lambda each: abs(each.price_minor - line.unit_price_minor))


def _may_go_in(product: Product, line: Line) -> bool:
    is_for_them = line.age_check or not product.age_check
    return is_for_them and product.sku != line.sku and product.product_class is ProductClass.SHELF


def _option(product: Product, line: Line, currency: str, _: Words) -> Option:
    """The customer never pays more: the price they see is the lower one."""
    price = _.money(min(product.price_minor, line.unit_price_minor), currency)
    return Option(
        value=product.sku,
        label=product.name(_.lang),
        note=_("customer pays %(price)s", price=price),
    )
