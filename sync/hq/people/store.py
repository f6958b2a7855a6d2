"""What is remembered of HQ's people and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from sync.hq.base import times
from sync.hq.base.facts import fact, state
from sync.hq.base.rows import Reader, Unit
from sync.hq.base.schema import Migrations, create, run
from sync.hq.people.rules import FORGOTTEN_AFTER, Failures, OpenSession, Person, Role, Session

migrations = Migrations("people")
SESSION_ID_DIGITS = 16
_SETUP_CODE = "setup_code_hash"
_SETUP_START = "setup_code_start"


@migrations
def people_and_sessions(connection: Connection) -> None:
    """People with their password hash, and sessions by the hash of their token."""
    create(
        connection,
        "people",
        "person_id TEXT PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,"
        " password_hash TEXT NOT NULL, disabled INTEGER NOT NULL, made_at TEXT NOT NULL",
    )
    run(connection, "CREATE UNIQUE INDEX people_by_login ON people (login)")
    create(
        connection,
        "sessions",
        "token_hash TEXT PRIMARY KEY, person_id TEXT NOT NULL, opened_at TEXT NOT NULL,"
        " seen_at TEXT NOT NULL",
    )


@migrations
def failures_to_sign_in(connection: Connection) -> None:
    """Kept here and not in memory: the next guess may come to another worker."""
    create(
        connection,
        "sign_in_failures",
        "login TEXT PRIMARY KEY, count INTEGER NOT NULL, last_at TEXT NOT NULL",
    )


@migrations
def one_time_passwords(connection: Connection) -> None:
    """Whose password is only for once, until when, and who is about to choose their own."""
    create(
        connection,
        "one_time_passwords",
        "person_id TEXT PRIMARY KEY, until TEXT NOT NULL, ticket_hash TEXT NOT NULL,"
        " ticket_until TEXT NOT NULL",
    )
    run(connection, "CREATE INDEX sessions_of_people ON sessions (person_id)")


def set_password(unit: Unit, person_id: str, password_hash: str) -> None:
    """Another password counts from now on."""
    unit.execute(
        "UPDATE people SET password_hash = :hash WHERE person_id = :id",
        hash=password_hash,
        id=person_id,
    )


def set_one_time(unit: Unit, person_id: str, until: datetime) -> None:
    """The present password is only for once, until then (real time)."""
    row = {
        "person_id": person_id,
        "until": times.text(until),
        "ticket_hash": "",
        "ticket_until": "",
    }
    unit.put("one_time_passwords", [row], key=("person_id",))


def one_time_until(reader: Reader, person_id: str) -> datetime | None:
    """Until when a one-time password counts; None when the password is the person's own."""
    row = reader.row("SELECT until FROM one_time_passwords WHERE person_id = :id", id=person_id)
    return None if row is None else times.parse(row["until"])


def invited(reader: Reader) -> dict[str, datetime]:
    """Until when each one-time password counts, by person."""
    rows = reader.rows("SELECT person_id, until FROM one_time_passwords")
    return {row["person_id"]: times.parse(row["until"]) for row in rows}


def set_ticket(unit: Unit, person_id: str, ticket_hash: str, until: datetime) -> None:
    """Somebody came in with their one-time password."""
    unit.execute(
        "UPDATE one_time_passwords SET ticket_hash = :hash, ticket_until = :until"
        " WHERE person_id = :id",
        hash=ticket_hash,
        until=times.text(until),
        id=person_id,
    )


def of_ticket(reader: Reader, ticket_hash: str, *, now: datetime) -> Person | None:
    """Who is about to choose a password."""
    row = reader.row(
        "SELECT people.* FROM one_time_passwords o JOIN people ON people.person_id = o.person_id"
        " WHERE o.ticket_hash = :hash AND o.ticket_until > :now AND people.disabled = 0",
        hash=ticket_hash,
        now=times.text(now),
    )
    return None if row is None else _person(row)


def end_one_time(unit: Unit, person_id: str) -> None:
    """The password is the person's own from now on."""
    unit.execute("DELETE FROM one_time_passwords WHERE person_id = :id", id=person_id)


def sessions_of(reader: Reader, person_id: str) -> list[OpenSession]:
    """A person's sign-ins, the newest first. An id is a piece of the token's hash: it opens nothing."""
    rows = reader.rows(
        "SELECT * FROM sessions WHERE person_id = :id ORDER BY seen_at DESC", id=person_id
    )
    return [
        OpenSession(
            session_id=row["token_hash"][:SESSION_ID_DIGITS],
            opened_at=times.parse(row["opened_at"]),
            seen_at=times.parse(row["seen_at"]),
        )
        for row in rows
    ]


def cut_session(unit: Unit, person_id: str, session_id: str) -> int:
    """End one sign-in of a person."""
    return unit.execute(
        "DELETE FROM sessions WHERE person_id = :id AND substr(token_hash, 1, :digits) = :session",
        id=person_id,
        digits=SESSION_ID_DIGITS,
        session=session_id,
    )


def failures(reader: Reader, login: str) -> Failures:
    """How often in a row a login, known or not, was tried in vain."""
    row = reader.row("SELECT * FROM sign_in_failures WHERE login = :login", login=login)
    if row is None:
        return Failures()
    return Failures(count=row["count"], last_at=times.parse(row["last_at"]))


def save_failures(unit: Unit, login: str, failures: Failures) -> None:
    """Remember them, and forget those that no longer count."""
    assert failures.last_at is not None
    unit.execute(
        "DELETE FROM sign_in_failures WHERE last_at < :at",
        at=times.text(failures.last_at - FORGOTTEN_AFTER),
    )
    row = {"login": login, "count": failures.count, "last_at": times.text(failures.last_at)}
    unit.put("sign_in_failures", [row], key=("login",))


def forget_failures(unit: Unit, login: str) -> None:
    """Somebody came in."""
    unit.execute("DELETE FROM sign_in_failures WHERE login = :login", login=login)


def save(unit: Unit, person: Person, *, password_hash: str) -> None:
    """Add a person."""
    row = {
        "person_id": person.person_id,
        "login": person.login,
        "name": person.name,
        "role": person.role,
        "password_hash": password_hash,
        "disabled": int(person.disabled),
        "made_at": times.text(unit.now),
    }
    unit.put("people", [row], key=("person_id",))


def change(unit: Unit, person_id: str, *, role: Role, disabled: bool) -> None:
    """Give a person another role, or switch them off."""
    unit.execute(
        "UPDATE people SET role = :role, disabled = :disabled WHERE person_id = :id",
        role=role,
        disabled=int(disabled),
        id=person_id,
    )


def by_login(reader: Reader, login: str) -> tuple[Person, str] | None:
    """A person and their password hash."""
    row = reader.row("SELECT * FROM people WHERE login = :login", login=login)
    return None if row is None else (_person(row), str(row["password_hash"]))


def by_id(reader: Reader, person_id: str) -> Person | None:
    """A person."""
    row = reader.row("SELECT * FROM people WHERE person_id = :id", id=person_id)
    return None if row is None else _person(row)


def everybody(reader: Reader) -> Sequence[Person]:
    """All people, by name."""
    return [_person(row) for row in reader.rows("SELECT * FROM people ORDER BY name, login")]


def is_set_up(reader: Reader) -> bool:
    """Whether anybody can sign in at all."""
    return reader.row("SELECT 1 FROM people LIMIT 1") is not None


def admins(reader: Reader) -> set[str]:
    """Ids of the people who can let others in."""
    rows = reader.rows("SELECT person_id FROM people WHERE role = 'admin' AND disabled = 0")
    return {str(row["person_id"]) for row in rows}


def setup_code_hash(reader: Reader) -> str | None:
    """Hash of the code that was printed at this start."""
    return fact(reader, _SETUP_CODE)


def setup_start(reader: Reader) -> str | None:
    """Which start of HQ the setup code was made for."""
    return fact(reader, _SETUP_START)


def set_setup_start(unit: Unit, start: str) -> None:
    """Note which start made the setup code."""
    state(unit, _SETUP_START, start)


def set_setup_code(unit: Unit, code_hash: str) -> None:
    """Keep the hash of the setup code; empty means: no longer valid."""
    state(unit, _SETUP_CODE, code_hash)


def open_session(unit: Unit, token_hash: str, session: Session) -> None:
    """Remember a sign-in."""
    row = {
        "token_hash": token_hash,
        "person_id": session.person_id,
        "opened_at": times.text(session.opened_at),
        "seen_at": times.text(session.seen_at),
    }
    unit.put("sessions", [row], key=("token_hash",))


def session(reader: Reader, token_hash: str) -> Session | None:
    """The sign-in behind a token."""
    row = reader.row("SELECT * FROM sessions WHERE token_hash = :hash", hash=token_hash)
    if row is None:
        return None
    return Session(
        person_id=row["person_id"],
        opened_at=times.parse(row["opened_at"]),
        seen_at=times.parse(row["seen_at"]),
    )


def seen(unit: Unit, token_hash: str, at: datetime) -> None:
    """Somebody is still there."""
    unit.execute(
        "UPDATE sessions SET seen_at = :at WHERE token_hash = :hash",
        at=times.text(at),
        hash=token_hash,
    )


def close_session(unit: Unit, token_hash: str) -> None:
    """Forget a sign-in."""
    unit.execute("DELETE FROM sessions WHERE token_hash = :hash", hash=token_hash)


def close_sessions_of(unit: Unit, person_id: str) -> None:
    """Forget all sign-ins of a person."""
    unit.execute("DELETE FROM sessions WHERE person_id = :id", id=person_id)


def _person(row: RowMapping) -> Person:
    return Person(
        person_id=row["person_id"],
        login=row["login"],
        name=row["name"],
        role=row["role"],
        disabled=bool(row["disabled"]),
    )
