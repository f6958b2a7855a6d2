"""The handover code: eight characters that stand for a pass, on screen, in a QR code or spoken."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from edge.orders.rules.handover_refusals import CodeUnreadable
from sync.core import base32

LENGTH = 8
_CODE = re.compile(f"^[{base32.ALPHABET}]{{{LENGTH}}}$")
_PAYLOAD = re.compile(r"^SE\.([A-Z0-9]{1,8})\.(.+)$")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner or a keyboard gave us; `store_code` is "" when only the code was typed."""

    code: str
    store_code: str = ""


def handover_code(pepper: bytes, token_hash: str) -> str:
    """The code of a pass: only this store's pepper makes it, only the pass's holder sees it."""
    mac = hmac.digest(pepper, b"handover:" + token_hash.encode(), "sha256")
    return base32.encode(mac[:5])


def pass_token(pepper: bytes, order_id: str) -> str:
    """The pass token of an order taken in the store itself: made anew each time, never kept."""
    return base32.encode(hmac.digest(pepper, b"pass:" + order_id.encode(), "sha256")[:16])


def token_hash(token: str) -> str:
    """What is kept of a pass token."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_tag(pepper: bytes, code: str) -> str:
    """What is kept to find an order by its code: of no use to somebody who only has the file."""
    return hmac.digest(pepper, b"lookup:" + code.encode(), hashlib.sha256).hex()[:32]


def qr_payload(store_code: str, code: str) -> str:
    """The text of the QR code on the pass: short, upper case, with the store it is for."""
    return f"SE.{store_code}.{code}"


def read_scan(text: str) -> Scan:
    """What was scanned or typed, with the usual slips mended (O for 0, I or L for 1, spaces)."""
    raw = text.strip().upper()
    found = _PAYLOAD.match(raw)
    store_code, typed = (found[1], found[2]) if found else ("", raw)
    code = base32.normalise(typed)
    if not _CODE.match(code):
        raise CodeUnreadable
    return Scan(code, store_code)
