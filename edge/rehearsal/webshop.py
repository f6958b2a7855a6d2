"""The shop system of the rehearsal: WooCommerce-shaped webhooks with real signatures, sent to HQ over HTTP.

Shapes follow the order REST schema v3 and the blocks pickup method; all values are invented.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import msgspec
import requests

from edge.rehearsal.day import PlannedOrder
from edge.rehearsal.goods import Goods

_FIRST_NAMES = (
    "Ana",
    "Ben",
    "Chie",
    "Daichi",
    "Emi",
    "Farid",
    "Gita",
    "Haruto",
    "Ines",
    "Jun",
    "Kaori",
    "Leo",
)
_LAST_NAMES = (
    "Abe",
    "Brown",
    "Chen",
    "Doi",
    "Endo",
    "Fujita",
    "Garcia",
    "Hayashi",
    "Ito",
    "Jansen",
    "Kato",
)
_TIMEOUT_SECONDS = 10


class Webshop:
    """Sends an order's webhook as the shop system would, byte for byte signed."""

    def __init__(self, hook_url: str, secret: str, pickup_location: str) -> None:
        self._url, self._secret = hook_url, secret
        self._pickup_location = pickup_location
        self._session = requests.Session()

    def place(
        self, order: PlannedOrder, source_id: int, at: datetime, *, location: str = ""
    ) -> requests.Response:
        """Tell HQ of a new order; for the store, unless the shop writes another `location`."""
        said = self.body(order, source_id, at)
        if location:
            said["shipping_lines"] = [_shipping(location)]
        return self.send(said)

    def cancel(self, order: PlannedOrder, source_id: int, at: datetime) -> requests.Response:
        """Tell HQ that an order is called off."""
        return self.send(self.body(order, source_id, at, status="cancelled"), "order.updated")

    def send(self, said: dict[str, object], topic: str = "order.created") -> requests.Response:
        """Sign and send one message."""
        body = msgspec.json.encode(said)
        signature = hmac.new(self._secret.encode(), body, hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "WooCommerce/10.3.0 Hookshot (WordPress/6.8.3)",
            "X-WC-Webhook-Source": "https://shop.example/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": "order",
            "X-WC-Webhook-Event": topic.partition(".")[2],
            "X-WC-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-WC-Webhook-ID": "7",
            "X-WC-Webhook-Delivery-ID": hashlib.sha256(body).hexdigest()[:32],
        }
        return self._session.post(self._url, data=body, headers=headers, timeout=_TIMEOUT_SECONDS)

    def body(
        self, order: PlannedOrder, source_id: int, at: datetime, status: str = "processing"
    ) -> dict[str, object]:
        """The order as the shop system tells it."""
        stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        skus = [line.sku for line in order.lines] + ([order.finish.sku] if order.finish else [])
        lines = [_line(n, sku) for n, sku in enumerate(skus, start=1)]
        return {
            "id": source_id,
            "parent_id": 0,
            "number": str(source_id),
            "created_via": "checkout",
            "status": status,
            "currency": "JPY",
            "date_created_gmt": stamp,
            "date_modified_gmt": stamp,
            "total": str(sum(Goods.price(sku) for sku in skus)),
            "customer_id": 0,
            "customer_note": "",
            "billing": _billing(source_id),
            "payment_method": "cod",
            "meta_data": [
                {"id": 1, "key": "_locale", "value": "ja" if source_id % 3 == 0 else "en_GB"}
            ],
            "line_items": lines,
            "shipping_lines": [_shipping(self._pickup_location)],
        }


def _shipping(location: str) -> dict[str, object]:
    return {
        "id": 1,
        "method_title": f"Local pickup ({location})",
        "method_id": "pickup_location",
        "instance_id": "0",
        "total": "0",
        "meta_data": [{"id": 1, "key": "pickup_location", "value": location}],
    }


def _billing(source_id: int) -> dict[str, str]:
    first = _FIRST_NAMES[source_id % len(_FIRST_NAMES)]
    last = _LAST_NAMES[source_id // 3 % len(_LAST_NAMES)]
    return {
        "first_name": first,
        "last_name": last,
        "email": f"{first}.{last}.{source_id}@example.com".lower(),
        "phone": "",
    }


def _line(n: int, sku: str) -> dict[str, object]:
    return {
        "id": n,
        "name": Goods.name(sku),
        "product_id": int(sku[-3:]),
        "variation_id": 0,
        "quantity": 1,
        "total": str(Goods.price(sku)),
        "sku": sku,
        "price": Goods.price(sku),
        "meta_data": [],
    }
