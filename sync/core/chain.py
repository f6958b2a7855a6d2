"""The hash chain of an event log: equal chain at equal seq means equal history.

Bodies enter by their salted hash only: body and salt can be dropped, the chain still verifies.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

SALT_BYTES = 16
_GENESIS = b"store-edge log 1\n"


class Envelope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All of an event that the chain covers; the body stands in by its hash (hex)."""

    seq: int
    kind: str
    version: int
    aggregate_id: str
    at: str
    hlc: str
    clock_state: str
    by: str
    origin: str
    body_hash: str
    original_id: str = ""


_encode = msgspec.json.Encoder().encode


def genesis(epoch: str) -> bytes:
    """The link before the first event of an epoch."""
    return sha256(_GENESIS + epoch.encode()).digest()


def body_hash(salt: bytes, body: bytes) -> str:
    """What the chain holds of a body. The salt keeps short bodies from being guessed."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return sha256(salt + body).hexdigest()


def link(previous: bytes, envelope: Envelope) -> bytes:
    """The chain value at `envelope`, from the value before it."""
    return sha256(previous + _encode(envelope)).digest()


def event_id(at_birth: bytes) -> str:
    """The id of an event, from its link at birth: a restored log never repeats one."""
    return at_birth[:16].hex()
