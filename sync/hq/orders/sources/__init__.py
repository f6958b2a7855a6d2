"""The shop systems that HQ can read. A new one is a file with these functions, and a line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sync.hq.orders.rules.calls import Ask, Call, Shop
from sync.hq.orders.rules.draft import Draft, Ignored, Needs, PrivacyAsked
from sync.hq.orders.sources import shopify, woocommerce


class Source(Protocol):
    """A pure reader of one shop system's messages; it refuses by raising a Refusal."""

    def read(
        self, headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], shop: Shop
    ) -> Draft | Needs | Ignored | PrivacyAsked:
        """What a message says, once its signature holds."""

    def complete(self, known: Draft, fetched: Sequence[bytes]) -> Draft | Ignored:
        """What the fetched answers say of an order; CallFailed when they cannot be read."""

    def step(self, call: Call, pages: Sequence[bytes], shop: Shop) -> Ask | None:
        """The next request of a call after these answers, or None when it is done."""

    def sign(self, token: str) -> dict[str, str]:
        """The headers by which the shop knows HQ."""

    def checked(self, shop: Shop) -> Shop:
        """A shop's settings, made whole; WrongShopWords for what this shop system does not have."""


SOURCES: dict[str, Source] = {
    "woocommerce": woocommerce,
    "shopify": shopify,
}
