"""What customers allowed and took back: evidence without names."""

from datetime import datetime
from typing import ClassVar

from sync.core.event import Event


class ConsentGranted(Event, frozen=True, kw_only=True):
    """A "yes", bound to the text that was shown and to the withdrawals known then."""

    aggregate: ClassVar[str] = "customer_key"

    customer_key: str
    purpose: str
    order_id: str
    grant_id: str
    granted_at: datetime
    expires_at: datetime | None
    notice_version: str
    notice_hash: str
    lang: str
    value_offer: str
    served_id: str
    shown_at: datetime
    how: str
    seen: tuple[str, ...] = ()


class ConsentRefused(Event, frozen=True, kw_only=True):
    """A "no" to a card: it is not shown again for this order."""

    aggregate: ClassVar[str] = "customer_key"

    customer_key: str
    purpose: str
    order_id: str
    served_id: str


class ConsentWithdrawn(Event, frozen=True, kw_only=True):
    """A permission taken back, or forbidden beforehand; nothing granted before it counts any more."""

    aggregate: ClassVar[str] = "customer_key"

    customer_key: str
    purpose: str
    order_id: str
    withdrawal_id: str
    how: str


class ConsentExpired(Event, frozen=True, kw_only=True):
    """The order that a permission was for is over."""

    aggregate: ClassVar[str] = "order_id"

    order_id: str
    purpose: str
