"""Codes that people read and type: Crockford base32 (no I, L, O, U), upper case.

Source: Douglas Crockford, "Base 32". Bits are taken from the front, as RFC 4648 section 6 does.
"""

from __future__ import annotations

import base64

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FROM_RFC4648 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET, "=")
_AS_TYPED = str.maketrans("OIL", "011", " -")


def encode(raw: bytes) -> str:
    """`raw` in Crockford base32 without padding; 5 bytes give 8 characters, 16 give 26."""
    return base64.b32encode(raw).decode().translate(_FROM_RFC4648)


def normalise(typed: str) -> str:
    """What somebody typed, as it was meant: upper case, O as 0, I and L as 1, no spaces or dashes."""
    return typed.upper().translate(_AS_TYPED)
