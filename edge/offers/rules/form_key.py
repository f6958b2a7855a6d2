"""The key that a page renders into its form: one form is one redemption, however often it is sent."""

from __future__ import annotations

import hmac
import re

from edge.offers.rules.refusals import FormUnknown
from sync.core import base32

_KEY = re.compile(f"^[{base32.ALPHABET}]{{16,40}}\\.[{base32.ALPHABET}]{{16}}$")


def make(pepper: bytes, code: str, token: str) -> str:
    """The key for one rendering of the page of `code`."""
    return f"{token}.{_seal(pepper, code, token)}"


def token_of(pepper: bytes, code: str, key: str) -> str:
    """The token in a key that came back; FormUnknown when we did not make it for this page."""
    if not _KEY.match(key):
        raise FormUnknown
    token, _, seal = key.partition(".")
    if not hmac.compare_digest(seal, _seal(pepper, code, token)):
        raise FormUnknown
    return token


def shopper_key(pepper: bytes, offer_id: str, token: str) -> str:
    """A pseudonym for whoever holds this token; another one for each offer, so that nothing links them."""
    return hmac.digest(pepper, f"shopper:{offer_id}:{token}".encode(), "sha256").hex()[:32]


def _seal(pepper: bytes, code: str, token: str) -> str:
    mac = hmac.digest(pepper, f"form:{code}:{token}".encode(), "sha256")
    return base32.encode(mac[:10])
