"""WooCommerce webhooks, version wp_api_v3.

Source: class-wc-webhook.php (signature over the trimmed body, secret entity-decoded first, form-encoded
ping), order REST schema v3, and the two shipping methods local_pickup and pickup_location. The delivery
id is a hash of webhook and second, so it names nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import msgspec
from babel.numbers import get_currency_precision

from sync.core.instants import of_our_time
from sync.hq.orders.rules.draft import (
    NEVER,
    Buyer,
    Draft,
    DraftLine,
    HookForged,
    Ignored,
    Needs,
    NotAnOrder,
    Pickup,
    Shipping,
)

_PING = re.compile(rb"^webhook_id=\d{1,20}$")
_PHP_BLANKS = b" \t\n\r\0\x0b"
_ENTITY = re.compile(
    r"&(amp|lt|gt|quot|#0*38|#0*60|#0*62|#0*34|#0*39|#x0*2[267]|#x0*3[ce]);", re.IGNORECASE
)
_PICKUP_METHODS = ("local_pickup", "pickup_location")
_CANCELLED = {"cancelled", "refunded", "failed", "trash"}
_NOT_PAID = {"pending", "on-hold", "checkout-draft", "auto-draft"}
_PARENTHESES = re.compile(r"\(([^()]+)\)\s*$")
_LANG = re.compile(r"^[a-z]{2}")
_CURRENCY = re.compile(r"^[A-Z]{3}$")
MOST_LINES = 200


def read(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str]
) -> Draft | Needs | Ignored:
    """What a webhook says, once its signature holds."""
    if _PING.match(body.strip(_PHP_BLANKS)):
        return Ignored(reason="ping")
    given = {name.lower(): value for name, value in headers.items()}
    _check_signature(given.get("x-wc-webhook-signature", ""), body, secrets)
    if given.get("x-wc-webhook-resource", "order") != "order":
        return Ignored(reason="other_resource")
    return _order(body)


def complete(needs: Needs, fetched: bytes) -> Draft | Ignored:
    """WooCommerce sends whole orders, so this is for orders that HQ asked for by itself."""
    return _order(fetched)


def _check_signature(sent: str, body: bytes, secrets: Sequence[str]) -> None:
    raw = body.strip(_PHP_BLANKS)
    for secret in secrets:
        key = _ENTITY.sub(lambda found: html.unescape(found[0]), secret).encode()
        right = base64.b64encode(hmac.new(key, raw, hashlib.sha256).digest())
        if hmac.compare_digest(right, sent.strip().encode("utf-8", "replace")):
            return
    raise HookForged


def _order(body: bytes) -> Draft | Ignored:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise NotAnOrder(problem=str(problem)) from None
    if not isinstance(said, dict) or not _id(said.get("id")):
        raise NotAnOrder(problem="there is no id")
    source_id = _id(said["id"])
    if set(said) == {"id"}:
        return Draft(source_id=source_id, modified_at=NEVER, cancelled=True)
    if "status" not in said or not isinstance(said.get("line_items", []), list):
        raise NotAnOrder(problem="there is no status, or the lines are no list")
    return _draft(said, source_id)


def _draft(said: dict[str, Any], source_id: str) -> Draft | Ignored:
    status = _text(said["status"], 40).removeprefix("wc-")
    pickup = _pickup(said)
    if status in _NOT_PAID:
        return Ignored(reason="not_paid", source_id=source_id)
    if status == "completed":
        return Ignored(reason="completed", source_id=source_id)
    currency = _text(said.get("currency"), 3).upper()
    currency = currency if _CURRENCY.match(currency) else ""
    lines, unclear = _lines(said.get("line_items", []), currency)
    return Draft(
        source_id=source_id,
        shown_number=_text(said.get("number"), 40) or source_id,
        modified_at=_instant(said.get("date_modified_gmt")) or _created(said) or NEVER,
        placed_at=_created(said),
        promise_at=_instant(_meta(said, "pickup_at", "_pickup_at"), needs_zone=True),
        currency=currency,
        lang=_lang(_meta(said, "wpml_language", "order_language", "_locale")),
        lines=lines,
        buyer=_buyer(said),
        pickup=pickup,
        cancelled=status in _CANCELLED,
        unclear=unclear,
    )


def _pickup(said: dict[str, Any]) -> Pickup:
    shipping = _dicts(said.get("shipping_lines"))
    pickups = [line for line in shipping if _method(line) in _PICKUP_METHODS]
    texts = [_meta(line, "pickup_location", "_pickup_location") for line in pickups]
    texts.append(_meta(said, "pickup_location", "_pickup_location", "pickup_store"))
    titles = [_PARENTHESES.search(_text(line.get("method_title"), 200)) for line in pickups]
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
    return _text(line.get("method_id"), 80).split(":")[0]


def _instance(line: dict[str, Any]) -> str:
    _, colon, instance = _text(line.get("method_id"), 80).partition(":")
    return instance if colon else _text(line.get("instance_id"), 20)


def _lines(items: list[Any], currency: str) -> tuple[tuple[DraftLine, ...], str]:
    lines: list[DraftLine] = []
    for item in _dicts(items):
        qty = _number(item.get("quantity"))
        if qty == 0:
            continue
        name = _text(item.get("name"), 200)
        if qty is None or qty != int(qty) or not 1 <= qty <= 999:
            return (), f"quantity of {name[:60]}"
        minor = _minor(item, qty, currency)
        if minor is None:
            return (), f"price of {name[:60]}"
        lines.append(_line(item, name, int(qty), minor))
    if not 1 <= len(lines) <= MOST_LINES or any(not isinstance(item, dict) for item in items):
        return (), "number of lines"
    return tuple(lines), ""


def _line(item: dict[str, Any], name: str, qty: int, minor: int) -> DraftLine:
    product = _id(item.get("variation_id")) or _id(item.get("product_id")) or _id(item.get("id"))
    return DraftLine(
        sku=_text(item.get("sku"), 64) or f"woo-{product or 'unknown'}"[:64],
        name=name or _text(item.get("sku"), 64),
        qty=qty,
        unit_price_minor=minor,
        substitute_allowed=_meta(item, "substitute_allowed").lower() in {"yes", "1", "true"},
    )


def _minor(item: dict[str, Any], qty: Decimal, currency: str) -> int | None:
    total = _number(item.get("total"))
    if total is None or total < 0 or not currency:
        return None
    unit = (total / qty).scaleb(get_currency_precision(currency))
    minor = int(unit.quantize(Decimal(1), ROUND_HALF_UP))
    return minor if minor <= 1_000_000_000 else None


def _buyer(said: dict[str, Any]) -> Buyer:
    billing = said.get("billing")
    billing = billing if isinstance(billing, dict) else {}
    ref = _id(said.get("customer_id"))
    return Buyer(
        first_name=_text(billing.get("first_name"), 70),
        last_name=_text(billing.get("last_name"), 70),
        email=_text(billing.get("email"), 254),
        phone=_text(billing.get("phone"), 40),
        ref=ref if ref != "0" else "",
    )


def _created(said: dict[str, Any]) -> datetime | None:
    return _instant(said.get("date_created_gmt"))


def _instant(value: Any, *, needs_zone: bool = False) -> datetime | None:
    """An ISO 8601 instant; without a zone it is UTC, as all *_gmt fields are."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        of_our_time(aware)
        return None if needs_zone and at.tzinfo is None else aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _meta(holder: dict[str, Any], *keys: str) -> str:
    for entry in _dicts(holder.get("meta_data")):
        if entry.get("key") in keys and (text := _text(entry.get("value"), 200)):
            return text
    return ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _lang(text: str) -> str:
    found = _LANG.match(text.lower())
    return found[0] if found else ""


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return _text(str(value), 64)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 12 else None


def _text(value: Any, longest: int) -> str:
    """Plain text: entities decoded, nothing unprintable, blanks collapsed, cut."""
    if not isinstance(value, str):
        return ""
    plain = "".join(char if char.isprintable() else " " for char in html.unescape(value))
    return " ".join(plain.split())[:longest].strip()
