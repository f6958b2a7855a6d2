"""Bodies of an invented Shopify shop: what it sends by webhook, and what it answers when it is asked."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.hq.world import signature

SECRET = "shopify app secret"
DOMAIN = "127.0.0.1"
HOME = ("35.123456", "139.654321")
HARBOUR, MILL = "7001", "7002"


def order(order_id: int = 9001, **changes: object) -> dict[str, Any]:
    """A webhook's order: picked up at Harbour Lane, with all the private things that real ones hold."""
    said: dict[str, Any] = {
        "id": order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
        "name": f"#{order_id}",
        "email": "ana@example.com",
        "phone": "+815011112222",
        "created_at": "2026-11-23T08:40:00+09:00",
        "updated_at": "2026-11-23T08:50:00+09:00",
        "cancelled_at": None,
        "currency": "JPY",
        "customer_locale": "ja-JP",
        "browser_ip": "203.0.113.9",
        "client_details": {"user_agent": "Planted Agent"},
        "customer": {
            "id": 555,
            "first_name": "Ana",
            "last_name": "Kimura",
            "email": "ana@example.com",
        },
        "billing_address": {
            "first_name": "Ana",
            "last_name": "Kimura",
            "address1": "4 Rose Alley",
            "latitude": float(HOME[0]),
            "longitude": HOME[1],
        },
        "shipping_address": None,
        "shipping_lines": [{"title": "Harbour Lane", "code": "Harbour Lane", "price": "0"}],
        "line_items": [line()],
        "note_attributes": [],
        "refunds": [],
    }
    return {**said, **changes}


def line(line_id: int = 1, **changes: object) -> dict[str, Any]:
    """A line of a webhook's order."""
    said: dict[str, Any] = {
        "id": line_id,
        "variant_id": 30 + line_id,
        "product_id": 3,
        "title": "Rice",
        "name": "Rice & beans",
        "sku": f"SKU-00{line_id}",
        "quantity": 2,
        "current_quantity": 2,
        "requires_shipping": True,
        "price": "680",
        "discount_allocations": [],
    }
    return {**said, **changes}


def work(
    ref: int = 1,
    method: str | None = "PICK_UP",
    location: str = HARBOUR,
    name: str = "Harbour Lane",
    lines: list[dict[str, Any]] | None = None,
    **changes: object,
) -> dict[str, Any]:
    """A fulfilment order as the shop answers it."""
    said: dict[str, Any] = {
        "id": f"gid://shopify/FulfillmentOrder/{ref}",
        "status": "OPEN",
        "deliveryMethod": None if method is None else {"methodType": method},
        "assignedLocation": {
            "name": name,
            "location": {
                "id": f"gid://shopify/Location/{location}",
                "address": {"latitude": 35.5001, "longitude": 139.7001},
            },
        },
        "lineItems": [work_line()] if lines is None else lines,
    }
    return {**said, **changes}


def work_line(line_id: int = 1, qty: int = 2, price: str = "680.0") -> dict[str, Any]:
    """A line of a fulfilment order."""
    return {
        "remainingQuantity": qty,
        "requiresShipping": True,
        "lineItem": {
            "id": f"gid://shopify/LineItem/{line_id}",
            "name": "Rice & beans",
            "sku": f"SKU-00{line_id}",
            "discountedUnitPriceSet": {"shopMoney": {"amount": price, "currencyCode": "JPY"}},
        },
    }


def answered(
    order_id: int = 9001, works: list[dict[str, Any]] | None = None, **changes: object
) -> dict[str, Any]:
    """An order as the shop knows it now."""
    said: dict[str, Any] = {
        "id": f"gid://shopify/Order/{order_id}",
        "name": f"#{order_id}",
        "createdAt": "2026-11-22T23:40:00Z",
        "updatedAt": "2026-11-22T23:50:00Z",
        "cancelledAt": None,
        "closedAt": None,
        "currencyCode": "JPY",
        "customerLocale": "ja-JP",
        "works": [work()] if works is None else works,
    }
    return {**said, **changes}


def headers(
    topic: str, body: bytes, *, family: str = "X-Shopify-", secret: str = SECRET
) -> dict[str, str]:
    """The headers of a delivery, in either family."""
    return {
        f"{family}Topic": topic,
        f"{family}Hmac-Sha256": signature(body, secret),
        f"{family}Shop-Domain": DOMAIN,
        f"{family}API-Version": "2026-07",
        f"{family}Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        f"{family}Triggered-At": "2026-11-22T23:50:00Z",
        "Content-Type": "application/json",
    }


def encoded(said: object) -> bytes:
    """A body as it is sent."""
    return said if isinstance(said, bytes) else msgspec.json.encode(said)
