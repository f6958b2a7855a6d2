"""Idempotency keys: the same request twice has the effect of once and the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sync.core.errors import Refusal


class KeyReused(Refusal):
    """The same idempotency key came with another request."""

    code = "key_reused"
    status = 409
    sentence = "This key was used for another request before. Nothing was changed."


@dataclass(frozen=True)
class Key:
    """Who asks (`scope`), the key they chose, and the hash of what they asked."""

    scope: str
    key: str
    asked_hash: str

    def refuse_other(self, asked_hash: str) -> None:
        """KeyReused when the key came first with another request."""
        if asked_hash != self.asked_hash:
            raise KeyReused


@dataclass(frozen=True)
class FirstAnswer:
    """An answer given before, as JSON builtins."""

    value: Any
