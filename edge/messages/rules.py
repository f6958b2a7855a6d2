"""What is true of notices: service or promotion, for whom, and until when they are still true."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sync.core.errors import Refusal
from sync.core.event import Event


class NoticeClass(StrEnum):
    """Service notices belong to the order; promotion needs a consent of its own."""

    SERVICE = "service"
    PROMOTIONAL = "promotional"


class NoticeKind(StrEnum):
    """What a notice tells its customer."""

    READY = "ready"
    BRINGING = "bringing"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    SHORT = "short"
    HOLD_ENDS = "hold_ends"
    OFFER = "offer"


# How long each notice is still true. Nobody hears today that yesterday's order is ready.
GOOD_FOR = {
    NoticeKind.READY: timedelta(hours=4),
    NoticeKind.BRINGING: timedelta(minutes=10),
    NoticeKind.CANCELLED: timedelta(hours=24),
    NoticeKind.NO_SHOW: timedelta(hours=24),
    NoticeKind.SHORT: timedelta(hours=4),
    NoticeKind.HOLD_ENDS: timedelta(minutes=30),
    NoticeKind.OFFER: timedelta(minutes=30),
}
_PROMOTION = {NoticeKind.OFFER}
# How long before the end of a hold its customer is reminded: enough to come, and short of nagging.
HOLD_WARNING = GOOD_FOR[NoticeKind.HOLD_ENDS]
# Nobody is woken for an offer: from nine in the evening to eight in the morning, by the store's clock.
QUIET_FROM, QUIET_UNTIL = 21, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell the customer of one order; the words are made where it is shown."""

    order_id: str
    kind: NoticeKind
    notice_class: NoticeClass
    made_at: datetime
    good_until: datetime
    sent_at: datetime | None = None


class NoticeMade(Event, frozen=True, kw_only=True):
    """There is something to tell the customer of an order."""

    aggregate: ClassVar[str] = "order_id"
    order_id: str
    notice_kind: str
    notice_class: str


class PromotionNotAllowed(Refusal):
    """A promotion for somebody who did not agree to any."""

    code = "promotion_not_allowed"
    status = 403
    sentence = "This customer has not agreed to be told of offers."


def make(order_id: str, kind: NoticeKind, *, at: datetime, may_promote: bool = False) -> Notice:
    """A notice with its class and its end; promotion only where it is allowed."""
    promotes = kind in _PROMOTION
    if promotes and not may_promote:
        raise PromotionNotAllowed
    return Notice(
        order_id=order_id,
        kind=kind,
        notice_class=NoticeClass.PROMOTIONAL if promotes else NoticeClass.SERVICE,
        made_at=at,
        good_until=at + GOOD_FOR[kind],
    )


def may_be_told(notice: Notice, at: datetime, *, hour: int, may_promote: bool) -> bool:
    """Whether a notice may be told now: still true; a promotion also only by consent, and never in quiet hours."""
    if not is_good(notice, at):
        return False
    is_quiet = hour >= QUIET_FROM or hour < QUIET_UNTIL
    return notice.notice_class is NoticeClass.SERVICE or (may_promote and not is_quiet)


def is_good(notice: Notice, at: datetime) -> bool:
    """Whether it is still true."""
    return at < notice.good_until
