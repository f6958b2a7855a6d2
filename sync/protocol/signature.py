"""Every sync request is signed by the store's own key (RFC 9421, Ed25519).

A Pi has no clock worth trusting, so nothing here looks at the age of a signature: freshness comes
from HQ's nonce and a growing sequence. The authority comes from settings, not from a Host header.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    VerifyResult,
)
from http_message_signatures.algorithms import ED25519

from sync.protocol.refusals import SignatureRefused

LABEL = "store-edge"
TAG = "store-edge-sync-1"
NONCE = "sync-nonce"
SEQUENCE = "sync-sequence"
COVERED = (
    "@method",
    "@authority",
    "@path",
    "@query",
    "content-digest",
    "content-encoding",
    NONCE,
    SEQUENCE,
)
# What stands for the nonce while there is none yet: at hello and enrolment.
NO_NONCE = "hello"


class WrongAddress(ValueError):
    """HQ's address is none that a request could be sent to."""


class Signed(NamedTuple):
    """What a verified signature vouches for."""

    key_id: str
    nonce: str
    sequence: int


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
    """The headers to send with `body` (packed already) as a POST to `url`."""
    message = _Message(url, [])
    message.headers["Content-Type"] = "application/json"
    message.headers["Content-Encoding"] = "gzip"
    message.headers[NONCE] = nonce
    message.headers[SEQUENCE] = str(sequence)
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OwnKey(key))
    try:
        signer.sign(
            message,
            key_id=key_id,
            created=created,
            label=LABEL,
            tag=TAG,
            covered_component_ids=COVERED,
            body=body,
        )
    except HTTPMessageSignaturesException as wrong:
        raise WrongAddress(url) from wrong
    return dict(message.headers.items())


def verify(
    *,
    base_url: str,
    target: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    key_of: Callable[[str], Ed25519PublicKey | None],
) -> Signed:
    """Who signed this POST. `target` and `body` are raw, as they came over the wire."""
    if not target.startswith("/"):
        raise SignatureRefused(reason="the target is not a path")
    message = _Message(base_url.rstrip("/") + target, list(headers))
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_KnownKeys(key_of))
    try:
        results = verifier.verify(
            message, max_age=None, expect_tag=TAG, require_components=COVERED, body=body
        )
    except HTTPMessageSignaturesException as refused:
        raise SignatureRefused(reason=str(refused) or "it does not match") from refused
    if len(results) != 1:
        raise SignatureRefused(reason="there must be exactly one")
    return _signed(results[0])


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as 64 hex digits."""
    return key.public_bytes_raw().hex()


def public_key(text: str) -> Ed25519PublicKey:
    """The key behind its hex digits."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))


def fingerprint(text: str) -> str:
    """Six digits of a public key that two people compare by reading them aloud."""
    number = int.from_bytes(sha256(bytes.fromhex(text)).digest()) % 1_000_000
    return f"{number:06d}"


def _signed(result: VerifyResult) -> Signed:
    sequence = result.covered_components[f'"{SEQUENCE}"']
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) < 16):
        raise SignatureRefused(reason="the sequence is not a number")
    nonce = result.covered_components[f'"{NONCE}"']
    return Signed(str(result.parameters["keyid"]), nonce, int(sequence))


class _Headers:
    """Header lines that keep repeats, as the library wants to see them."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        self._lines = lines

    def items(self) -> Iterable[tuple[str, str]]:
        return self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self._lines))

    def __contains__(self, name: str) -> bool:
        return any(line.lower() == name.lower() for line, _ in self._lines)

    def __setitem__(self, name: str, value: str) -> None:
        del self[name]
        self._lines.append((name, value))

    def __delitem__(self, name: str) -> None:
        self._lines[:] = [line for line in self._lines if line[0].lower() != name.lower()]


class _Message:
    """The view of a request that gets signed: sync only ever posts."""

    method = "POST"

    def __init__(self, url: str, lines: list[tuple[str, str]]) -> None:
        self.url = url
        self.headers = _Headers(lines)


class _Verifier(HTTPMessageVerifier):
    """One that believes no clock: its own or the store's."""

    max_clock_skew = timedelta(days=36_500)
    require_created = False


class _OwnKey(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, _key_id: str) -> Any:
        return self._key


class _KnownKeys(HTTPSignatureKeyResolver):
    def __init__(self, key_of: Callable[[str], Ed25519PublicKey | None]) -> None:
        self._key_of = key_of

    def resolve_public_key(self, key_id: str) -> Any:
        return self._key_of(key_id)
