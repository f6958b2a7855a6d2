"""Ids and chance: UUIDv7 inside, Crockford base32 tokens for people and phones.

UUIDv7 layout: RFC 9562 section 5.7. Base32 alphabet: Douglas Crockford, without I, L, O, U.
"""

from __future__ import annotations

import base64
import random
import secrets
from datetime import datetime
from typing import Protocol

_CROCKFORD = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "="
)


class Ids(Protocol):
    """The only way to ask for chance."""

    def uuid7(self, now: datetime) -> str:
        """A time-ordered unique id, 36 characters."""

    def token(self, n_bytes: int = 16) -> str:
        """An unguessable token of `n_bytes` in Crockford base32, upper case."""

    def bytes(self, n: int) -> bytes:
        """`n` unguessable bytes."""

    def uniform(self, low: float, high: float) -> float:
        """A number between `low` and `high`, for jitter only."""


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().translate(_CROCKFORD)


def _uuid7(now: datetime, chance: int) -> str:
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    number = (
        milliseconds << 80
        | 0x7 << 76
        | (chance >> 62 & 0xFFF) << 64
        | 0b10 << 62
        | chance & ((1 << 62) - 1)
    )
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class SystemIds:
    """Chance from the operating system."""

    def uuid7(self, now: datetime) -> str:
        """See Ids."""
        return _uuid7(now, secrets.randbits(74))

    def token(self, n_bytes: int = 16) -> str:
        """See Ids."""
        return _base32(secrets.token_bytes(n_bytes))

    def bytes(self, n: int) -> bytes:
        """See Ids."""
        return secrets.token_bytes(n)

    def uniform(self, low: float, high: float) -> float:
        """See Ids."""
        return secrets.SystemRandom().uniform(low, high)


class SeededIds:
    """For tests and simulation: the same seed gives the same ids."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def uuid7(self, now: datetime) -> str:
        """See Ids."""
        return _uuid7(now, self._random.getrandbits(74))

    def token(self, n_bytes: int = 16) -> str:
        """See Ids."""
        return _base32(self._random.randbytes(n_bytes))

    def bytes(self, n: int) -> bytes:
        """See Ids."""
        return self._random.randbytes(n)

    def uniform(self, low: float, high: float) -> float:
        """See Ids."""
        return self._random.uniform(low, high)
