"""What both ways of writing share: refusals, what is worth another try, and the answer to an idempotency key."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.core.answers import Key
from sync.core.errors import Refusal
from sync.hq.base.answers import remember, remembered
from sync.hq.base.rows import Unit

SLOW_COMMIT_SECONDS = 0.5
# PostgreSQL: serialization failure, deadlock, too many connections, a primary that became a standby.
_PASSING_STATES = frozenset({"40001", "40P01", "53300", "25006"})
# Connection failures; a server that stops, starts or crashed.
_PASSING_CLASSES = ("08", "57P")

# A statement, or the wait for a lock, was ended by its time limit: not tried again, because it would take as long.
_TOOK_TOO_LONG = frozenset({"57014", "55P03"})

# A character that no text can hold, as bytes or inside JSON; the driver finds most of them before the server does.
_NO_TEXT = frozenset({"22021", "22P05"})

log = logging.getLogger("hq.writer")


class StorageFailed(Refusal):
    """The disk or the database refused: nothing of this was kept."""

    code = "storage_failed"
    status = 503
    sentence = "HQ's database did not accept this. Nothing was changed; please try again."


class OutcomeUnknown(Refusal):
    """The database went away between a commit and its answer, and did not come back in time to be asked."""

    code = "outcome_unknown"
    status = 503
    sentence = "HQ's database went away before it said whether this was kept. Look before you do it again."


class ShuttingDown(Refusal):
    """The service is stopping and takes no new work."""

    code = "shutting_down"
    status = 503
    sentence = "The service is restarting. Nothing was changed; please try again in a moment."


class TextRefused(Refusal):
    """PostgreSQL cannot keep this text, nor look for it."""

    code = "text_refused"
    status = 422
    sentence = "A text holds a character that cannot be kept (NUL). Nothing was changed."


class DatabaseAway(Refusal):
    """The database server does not answer."""

    code = "database_away"
    status = 503
    sentence = "HQ's database cannot be reached. {problem}"


def as_refusal(error: DBAPIError | PoolTimeout) -> Refusal | None:
    """What to answer the caller when this is not the program's own fault."""
    if is_passing(error):
        return StorageFailed()
    assert isinstance(error, DBAPIError)
    state = getattr(error.orig, "sqlstate", None)
    if state in _TOOK_TOO_LONG:
        return StorageFailed()
    is_nul = state in _NO_TEXT or "NUL" in str(error.orig)
    return TextRefused() if is_nul else None


def is_passing(error: DBAPIError | PoolTimeout) -> bool:
    """Whether the same transaction may succeed when it is simply run again."""
    if isinstance(error, PoolTimeout):
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or _is_trouble_of_the_line(error.orig)
    return state in _PASSING_STATES or state.startswith(_PASSING_CLASSES)


def _is_trouble_of_the_line(problem: BaseException | None) -> bool:
    """SQLite says "locked"; psycopg gives no code when the server cannot be reached or went away."""
    if "database is locked" in str(problem):
        return True
    kind = type(problem)
    return kind.__module__.startswith("psycopg") and kind.__name__ == "OperationalError"


def work_with_key(unit: Unit, work: Callable[[Unit], Any], key: Key | None) -> Any:
    """The work's result; with a key that was answered before, the first answer."""
    if key is None:
        return work(unit)
    unit.hold(f"answer:{key.scope}:{key.key}")
    if (before := remembered(unit, key)) is not None:
        return before.value
    return remember(unit, key, work(unit))


def call_all(calls: list[Callable[[], None]]) -> None:
    """What follows a commit in memory."""
    for call in calls:
        try:
            call()
        except Exception:
            # The commit stands, and without the caller nothing would ever be written again.
            log.exception("what follows a commit in memory failed")
