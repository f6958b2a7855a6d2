"""First answers by idempotency key, as HQ keeps them."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.core.answers import FirstAnswer, Key
from sync.hq.base import times
from sync.hq.base.rows import Unit


def remembered(unit: Unit, key: Key) -> FirstAnswer | None:
    """The first answer to this key, or None; KeyReused when it was another request."""
    row = unit.row(
        "SELECT asked_hash, answer FROM answers WHERE scope = :scope AND key = :key",
        scope=key.scope,
        key=key.key,
    )
    if row is None:
        return None
    key.refuse_other(row["asked_hash"])
    return FirstAnswer(msgspec.json.decode(row["answer"]))


def remember(unit: Unit, key: Key, result: Any) -> Any:
    """Store the answer with the work itself; returns it as JSON builtins, as any replay will."""
    answer = msgspec.json.encode(result)
    unit.execute(
        "INSERT INTO answers (scope, key, asked_hash, answer, at)"
        " VALUES (:scope, :key, :asked_hash, :answer, :at)",
        scope=key.scope,
        key=key.key,
        asked_hash=key.asked_hash,
        answer=answer,
        at=times.text(unit.now),
    )
    return msgspec.json.decode(answer)
