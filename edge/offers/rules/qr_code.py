"""Printed codes: bare ids that this store resolves, and what a scanner may give us instead."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from edge.offers.rules.refusals import UnknownCode, WrongStore
from sync.core import base32

OFFER, PRODUCT, BAY, DOOR, KIOSK = "offer", "product", "bay", "door", "kiosk"
KINDS = (OFFER, PRODUCT, BAY, DOOR, KIOSK)
LENGTH = 8
LONGEST_URL = 44
_CODE = re.compile(f"^[{base32.ALPHABET}]{{{LENGTH}}}$")
_PATH = re.compile(r"^/q/([^/]{1,40})$", re.IGNORECASE)


class QrCode(msgspec.Struct, frozen=True, kw_only=True):
    """What a printed code stands for: `ref` is an offer id, a sku, or the number of a bay, door or kiosk."""

    code: str
    kind: str
    ref: str


def url(host: str, code: str) -> str:
    """The text of the printed code: upper case, so that it needs one version less."""
    return f"HTTPS://{host.upper()}/Q/{code}"


def read(text: str, host: str) -> str:
    """The code in what was scanned or typed; UnknownCode or WrongStore when it is not one of ours."""
    raw = text.strip()
    if "://" in raw:
        raw = _from_url(raw, host)
    code = base32.normalise(raw)
    if not _CODE.match(code):
        raise UnknownCode
    return code


def _from_url(scanned: str, host: str) -> str:
    try:
        parts = urlsplit(scanned)
    except ValueError:
        raise UnknownCode from None
    found = _PATH.match(parts.path)
    if not found:
        raise UnknownCode
    if parts.netloc.lower() != host.lower():
        raise WrongStore
    return found[1]
