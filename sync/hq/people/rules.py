"""Who may sign in to HQ: roles, sessions that end by themselves, guessing that gets slower."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from sync.core import base32
from sync.core.errors import NotFound, Refusal

LONGEST_WAIT_SECONDS = 300.0
FORGOTTEN_AFTER = 4 * timedelta(seconds=LONGEST_WAIT_SECONDS)
SHORTEST_PASSWORD = 12
# By so much a clock may be corrected backwards while people work.
CLOCK_STEP = timedelta(minutes=5)
# A one-time password may lie in somebody's inbox over a weekend; choosing one's own takes minutes.
ONE_TIME_LIFE, TICKET_LIFE = timedelta(hours=72), timedelta(minutes=10)
ONE_TIME_BYTES = 10

Role = Literal["viewer", "manager", "admin"]
Login = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._@-]{1,63}$(?!\n)")]
PersonName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Password = Annotated[str, msgspec.Meta(max_length=200)]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works at HQ."""

    person_id: str
    login: str
    name: str
    role: Role
    disabled: bool = False


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in, seen last at some moment (real time: business time may be rehearsed)."""

    person_id: str
    opened_at: datetime
    seen_at: datetime

    def has_ended(self, now: datetime, *, idle: timedelta, longest: timedelta) -> bool:
        """Whether it is too old, was left alone too long, or began after now: a clock set back revives nothing."""
        is_ahead = self.seen_at - now > CLOCK_STEP
        return is_ahead or now - self.seen_at > idle or now - self.opened_at > longest


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in as people see it; `session_id` opens nothing."""

    session_id: str
    opened_at: datetime
    seen_at: datetime


class SignInRefused(Refusal):
    """Unknown login, wrong password and disabled person answer alike."""

    code = "sign_in_refused"
    status = 401
    sentence = "This login and password do not go together."


class SignInTooSoon(Refusal):
    """Another try before the wait is over."""

    code = "sign_in_too_soon"
    status = 429
    sentence = "Too many tries. Please wait {seconds} seconds and try again."


class SetupDone(Refusal):
    """The first admin exists already."""

    code = "setup_done"
    status = 409
    sentence = "HQ has been set up already. Please sign in."


class WrongSetupCode(Refusal):
    """Not the code that HQ printed at its first start."""

    code = "wrong_setup_code"
    status = 403
    sentence = "This is not the setup code that HQ printed when it started."


class WeakPassword(Refusal):
    """Too easy to guess."""

    code = "weak_password"
    status = 422
    sentence = "A password needs at least 12 characters, and not the login in it."


class OneTimeOver(Refusal):
    """A one-time password that nobody used in time."""

    code = "one_time_over"
    status = 401
    sentence = "This one-time password has ended. Ask an admin for a new one."


class TicketOver(Refusal):
    """Too long between the one-time password and one's own."""

    code = "ticket_over"
    status = 401
    sentence = "That took too long. Please sign in with the one-time password again."


class PersonUnknown(NotFound):
    """Nobody of this id."""

    code = "person_unknown"
    sentence = "Nobody like this works here."


class WrongPassword(Refusal):
    """Their own password, asked once more, was not right."""

    code = "wrong_password"
    status = 403
    sentence = "Your present password is not right, so nothing was changed."


class LoginTaken(Refusal):
    """Two people cannot share a login."""

    code = "login_taken"
    status = 409
    sentence = "Somebody has the login {login} already."


class LastAdmin(Refusal):
    """Nobody could let people in any more."""

    code = "last_admin"
    status = 409
    sentence = "This is the last admin. Make somebody else an admin first."


class Failures(msgspec.Struct, frozen=True, kw_only=True):
    """Tries in a row that did not let anybody in, and when the last one was (real time)."""

    count: int = 0
    last_at: datetime | None = None

    def one_more(self, now: datetime) -> Failures:
        """Counted before the password is looked at, so that many at once gain nothing; SignInTooSoon in a wait."""
        passed = 0.0 if self.last_at is None else (now - self.last_at).total_seconds()
        # A clock set back would make the wait as long as its step: nobody waits longer than the longest wait.
        left = (
            0.0 if passed < -LONGEST_WAIT_SECONDS else wait_seconds(self.count) - max(0.0, passed)
        )
        if left > 0:
            raise SignInTooSoon(seconds=int(left) + 1)
        is_old = passed > FORGOTTEN_AFTER.total_seconds()
        return Failures(count=1 if is_old else self.count + 1, last_at=now)


def wait_seconds(failures: int) -> float:
    """How long to wait after so many wrong passwords in a row: 1, 2, 4 ... 300 s, never for ever."""
    if failures <= 0:
        return 0.0
    return float(min(2 ** min(failures - 1, 20), LONGEST_WAIT_SECONDS))


def check_password(login: str, password: str) -> None:
    """Refuse a password that is too easy to guess."""
    if len(password) < SHORTEST_PASSWORD or login.lower() in password.lower():
        raise WeakPassword


def as_hashed(password: str) -> str:
    """One spelling of a password, whichever keyboard wrote it."""
    return unicodedata.normalize("NFKC", password)


def token_hash(token: str) -> str:
    """What is kept of a session token or a code: enough to know it again, nothing to use."""
    return hashlib.sha256(base32.normalise(token).encode()).hexdigest()
