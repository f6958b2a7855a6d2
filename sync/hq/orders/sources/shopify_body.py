"""An order as Shopify's webhooks send it, of any version: the allow-listed fields, and the weak signs of a pickup.

Bodies of old versions lack `current_quantity` and the fulfilment status of lines: their refunds are counted off.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import Any

from sync.hq.orders.rules.draft import NEVER, Buyer, Draft, DraftLine, NotAnOrder, Pickup, Shipping
from sync.hq.orders.sources import parsing
from sync.hq.orders.sources.parsing import child, dicts, ident, text

MOST_LINES = 200
# Words by which shops name the way "the customer comes"; without them a line may still be a store's own name.
_PICKUP_WORDS = re.compile(
    r"pick.?up|click.{0,5}collect|collect in|abholung|retrait|recogida|ritiro|受け?取|引き?取",
    re.IGNORECASE,
)


def draft(said: dict[str, Any]) -> Draft:
    """What a whole order says; NotAnOrder when it cannot be one."""
    source_id = ident(said.get("id"))
    if not source_id or not isinstance(said.get("line_items", []), list):
        raise NotAnOrder(problem="there is no id, or the lines are no list")
    currency = parsing.currency(said.get("currency"))
    lines, unclear = _lines(said, currency)
    placed_at = parsing.instant(said.get("created_at"), needs_zone=True)
    is_empty = not lines and not unclear
    return Draft(
        source_id=source_id,
        shown_number=text(said.get("name"), 40) or source_id[:40],
        modified_at=parsing.instant(said.get("updated_at"), needs_zone=True) or placed_at or NEVER,
        placed_at=placed_at,
        promise_at=_promise(said),
        currency=currency,
        lang=parsing.lang(said.get("customer_locale")),
        lines=lines,
        buyer=_buyer(said),
        pickup=_pickup(said),
        # Everything was taken off the order again: nothing is left to fetch.
        cancelled=bool(said.get("cancelled_at")) or (is_empty and bool(said.get("line_items"))),
        unclear=unclear if unclear or lines else "number of lines",
    )


def line(said: dict[str, Any], *, qty: int, unit_price_minor: int) -> DraftLine:
    """One line; the sku of a product without one is made of its variant."""
    product = (
        ident(said.get("variant_id")) or ident(said.get("product_id")) or ident(said.get("id"))
    )
    sku = text(said.get("sku"), 64)
    return DraftLine(
        sku=sku or f"shopify-{product or 'unknown'}"[:64],
        name=text(said.get("name"), 200) or text(said.get("title"), 200) or sku,
        qty=qty,
        unit_price_minor=unit_price_minor,
    )


def pickable(qty: Any) -> int | None:
    """A quantity that somebody can pick, or None."""
    is_whole = isinstance(qty, int) and not isinstance(qty, bool)
    return qty if is_whole and 1 <= qty <= 999 else None


def reads_as_pickup(words: str) -> bool:
    """Whether a shipping line's words say that the customer comes."""
    return bool(_PICKUP_WORDS.search(words))


def _lines(said: dict[str, Any], currency: str) -> tuple[tuple[DraftLine, ...], str]:
    refunded = _refunded(said)
    lines: list[DraftLine] = []
    for item in dicts(said.get("line_items")):
        said_qty = _quantity(item, refunded)
        if said_qty == 0 or item.get("requires_shipping") is False:
            continue
        qty, price = pickable(said_qty), parsing.minor(_unit_price(item), currency)
        if qty is None or price is None:
            what = "quantity" if qty is None else "price"
            return (), f"{what} of {text(item.get('name'), 60)}"
        lines.append(line(item, qty=qty, unit_price_minor=price))
    if len(lines) > MOST_LINES or any(
        not isinstance(each, dict) for each in said.get("line_items", [])
    ):
        return (), "number of lines"
    return tuple(lines), ""


def _quantity(item: dict[str, Any], refunded: Counter[str]) -> Any:
    if "current_quantity" in item:
        return item["current_quantity"]
    qty = item.get("quantity")
    if not isinstance(qty, int) or isinstance(qty, bool):
        return qty
    return max(qty - refunded[ident(item.get("id"))], min(qty, 0))


def _refunded(said: dict[str, Any]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for refund in dicts(said.get("refunds")):
        for each in dicts(refund.get("refund_line_items")):
            qty = each.get("quantity")
            if isinstance(qty, int) and not isinstance(qty, bool) and qty > 0:
                counted[ident(each.get("line_item_id"))] += qty
    return counted


def _unit_price(item: dict[str, Any]) -> Decimal | None:
    price, qty = parsing.number(item.get("price")), parsing.number(item.get("quantity"))
    if price is None or not qty:
        return price
    amounts = [
        parsing.number(each.get("amount")) for each in dicts(item.get("discount_allocations"))
    ]
    off = sum((each for each in amounts if each is not None), Decimal(0))
    return max(price - off / qty, Decimal(0))


def _pickup(said: dict[str, Any]) -> Pickup:
    shipping = dicts(said.get("shipping_lines"))
    words = [text(each.get(key), 200) for each in shipping for key in ("title", "code")]
    return Pickup(
        shipping=_shipping(words, has_address=isinstance(said.get("shipping_address"), dict)),
        texts=tuple(dict.fromkeys(each for each in words if each)),
    )


def _shipping(words: list[str], *, has_address: bool) -> Shipping:
    if not words:
        return "delivery" if has_address else "none"
    if any(map(reads_as_pickup, words)):
        return "pickup"
    return "delivery" if has_address else "pickup"


def _buyer(said: dict[str, Any]) -> Buyer:
    customer, billing = said.get("customer"), said.get("billing_address")
    email = child(customer, "email") or said.get("email") or said.get("contact_email")
    phone = child(customer, "phone") or said.get("phone") or child(billing, "phone")
    named = customer if child(customer, "first_name") or child(customer, "last_name") else billing
    return Buyer(
        first_name=text(child(named, "first_name"), 70),
        last_name=text(child(named, "last_name"), 70),
        email=text(email, 254),
        phone=text(phone, 40),
        ref=ident(child(customer, "id")),
    )


def _promise(said: dict[str, Any]) -> Any:
    for each in dicts(said.get("note_attributes")):
        if each.get("name") in ("pickup_at", "_pickup_at"):
            return parsing.instant(each.get("value"), needs_zone=True)
    return None
