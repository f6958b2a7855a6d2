"""Signatures in the run. Real ones take more than half of its time: most seeds use a seal that binds the same words.

The seal covers what the signature covers: target, packed body, nonce, sequence and key. HQ's own route checks it,
where `sync.protocol.signature.verify` stands. Every tenth seed, every scenario and every enrolment signs for real.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.agent.enrolling import KEY_ID
from sync.hq.stores.web import sync as route
from sync.protocol import signature
from sync.protocol.refusals import SignatureRefused
from sync.protocol.signature import Signed

_SEAL, _NONCE, _SEQUENCE, _KEY = "Sim-Seal", "Sync-Nonce", "Sync-Sequence", "Sim-Key"
_quick = False


def use(*, quick: bool) -> None:
    """From now on seal, or sign."""
    global _quick  # noqa: PLW0603 - one process plays one run at a time
    _quick = quick
    route.verify = _verify if quick else signature.verify


def sign(
    key: Ed25519PrivateKey,
    *,
    key_id: str,
    url: str,
    body: bytes,
    nonce: str,
    sequence: int,
    created: datetime,
) -> dict[str, str]:
    """See sync.protocol.signature.sign."""
    if not _quick or key_id == KEY_ID:
        return signature.sign(
            key, key_id=key_id, url=url, body=body, nonce=nonce, sequence=sequence, created=created
        )
    target = url.partition("//")[2].partition("/")[2]
    seal = _sealed(key.public_key(), f"/{target}", body, f"{key_id} {nonce} {sequence}")
    return {_SEAL: seal, _NONCE: nonce, _SEQUENCE: str(sequence), _KEY: key_id}


def _verify(
    *,
    base_url: str,
    target: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    key_of: Callable[[str], Ed25519PublicKey | None],
) -> Signed:
    lines = dict(headers)
    if _SEAL not in lines:
        return signature.verify(
            base_url=base_url, target=target, headers=lines.items(), body=body, key_of=key_of
        )
    key_id, nonce, sequence = lines[_KEY], lines[_NONCE], lines[_SEQUENCE]
    key = key_of(key_id)
    expected = key and _sealed(key, target, body, f"{key_id} {nonce} {sequence}")
    if not expected or not hmac.compare_digest(expected, lines[_SEAL]):
        raise SignatureRefused(reason="it does not match")
    return Signed(key_id, nonce, int(sequence))


def _sealed(key: Ed25519PublicKey, target: str, body: bytes, rest: str) -> str:
    words = f"{target}\n{rest}\n".encode()
    return hmac.new(key.public_bytes_raw(), words + body, sha256).hexdigest()
