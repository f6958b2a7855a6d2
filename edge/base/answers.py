"""First answers by idempotency key, as the store keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from edge.base import times
from sync.core.answers import FirstAnswer, Key

if TYPE_CHECKING:
    from edge.base.unit import Unit

KEPT = timedelta(days=3)


def remembered(unit: Unit, key: Key) -> FirstAnswer | None:
    """The first answer to this key, or None; KeyReused when it was another request."""
    row = unit.row(
        "SELECT asked_hash, answer FROM answers WHERE scope = ? AND key = ?", (key.scope, key.key)
    )
    if row is None:
        return None
    key.refuse_other(row["asked_hash"])
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
