"""Password hashing: argon2id at the size that OWASP advises for a web service (19 MiB, 2 passes)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from sync.hq.people.rules import as_hashed

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified when the login is unknown, so that an answer takes as long as for a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c3RvcmUtZWRnZS1ub2JvZHk$kqOzCGkM9RUI6YDuvUDwqLLv2qDq8iGZ4Vn8zZ5m5hE"


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(as_hashed(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password; takes its time also when nothing is kept."""
    try:
        _hasher.verify(kept or _NOBODY, as_hashed(password))
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None
