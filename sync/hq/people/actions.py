"""What is done about HQ's people. Passwords are hashed before a unit begins: hashing is slow on purpose."""

from __future__ import annotations

import hmac
from datetime import datetime

import msgspec

from sync.hq.base.rows import Unit
from sync.hq.people import store
from sync.hq.people.rules import (
    ONE_TIME_LIFE,
    TICKET_LIFE,
    LastAdmin,
    LoginTaken,
    Person,
    PersonUnknown,
    Role,
    Session,
    SetupDone,
    WrongSetupCode,
    token_hash,
)


def print_setup_code(unit: Unit, start: str) -> str | None:
    """A fresh code that lets the first admin in; None once there is one, or when this start has made it."""
    if store.is_set_up(unit) or store.setup_start(unit) == start:
        return None
    store.set_setup_start(unit, start)
    code = unit.ids.token(10)
    store.set_setup_code(unit, token_hash(code))
    return code


def set_up(unit: Unit, code: str, *, login: str, name: str, password_hash: str) -> Person:
    """Make the first admin, for whoever read the code off HQ's console."""
    if store.is_set_up(unit):
        raise SetupDone
    known = store.setup_code_hash(unit) or ""
    if not hmac.compare_digest(known, token_hash(code)):
        raise WrongSetupCode
    store.set_setup_code(unit, "")
    return add(unit, login=login, name=name, role="admin", password_hash=password_hash)


def add(unit: Unit, *, login: str, name: str, role: Role, password_hash: str) -> Person:
    """Let somebody sign in."""
    if store.by_login(unit, login) is not None:
        raise LoginTaken(login=login)
    person = Person(person_id=unit.ids.uuid7(unit.now), login=login, name=name, role=role)
    store.save(unit, person, password_hash=password_hash)
    return person


def change(unit: Unit, person_id: str, *, role: Role, disabled: bool) -> Person:
    """Give somebody another role, or switch them off; both end their sign-ins at once."""
    person = _known(unit, person_id)
    keeps_a_key = role == "admin" and not disabled
    if not keeps_a_key and store.admins(unit) == {person_id}:
        raise LastAdmin
    store.change(unit, person_id, role=role, disabled=disabled)
    store.close_sessions_of(unit, person_id)
    return msgspec.structs.replace(person, role=role, disabled=disabled)


def count_try(unit: Unit, login: str, *, at: datetime) -> None:
    """One more try to come in, counted as a failure until it is none. SignInTooSoon while a wait runs."""
    store.save_failures(unit, login, store.failures(unit, login).one_more(at))


def sign_in(unit: Unit, person: Person, *, at: datetime) -> str:
    """Open a session and return its token, which nobody else ever sees. `at` is real time."""
    store.forget_failures(unit, person.login)
    token = unit.ids.token(20)
    opened = Session(person_id=person.person_id, opened_at=at, seen_at=at)
    store.open_session(unit, token_hash(token), opened)
    return token


def sign_out(unit: Unit, token: str) -> None:
    """End a session."""
    store.close_session(unit, token_hash(token))


def invite(
    unit: Unit, *, login: str, name: str, role: Role, password_hash: str, real_now: datetime
) -> Person:
    """Let somebody in with a password for once; with it they choose their own."""
    person = add(unit, login=login, name=name, role=role, password_hash=password_hash)
    store.set_one_time(unit, person.person_id, real_now + ONE_TIME_LIFE)
    return person


def reset(unit: Unit, person_id: str, *, password_hash: str, real_now: datetime) -> Person:
    """A password for once instead of a forgotten one; their sign-ins end at once."""
    person = _known(unit, person_id)
    store.set_password(unit, person_id, password_hash)
    store.set_one_time(unit, person_id, real_now + ONE_TIME_LIFE)
    store.close_sessions_of(unit, person_id)
    return person


def open_ticket(unit: Unit, person_id: str, *, real_now: datetime) -> str:
    """Minutes in which somebody who came in with a one-time password chooses their own."""
    ticket = unit.ids.token(20)
    store.set_ticket(unit, person_id, token_hash(ticket), real_now + TICKET_LIFE)
    return ticket


def choose_password(unit: Unit, person: Person, *, password_hash: str) -> None:
    """From now on their password is their own; sign-ins elsewhere end."""
    store.set_password(unit, person.person_id, password_hash)
    store.end_one_time(unit, person.person_id)
    store.close_sessions_of(unit, person.person_id)


def cut(unit: Unit, person_id: str, session_id: str) -> Person:
    """End one sign-in of somebody, or all of them when none is named."""
    person = _known(unit, person_id)
    if session_id:
        store.cut_session(unit, person_id, session_id)
    else:
        store.close_sessions_of(unit, person_id)
    return person


def _known(unit: Unit, person_id: str) -> Person:
    person = store.by_id(unit, person_id)
    if person is None:
        raise PersonUnknown
    return person
