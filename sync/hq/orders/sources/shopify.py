"""Shopify webhooks and the calls that complete them.

Sources: shopify.dev "Verify webhook deliveries" (base64 HMAC-SHA256 of the raw body under the app's secret),
the two header families that Shopify's own SDKs read (X-Shopify-* and shopify-*), "Privacy law compliance",
GraphQL Admin API. Headers are not signed: a body must itself be of the kind that its topic names, or a captured
order would serve to cancel it or to erase its buyer; the webhook's id is not looked at. What a webhook says of
the way is a hint; fulfilment orders decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sync.hq.orders.rules.calls import Ask, Call, Shop, WrongShopWords
from sync.hq.orders.rules.draft import (
    NEVER,
    Buyer,
    Draft,
    Ignored,
    Needs,
    NotAnOrder,
    PrivacyAsked,
    PrivacyTopic,
    WrongShop,
)
from sync.hq.orders.sources import parsing, shopify_answers, shopify_body, shopify_query
from sync.hq.orders.sources.parsing import ident, text

# Shopify keeps a version for a year; the answer says which one it used, and another one is refused.
API_VERSION = "2026-07"
WRITE_BACKS = ("off", "ready")

_WHOLE_ORDERS = {
    "orders/create",
    "orders/updated",
    "orders/paid",
    "orders/fulfilled",
    "orders/partially_fulfilled",
    "orders/cancelled",
}
# These name an order and little more; where the name stands in the body.
_NAMES_ONLY = {
    "orders/edited": ("order_edit", "order_id"),
    "refunds/create": ("order_id",),
}
_PRIVACY: dict[str, PrivacyTopic] = {
    "customers/data_request": "customer_data",
    "customers/redact": "customer_erasure",
    "shop/redact": "shop_erasure",
}
# By which a body shows that it is of another topic: what is signed as one thing is not taken for another.
_ORDERS = frozenset({"line_items", "order_edit", "order_id"})
_FOREIGN: dict[PrivacyTopic, frozenset[str]] = {
    "customer_data": _ORDERS | {"orders_to_redact"},
    "customer_erasure": _ORDERS | {"orders_requested", "data_request"},
    "shop_erasure": _ORDERS | {"customer", "id"},
}


def read(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], shop: Shop
) -> Draft | Needs | Ignored | PrivacyAsked:
    """What a webhook says, once its signature holds."""
    given = _family(headers)
    sent = given.get("shopify-hmac-sha256", "")
    parsing.check_signature(sent, body, [secret.encode() for secret in secrets])
    _check_shop(given.get("shopify-shop-domain", ""), shop)
    topic = given.get("shopify-topic", "").strip().lower()
    if topic in _PRIVACY:
        return _privacy(_PRIVACY[topic], parsing.decoded(body), shop)
    if topic in _WHOLE_ORDERS:
        return _order(parsing.decoded(body))
    if topic == "orders/delete":
        return _deleted(parsing.decoded(body))
    if topic in _NAMES_ONLY:
        source_id = _named(parsing.decoded(body), *_NAMES_ONLY[topic])
        return Needs(known=Draft(source_id=source_id, modified_at=NEVER))
    return Ignored(reason="other_topic")


def complete(known: Draft, fetched: Sequence[bytes]) -> Draft | Ignored:
    """The order with what its fulfilment orders say; either API's form of them is read."""
    return shopify_answers.complete(known, fetched)


def step(call: Call, pages: Sequence[bytes], shop: Shop) -> Ask | None:
    """The next request of a call, or None when enough was answered."""
    if call.kind == "ready":
        return shopify_query.ready(call, pages, shop)
    return shopify_query.fetch(call.source_id, pages, shop)


def sign(token: str) -> dict[str, str]:
    """The headers by which Shopify knows us."""
    return {"X-Shopify-Access-Token": token}


def checked(shop: Shop) -> Shop:
    """A shop's settings as they can be kept; WrongShopWords names what is wrong."""
    if shop.write_back not in WRITE_BACKS:
        raise WrongShopWords(problem=f"Shopify can be told: {', '.join(WRITE_BACKS)}")
    return msgspec.structs.replace(shop, api_version=shop.api_version or API_VERSION)


def _family(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers under one name each; NotAnOrder when the two families contradict each other."""
    given: dict[str, str] = {}
    for name, value in headers.items():
        plain = name.lower().removeprefix("x-")
        if plain.startswith("shopify-") and given.setdefault(plain, value) != value:
            raise NotAnOrder(problem="its headers contradict each other")
    return given


def _deleted(said: dict[str, Any]) -> Draft:
    if "line_items" in said:
        raise NotAnOrder(problem="it says that an order is deleted, and holds one")
    return Draft(source_id=_named(said, "id"), cancelled=True)


def _order(said: dict[str, Any]) -> Draft | Needs:
    order = said["order"] if "id" not in said and isinstance(said.get("order"), dict) else said
    draft = shopify_body.draft(order)
    # A cancelled order never comes back, so nothing has to be fetched, and nothing of its buyer kept.
    if draft.cancelled:
        return Draft(source_id=draft.source_id, modified_at=draft.modified_at, cancelled=True)
    return Needs(known=draft)


def _named(said: dict[str, Any], *path: str) -> str:
    source_id = ident(parsing.child(said, *path))
    if not source_id:
        raise NotAnOrder(problem="there is no id")
    return source_id


def _privacy(topic: PrivacyTopic, said: dict[str, Any], shop: Shop) -> PrivacyAsked:
    domain, customer = text(said.get("shop_domain"), 200), said.get("customer")
    _check_shop(domain, shop)
    is_whole = bool(domain) and (topic == "shop_erasure" or isinstance(customer, dict))
    if not is_whole or not _FOREIGN[topic].isdisjoint(said):
        raise NotAnOrder(problem="it is no privacy request of this kind")
    asked = said.get("orders_to_redact") or said.get("orders_requested")
    ids = [ident(each) for each in asked] if isinstance(asked, list) else []
    return PrivacyAsked(
        topic=topic,
        buyer=Buyer(
            ref=ident(parsing.child(customer, "id")),
            email=text(parsing.child(customer, "email"), 254),
        ),
        source_ids=tuple(dict.fromkeys(each for each in ids[:1000] if each)),
    )


def _check_shop(said: str, shop: Shop) -> None:
    own = shop.url.partition("://")[2].partition(":")[0]
    if said and own and said.strip().lower() != own.lower():
        raise WrongShop
