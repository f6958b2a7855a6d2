"""WooCommerce webhooks, version wp_api_v3.

Source: class-wc-webhook.php (signature over the trimmed body, secret entity-decoded first, form-encoded
ping), order REST schema v3, and the two shipping methods local_pickup and pickup_location. The delivery
id is a hash of webhook and second, so it names nothing.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from sync.hq.orders.rules.calls import NO_SHOP, Ask, Call, CallFailed, Shop, WrongShopWords
from sync.hq.orders.rules.draft import (
    NEVER,
    Buyer,
    Draft,
    DraftLine,
    Ignored,
    Needs,
    NotAnOrder,
    Pickup,
    PrivacyAsked,
    Shipping,
)
from sync.hq.orders.sources import parsing
from sync.hq.orders.sources.parsing import dicts, ident, text

_PING = re.compile(rb"^webhook_id=\d{1,20}$")
_PHP_BLANKS = b" \t\n\r\0\x0b"
_ENTITY = re.compile(
    r"&(amp|lt|gt|quot|#0*38|#0*60|#0*62|#0*34|#0*39|#x0*2[267]|#x0*3[ce]);", re.IGNORECASE
)
_PICKUP_METHODS = ("local_pickup", "pickup_location")
_CANCELLED = {"cancelled", "refunded", "failed", "trash"}
_NOT_PAID = {"pending", "on-hold", "checkout-draft", "auto-draft"}
_PARENTHESES = re.compile(r"\(([^()]+)\)\s*$")
_WRITE_BACK = re.compile(r"^(off|note|customer-note|status:[a-z][a-z0-9-]{0,19})$")
MOST_LINES = 200
READY_NOTE = "Your order is ready for pickup."


def read(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], shop: Shop = NO_SHOP
) -> Draft | Needs | Ignored | PrivacyAsked:
    """What a webhook says, once its signature holds."""
    if _PING.match(body.strip(_PHP_BLANKS)):
        return Ignored(reason="ping")
    given = {name.lower(): value for name, value in headers.items()}
    raw, keys = body.strip(_PHP_BLANKS), [_key(secret) for secret in secrets]
    parsing.check_signature(given.get("x-wc-webhook-signature", ""), raw, keys)
    if given.get("x-wc-webhook-resource", "order") != "order":
        return Ignored(reason="other_resource")
    return _order(body)


def complete(known: Draft, fetched: Sequence[bytes]) -> Draft | Ignored:
    """WooCommerce sends whole orders, so this is for orders that HQ asked for by itself."""
    return _order(fetched[0])


def step(call: Call, pages: Sequence[bytes], shop: Shop) -> Ask | None:
    """The next request of a call, or None when enough was answered."""
    path = f"/wp-json/wc/v3/orders/{call.source_id}"
    if call.kind == "fetch":
        return None if pages else Ask(method="GET", path=path)
    if len(pages) > 1:
        return None
    kind, _, status = shop.write_back.partition(":")
    if kind == "status":
        return _to_status(path, status, pages)
    return _to_note(f"{path}/notes", pages, is_for_customer=kind == "customer-note")


def sign(token: str) -> dict[str, str]:
    """The header by which the shop knows us; `token` is `consumer key:consumer secret`."""
    return {"Authorization": f"Basic {base64.b64encode(token.encode()).decode()}"}


def checked(shop: Shop) -> Shop:
    """A shop's settings as they can be kept; WrongShopWords names what is wrong."""
    if not _WRITE_BACK.match(shop.write_back):
        allowed = "off, note, customer-note or status:NAME"
        raise WrongShopWords(problem=f"WooCommerce can be told: {allowed}")
    return shop


def _to_status(path: str, status: str, pages: Sequence[bytes]) -> Ask | None:
    if not pages:
        return Ask(method="GET", path=path)
    now = text(parsing.answer(pages[0]).get("status"), 40)
    if not now:
        raise CallFailed("its answer holds no status")
    # What the shop's people did since stands: only an order that is being worked on becomes ready.
    if now != "processing":
        return None
    return Ask(method="PUT", path=path, body=msgspec.json.encode({"status": status}))


def _to_note(path: str, pages: Sequence[bytes], *, is_for_customer: bool) -> Ask | None:
    if not pages:
        return Ask(method="GET", path=path)
    notes = parsing.answers(pages[0])
    if any(READY_NOTE in text(each.get("note"), 500) for each in notes):
        return None
    said = {"note": READY_NOTE, "customer_note": is_for_customer}
    return Ask(method="POST", path=path, body=msgspec.json.encode(said))


def _key(secret: str) -> bytes:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), secret).encode()


def _order(body: bytes) -> Draft | Ignored:
    said = parsing.decoded(body)
    if not ident(said.get("id")):
        raise NotAnOrder(problem="there is no id")
    source_id = ident(said["id"])
    if set(said) == {"id"}:
        return Draft(source_id=source_id, modified_at=NEVER, cancelled=True)
    if "status" not in said or not isinstance(said.get("line_items", []), list):
        raise NotAnOrder(problem="there is no status, or the lines are no list")
    return _draft(said, source_id)


def _draft(said: dict[str, Any], source_id: str) -> Draft | Ignored:
    status = text(said["status"], 40).removeprefix("wc-")
    pickup = _pickup(said)
    if status in _NOT_PAID:
        return Ignored(reason="not_paid", source_id=source_id)
    if status == "completed":
        return Ignored(reason="completed", source_id=source_id)
    currency = parsing.currency(said.get("currency"))
    lines, unclear = _lines(said.get("line_items", []), currency)
    return Draft(
        source_id=source_id,
        shown_number=text(said.get("number"), 40) or source_id,
        modified_at=parsing.instant(said.get("date_modified_gmt")) or _created(said) or NEVER,
        placed_at=_created(said),
        promise_at=parsing.instant(_meta(said, "pickup_at", "_pickup_at"), needs_zone=True),
        currency=currency,
        lang=parsing.lang(_meta(said, "wpml_language", "order_language", "_locale")),
        lines=lines,
        buyer=_buyer(said),
        pickup=pickup,
        cancelled=status in _CANCELLED,
        unclear=unclear,
    )


def _pickup(said: dict[str, Any]) -> Pickup:
    shipping = dicts(said.get("shipping_lines"))
    pickups = [line for line in shipping if _method(line) in _PICKUP_METHODS]
    texts = [_meta(line, "pickup_location", "_pickup_location") for line in pickups]
    texts.append(_meta(said, "pickup_location", "_pickup_location", "pickup_store"))
    titles = [_PARENTHESES.search(text(line.get("method_title"), 200)) for line in pickups]
    texts += [title[1] for title in titles if title]
    hints = [_meta(line, "pickup_address", "_pickup_location_address") for line in pickups]
    return Pickup(
        shipping=_shipping(len(pickups), len(shipping) - len(pickups), has_text=any(texts)),
        texts=tuple(dict.fromkeys(text for text in texts if text)),
        methods=tuple(f"{_method(line)}:{_instance(line)}" for line in pickups),
        hint=next((hint for hint in hints if hint), ""),
    )


def _shipping(pickups: int, others: int, *, has_text: bool) -> Shipping:
    if others and (pickups or has_text):
        return "mixed"
    if others:
        return "delivery"
    return "pickup" if pickups or has_text else "none"


def _method(line: dict[str, Any]) -> str:
    return text(line.get("method_id"), 80).split(":")[0]


def _instance(line: dict[str, Any]) -> str:
    _, colon, instance = text(line.get("method_id"), 80).partition(":")
    return instance if colon else text(line.get("instance_id"), 20)


def _lines(items: list[Any], currency: str) -> tuple[tuple[DraftLine, ...], str]:
    lines: list[DraftLine] = []
    for item in dicts(items):
        qty = parsing.number(item.get("quantity"))
        if qty == 0:
            continue
        name = text(item.get("name"), 200)
        if qty is None or qty != int(qty) or not 1 <= qty <= 999:
            return (), f"quantity of {name[:60]}"
        total = parsing.number(item.get("total"))
        minor = None if total is None else parsing.minor(total / qty, currency)
        if minor is None:
            return (), f"price of {name[:60]}"
        lines.append(_line(item, name, int(qty), minor))
    if not 1 <= len(lines) <= MOST_LINES or any(not isinstance(item, dict) for item in items):
        return (), "number of lines"
    return tuple(lines), ""


def _line(item: dict[str, Any], name: str, qty: int, minor: int) -> DraftLine:
    product = (
        ident(item.get("variation_id")) or ident(item.get("product_id")) or ident(item.get("id"))
    )
    return DraftLine(
        sku=text(item.get("sku"), 64) or f"woo-{product or 'unknown'}"[:64],
        name=name or text(item.get("sku"), 64),
        qty=qty,
        unit_price_minor=minor,
        substitute_allowed=_meta(item, "substitute_allowed").lower() in {"yes", "1", "true"},
    )


def _buyer(said: dict[str, Any]) -> Buyer:
    billing = said.get("billing")
    billing = billing if isinstance(billing, dict) else {}
    ref = ident(said.get("customer_id"))
    return Buyer(
        first_name=text(billing.get("first_name"), 70),
        last_name=text(billing.get("last_name"), 70),
        email=text(billing.get("email"), 254),
        phone=text(billing.get("phone"), 40),
        ref=ref if ref != "0" else "",
    )


def _created(said: dict[str, Any]) -> datetime | None:
    return parsing.instant(said.get("date_created_gmt"))


def _meta(holder: dict[str, Any], *keys: str) -> str:
    for entry in dicts(holder.get("meta_data")):
        if entry.get("key") in keys and (found := text(entry.get("value"), 200)):
            return found
    return ""
