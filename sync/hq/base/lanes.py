"""Who waits for whom on PostgreSQL, where several workers write at once.

Every unit is written as if it were alone: it reads, decides and writes. On SQLite it is alone. On PostgreSQL
a unit is alone too, unless it names a lane: the one thing that it reads and writes, such as a store's log.
Units of one lane come one after the other; units of different lanes run side by side, and a unit without a
lane waits for all of them and holds all of them up. What a unit in a lane decides about anything else
(a person's consent, say) it holds first, by name. So the safe way is the one that needs no thought, and only
the hot paths are concurrent.

These are advisory locks that end with the transaction: nothing of a session, so PgBouncer may pool
transactions. A statement after a lock sees what was committed before it (READ COMMITTED).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from sqlalchemy import Connection

POSTGRESQL = "postgresql"
# All locks of ours in one database; made of letters, so that it is known in pg_locks.
WHOLE_HQ = int.from_bytes(b"edge-hq!")
MIGRATING = int.from_bytes(b"edge-mig")

_BEGIN = (
    "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true),"
    " set_config('idle_in_transaction_session_timeout', %s, true), {lock},"
    " pg_current_xact_id()::text"
)
_ALONE = _BEGIN.format(lock="pg_advisory_xact_lock(%s)")
_IN_LANE = _BEGIN.format(lock="pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(%s)")


def number(name: str) -> int:
    """The lock behind a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)


def begin(connection: Connection, lane: str, *, seconds: int) -> str:
    """Wait for our turn; the transaction's own id, by which its fate can be asked later."""
    limit = f"{seconds}s"
    held = (WHOLE_HQ, number(f"lane:{lane}")) if lane else (WHOLE_HQ,)
    given = (limit, limit, limit, *held)
    row = connection.exec_driver_sql(_IN_LANE if lane else _ALONE, given).one()
    return str(row[-1])


def hold(connection: Connection, names: Sequence[str]) -> None:
    """Wait until nobody else holds these names. Taken in one order everywhere, so that two units cannot cross."""
    numbers = sorted({number(name) for name in names})
    connection.exec_driver_sql(
        "SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) AS n", (numbers,)
    )
