"""First answers by idempotency key: the same request twice has the effect of once and the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from edge.base import times
from sync.core.errors import Refusal

if TYPE_CHECKING:
    from edge.base.unit import Unit

KEPT = timedelta(days=3)


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


@dataclass(frozen=True)
class FirstAnswer:
    """An answer given before, as JSON builtins."""

    value: Any


def remembered(unit: Unit, key: Key) -> FirstAnswer | None:
    """The first answer to this key, or None; KeyReused when it was another request."""
    row = unit.row(
        "SELECT asked_hash, answer FROM answers WHERE scope = ? AND key = ?", (key.scope, key.key)
    )
    if row is None:
        return None
    if row["asked_hash"] != key.asked_hash:
        raise KeyReused
    return FirstAnswer(msgspec.json.decode(row["answer"]))


def remember(unit: Unit, key: Key, result: Any) -> Any:
    """Store the answer with the work itself; returns it as JSON builtins, as any replay will."""
    answer = msgspec.json.encode(result)
    unit.execute(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
        (key.scope, key.key, key.asked_hash, answer, times.text(unit.now)),
    )
    return msgspec.json.decode(answer)


def forget_before(unit: Unit, at: datetime) -> int:
    """Forget answers given before `at`; returns how many."""
    return unit.execute("DELETE FROM answers WHERE at < ?", (times.text(at),)).rowcount
