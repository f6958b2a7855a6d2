"""Receive an order: its lines, what the catalogue knows of them, and whose it is, in one instant."""

from edge.base.unit import Unit
from edge.orders import actions as orders
from edge.orders.rules import LineFacts, Order, Shop
from edge.products import store as products
from edge.products.rules import Product, ProductClass
from edge.profiles import actions as profiles
from sync.core.neutral import NeutralOrder


def receive_order(unit: Unit, neutral: NeutralOrder, *, shop: Shop, origin: str) -> Order:
    """Take a new order, or a newer revision of one, from HQ or from the store's own till."""
    known = products.of_skus(unit, (line.sku for line in neutral.lines))
    catalogue = {sku: facts_of(product) for sku, product in known.items()}
    order = orders.apply_order(unit, neutral, catalogue, shop=shop, origin=origin)
    if order.is_open:
        profiles.meet(
            unit,
            neutral.customer_key,
            order_id=order.order_id,
            name=neutral.customer_name,
            hold_until=order.hold_until,
        )
    return order


def facts_of(product: Product) -> LineFacts:
    """What an order line must know of its product."""
    return LineFacts(
        zone=product.zone,
        aisle_order=product.aisle_order,
        made_to_order=product.product_class is ProductClass.MADE_TO_ORDER,
        prep_seconds=60 * product.prep_minutes,
        age_check=product.age_check,
    )
