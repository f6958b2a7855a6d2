"""Webhooks of a shop whose bodies are signed and whose headers are not: what is captured once serves nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from sync.hq.orders.rules.calls import Shop
from sync.hq.orders.rules.draft import Draft, Needs, NotAnOrder
from sync.hq.orders.sources import shopify
from tests.hq.orders import shopify_bodies as bodies

ASKED = {
    "shop_id": 1,
    "shop_domain": bodies.DOMAIN,
    "customer": {"id": 555, "email": "a@b.example"},
}
REQUEST = {**ASKED, "orders_requested": [1], "data_request": {"id": 1}}
REDACT = {**ASKED, "orders_to_redact": [1]}
SHOP = Shop(source="shopify", url=f"https://{bodies.DOMAIN}")


def read(said: object, topic: str, **more: str) -> Any:
    """What comes of a signed body under a topic that somebody chose."""
    body = bodies.encoded(said)
    given = {**bodies.headers(topic, body), **more}
    return shopify.read(given, body, secrets=[bodies.SECRET], shop=SHOP)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        (bodies.order(), "orders/delete"),
        (bodies.order(), "customers/redact"),
        (bodies.order(), "customers/data_request"),
        (bodies.order(), "shop/redact"),
        (bodies.order(shop_domain=bodies.DOMAIN), "customers/redact"),
        (REQUEST, "customers/redact"),
        (REQUEST, "shop/redact"),
        (REDACT, "customers/data_request"),
        (REDACT, "shop/redact"),
        ({"id": 1}, "shop/redact"),
        ({"order_id": 1, "shop_domain": bodies.DOMAIN}, "shop/redact"),
        ({}, "shop/redact"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_captured_body_under_another_topic_is_refused(said: object, topic: str) -> None:
    """The topic stands in a header that nobody signed, and some topics destroy."""
    with pytest.raises(NotAnOrder):
        read(said, topic)


def test_an_order_under_the_topic_of_a_cancellation_is_asked_for_instead() -> None:
    """Only a body that says so is cancelled."""
    assert isinstance(read(bodies.order(), "orders/cancelled"), Needs)
    gone = read(bodies.order(cancelled_at="2026-11-23T08:55:00+09:00"), "orders/cancelled")
    assert isinstance(gone, Draft)
    assert gone.cancelled


@pytest.mark.parametrize(
    ("header", "value"),
    [("Shopify-Topic", "shop/redact"), ("Shopify-Shop-Domain", "other.myshopify.com")],
)
def test_two_families_of_headers_that_contradict_each_other_are_refused(
    header: str, value: str
) -> None:
    """A proxy or a cache may add one; nobody can say which of them is meant."""
    with pytest.raises(NotAnOrder):
        read(bodies.order(), "orders/create", **{header: value})


def test_two_families_that_agree_are_read() -> None:
    """Shopify sends both while it changes over."""
    assert isinstance(
        read(bodies.order(), "orders/create", **{"Shopify-Topic": "orders/create"}), Needs
    )
