"""What is asked of Shopify's GraphQL Admin API: an order's fulfilment orders, page by page, and "it is ready".

Rights of the token: read_orders, read_locations, read_merchant_managed_fulfillment_orders, and to write back
write_merchant_managed_fulfillment_orders. Being ready makes Shopify mail the customer itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sync.hq.orders.rules.calls import Ask, Call, CallFailed, Shop
from sync.hq.orders.sources import parsing
from sync.hq.orders.sources.parsing import child, dicts, number

ORDERS_A_PAGE, LINES_A_PAGE = 10, 50
_LINES = """lineItems(first: $lines, after: $afterLine) {
  pageInfo { hasNextPage endCursor }
  nodes { remainingQuantity requiresShipping
    lineItem { id name sku discountedUnitPriceSet { shopMoney { amount currencyCode } } } } }"""
_FETCH = f"""query StoreEdgeOrder($id: ID!, $orders: Int!, $lines: Int!, $after: String, $afterLine: String) {{
  order(id: $id) {{
    id name createdAt updatedAt cancelledAt closedAt currencyCode customerLocale
    fulfillmentOrders(first: $orders, after: $after) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ id status
        deliveryMethod {{ methodType }}
        assignedLocation {{ name location {{ id address {{ latitude longitude }} }} }}
        {_LINES} }} }} }} }}"""
_MORE_LINES = f"""query StoreEdgeLines($id: ID!, $lines: Int!, $afterLine: String) {{
  fulfillmentOrder(id: $id) {{ id {_LINES} }} }}"""
_READY = """mutation StoreEdgeReady($input: FulfillmentOrderLineItemsPreparedForPickupInput!) {
  fulfillmentOrderLineItemsPreparedForPickup(input: $input) { userErrors { field message code } } }"""
# Somebody was faster, or we were, and did not hear it: what we wanted is so.
_READY_ALREADY = "NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER"


def fetch(source_id: str, pages: Sequence[bytes], shop: Shop) -> Ask | None:
    """The next page of an order, or None when all of it was answered."""
    first = {
        "id": f"gid://shopify/Order/{source_id}",
        "orders": ORDERS_A_PAGE,
        "lines": LINES_A_PAGE,
    }
    if not pages:
        return _asked(shop, _FETCH, first)
    opened: list[tuple[str, str]] = []
    for page in map(answered, pages):
        lists = [child(page, "fulfillmentOrder") or {}, *works(page)]
        opened = [each for each in opened if each[0] not in {str(one.get("id")) for one in lists}]
        opened += [
            (str(one.get("id")), after) for one in lists if (after := _after(one.get("lineItems")))
        ]
    if opened:
        work_id, after = opened[0]
        more = {"id": work_id, "lines": LINES_A_PAGE, "afterLine": after}
        return _asked(shop, _MORE_LINES, more)
    return _next_orders(pages, shop, first)


def ready(call: Call, pages: Sequence[bytes], shop: Shop) -> Ask | None:
    """Tell the shop that the order is ready, once; CallFailed when it does not take it."""
    refs = call.known.refs if call.known else ()
    if not refs:
        raise CallFailed("it is not known which part of the order is picked up")
    if not pages:
        chosen = [{"fulfillmentOrderId": ref} for ref in refs]
        return _asked(shop, _READY, {"input": {"lineItemsByFulfillmentOrder": chosen}})
    name = "fulfillmentOrderLineItemsPreparedForPickup"
    result = child(answered(pages[0]), name)
    if not isinstance(result, dict):
        raise CallFailed("it did not say whether it took the news")
    wrong = [
        each for each in dicts(result.get("userErrors")) if each.get("code") != _READY_ALREADY
    ]
    if wrong:
        raise CallFailed(
            f"it does not take the news: {parsing.text(wrong[0].get('message'), 120)}"
        )
    return None


def answered(page: bytes) -> dict[str, Any]:
    """The data of an answer; CallFailed when it is none, or says "later"."""
    said = parsing.answer(page)
    errors = dicts(said.get("errors"))
    if errors:
        if any(child(each, "extensions", "code") == "THROTTLED" for each in errors):
            raise CallFailed("it asks us to slow down", seconds=_slow_down(said))
        codes = ", ".join(
            parsing.text(child(each, "extensions", "code"), 40) for each in errors[:3]
        )
        raise CallFailed(f"it refuses the question ({codes or 'no code'})")
    data = said.get("data")
    if not isinstance(data, dict):
        raise CallFailed("its answer holds no data")
    return data


def works(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The fulfilment orders in one page's data."""
    return dicts(child(page, "order", "fulfillmentOrders", "nodes"))


def _next_orders(pages: Sequence[bytes], shop: Shop, first: dict[str, Any]) -> Ask | None:
    whole = [page for page in map(answered, pages) if "order" in page]
    after = _after(child(whole[-1], "order", "fulfillmentOrders")) if whole else ""
    return _asked(shop, _FETCH, {**first, "after": after}) if after else None


def _after(connection: Any) -> str:
    has_more = child(connection, "pageInfo", "hasNextPage") is True
    return parsing.text(child(connection, "pageInfo", "endCursor"), 500) if has_more else ""


def _slow_down(said: dict[str, Any]) -> float:
    status = child(said, "extensions", "cost", "throttleStatus")
    needed = number(child(said, "extensions", "cost", "requestedQueryCost")) or 0
    there = number(child(status, "currentlyAvailable")) or 0
    a_second = number(child(status, "restoreRate")) or 50
    return float(max(1, (needed - there) / a_second)) if a_second > 0 else 1.0


def _asked(shop: Shop, query: str, variables: dict[str, Any]) -> Ask:
    return Ask(
        method="POST",
        path=f"/admin/api/{shop.api_version}/graphql.json",
        body=msgspec.json.encode({"query": query, "variables": variables}),
    )
