"""The shop systems that HQ can read. A new one is a file with `read` and `complete`, and a line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sync.hq.orders.rules.draft import Draft, Ignored, Needs
from sync.hq.orders.sources import woocommerce


class Source(Protocol):
    """A pure reader of one shop system's messages; it refuses by raising a Refusal."""

    def read(
        self, headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str]
    ) -> Draft | Needs | Ignored:
        """What a message says, once its signature holds."""

    def complete(self, needs: Needs, fetched: bytes) -> Draft | Ignored:
        """What the fetched order says."""


SOURCES: dict[str, Source] = {
    "woocommerce": woocommerce,
}
