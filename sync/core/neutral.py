"""The neutral order: what a store needs to know of an order from any shop system."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from sync.core.instants import FARTHEST, of_our_time

MAX_LINES = 200
# The largest number that JSON readers and databases of every kind keep exactly.
MAX_REVISION = 2**53 - 1

# No control characters: they forge lines in logs, and PostgreSQL keeps no NUL. "$" alone lets a last "\n" through.
PLAIN = r"^[^\x00-\x1f\x7f]*$(?!\n)"
Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=PLAIN)]
Instant = Annotated[datetime, Meta(tz=True)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
LanguageTag = Annotated[str, Meta(pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$(?!\n)")]
TokenHash = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$(?!\n)")]


class NeutralLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sku of an order, with a name to fall back on while the catalogue does not know it."""

    line_no: Annotated[int, Meta(ge=1, le=9999)]
    sku: Key
    name: Annotated[str, Meta(max_length=200, pattern=PLAIN)]
    qty: Annotated[int, Meta(ge=1, le=999)]
    unit_price_minor: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    age_check: bool = False
    substitute_allowed: bool = False


class NeutralOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One pickup order for one store; `revision` grows with each change the source tells of."""

    order_id: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$(?!\n)")]
    source: Key
    source_id: Key
    shown_number: Annotated[str, Meta(max_length=40, pattern=PLAIN)]
    store_id: Key
    customer_key: Key
    customer_name: Annotated[str, Meta(max_length=80, pattern=PLAIN)]
    lines: Annotated[list[NeutralLine], Meta(min_length=1, max_length=MAX_LINES)]
    promise_at: Instant
    hold_until: Instant
    token_hash: TokenHash
    placed_at: Instant
    currency: Currency
    revision: Annotated[int, Meta(ge=1, le=MAX_REVISION)] = 1
    cancelled: bool = False
    lang: LanguageTag = "en"

    def __post_init__(self) -> None:
        """Refuse what no single field shows: doubled line numbers, a hold before its promise."""
        of_our_time(self.promise_at, self.placed_at)
        of_our_time(self.hold_until, latest=FARTHEST)
        numbers = [line.line_no for line in self.lines]
        if len(set(numbers)) != len(numbers):
            raise ValueError("line numbers must differ")
        if self.hold_until < self.promise_at:
            raise ValueError("hold_until must not be before promise_at")
