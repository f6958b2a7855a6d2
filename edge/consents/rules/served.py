"""The mark of a text that was shown: which, when, and what was known to be withdrawn.

It is not stored when a page is shown, only when it is answered: the mark carries what is needed and
a MAC of this store, so that an answer can be bound to it without a write for every look at a page.
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from edge.consents.rules.notices import Notice, newest, of_version
from edge.consents.rules.purposes import Purpose
from edge.consents.rules.refusals import NoticeOutdated, NoticeUnknown

GOOD_FOR = timedelta(minutes=15)
SLOT_SECONDS = 300
MAC_LENGTH = 24
# For purposes that last until withdrawn the mark carries this, and nobody looks at it.
MINUTES = 240


class Served(msgspec.Struct, frozen=True):
    """A text as it was shown; `known` is the number of the newest withdrawal known then.

    `minutes` is how long a yes to it holds, as the text said.
    """

    served_id: str
    notice: Notice
    shown_at: datetime
    known: int
    minutes: int = MINUTES


def serve(
    purpose: Purpose,
    lang: str,
    *,
    order_id: str,
    known: int,
    now: datetime,
    pepper: bytes,
    minutes: int = MINUTES,
) -> Served | None:
    """The text to show now. The mark stays the same for five minutes, so that pages can be cached."""
    notice = newest(purpose, lang)
    if notice is None:
        return None
    at = int(now.timestamp()) // SLOT_SECONDS * SLOT_SECONDS
    head = f"{purpose}.{notice.version}.{notice.lang}.{at}.{known}.{minutes}"
    served_id = f"{head}.{_mac(head, notice, order_id, pepper)}"
    return Served(served_id, notice, datetime.fromtimestamp(at, UTC), known, minutes)


def read(served_id: str, *, order_id: str, now: datetime, pepper: bytes) -> Served:
    """What was shown under this mark; refused if we did not show it, or too long ago."""
    head, _, mac = served_id.rpartition(".")
    notice, at, known, minutes = _parts(head)
    if not hmac.compare_digest(_mac(head, notice, order_id, pepper), mac):
        raise NoticeUnknown
    shown_at = datetime.fromtimestamp(at, UTC)
    if not timedelta(0) <= now - shown_at <= GOOD_FOR:
        raise NoticeOutdated
    return Served(served_id, notice, shown_at, known, minutes)


def _parts(head: str) -> tuple[Notice, int, int, int]:
    parts = head.split(".")
    if len(parts) != 6 or not all(
        part.isdecimal() and len(part) < 12 for part in (parts[1], *parts[3:])
    ):
        raise NoticeUnknown
    notice = of_version(parts[0], int(parts[1]), parts[2])
    if notice is None:
        raise NoticeUnknown
    return notice, int(parts[3]), int(parts[4]), int(parts[5])


def _mac(head: str, notice: Notice, order_id: str, pepper: bytes) -> str:
    told = f"served-notice\n{head}\n{notice.text_hash}\n{order_id}".encode()
    return hmac.new(pepper, told, sha256).hexdigest()[:MAC_LENGTH]
