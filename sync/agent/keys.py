"""The store's own key: made on the device, kept in a file that only the service can read."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

FILE_NAME = "store-key.pem"


def load(home: Path) -> Ed25519PrivateKey | None:
    """The key in `home`, or None before enrolment."""
    path = home / FILE_NAME
    if not path.exists():
        return None
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds another kind of key")
    return key


def make(home: Path) -> Ed25519PrivateKey:
    """The key in `home`, made now if there is none; on disk before it is used."""
    if (known := load(home)) is not None:
        return known
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = home / f"{FILE_NAME}.new"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, text)
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(home / FILE_NAME)
    return key
