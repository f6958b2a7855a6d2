"""Which of several front doors a store belongs to, and which come next when that one is away.

Rendezvous hashing (Thaler and Ravishankar, 1998): each door is weighed against the store's public name, and the
heaviest has it. HQ, every door and every store come to the same order from the same list, without asking anybody;
when a door goes, only its own stores move, spread over all that are left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sync.protocol.relay import host_name


def in_order(host: str, doors: Iterable[str]) -> list[str]:
    """The doors (their inner addresses) for a public name, its own first."""
    name = host_name(host)
    return sorted(doors, key=lambda door: _weight(door, name), reverse=True)


def listed(text: str) -> list[str]:
    """The addresses of a setting: separated by commas, each once, as one spelling."""
    found = (each.strip().rstrip("/").lower() for each in text.split(","))
    return list(dict.fromkeys(each for each in found if each))


def door_name(address: str) -> str:
    """What a ticket calls a door: the stores that carry it need not know where it stands behind its proxy."""
    return hashlib.sha256(b"store-edge door\n" + address.encode()).hexdigest()[:16]


def _weight(door: str, name: str) -> bytes:
    return hashlib.sha256(f"{door}\n{name}".encode()).digest()
