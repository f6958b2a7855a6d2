"""Signing in to HQ: the first admin, a password for once and the one that follows it, sessions."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from flask import Response, request

from sync.hq import http
from sync.hq.base.hq import Hq
from sync.hq.http import Caller, Who
from sync.hq.people import actions, passwords, store
from sync.hq.people.rules import (
    Login,
    OneTimeOver,
    Password,
    Person,
    PersonName,
    SetupDone,
    SignInRefused,
    SignInTooSoon,
    TicketOver,
    WeakPassword,
    check_password,
    token_hash,
)

bp = http.blueprint("people")

# A session is written as seen at most this often, so that looking around writes little.
SEEN_EVERY = timedelta(minutes=1)
# Stands for a login while there is none to try.
SETUP = "/setup"


class SignInForm(msgspec.Struct, forbid_unknown_fields=True):
    """Login and password."""

    login: str
    password: Password


class SetupForm(msgspec.Struct, forbid_unknown_fields=True):
    """The first admin."""

    code: str
    login: Login
    name: PersonName
    password: Password


class FirstPasswordForm(msgspec.Struct, forbid_unknown_fields=True):
    """A password of one's own; the ticket says who, for some minutes."""

    ticket: Password
    password: Password


def identify(hq: Hq, token: str) -> Caller | None:
    """Who holds this session token, if it still counts."""
    now, known = hq.clock.wall(), token_hash(token)
    with hq.read() as reader:
        session = store.session(reader, known)
        person = store.by_id(reader, session.person_id) if session else None
    if session is None or person is None or person.disabled:
        return None
    idle = timedelta(minutes=hq.settings.session_minutes)
    if session.has_ended(now, idle=idle, longest=timedelta(hours=hq.settings.session_hours)):
        hq.write(lambda unit: store.close_session(unit, known), lane=known)
        return None
    if now - session.seen_at > SEEN_EVERY:
        hq.write(lambda unit: store.seen(unit, known, now), lane=known)
    return Caller(kind="person", id=person.person_id, name=person.name, role=person.role)


@http.page(bp, "/sign-in", who=Who.PUBLIC, summary="The sign-in page")
def show_sign_in(*, caller: Caller) -> str | Response:
    """The sign-in page, or setup when nobody can sign in yet."""
    with http.hq().read() as reader:
        ready = store.is_set_up(reader)
    return http.render("hq_signin", refusal="") if ready else http.see_other("/setup")


@http.page(bp, "/sign-in", method="POST", who=Who.PUBLIC, summary="Sign in", form=SignInForm)
def sign_in(*, body: SignInForm, caller: Caller) -> Response:
    """Open a session, or refuse more slowly each time."""
    hq = http.hq()
    try:
        person = _known_person(hq, body)
        if (choosing := _with_one_time(hq, person)) is not None:
            return choosing
    except (SignInRefused, SignInTooSoon, OneTimeOver) as refusal:
        page = http.render("hq_signin", refusal=http.said(refusal))
        return Response(page, refusal.status, mimetype="text/html")
    return signed_in(hq, person)


def _known_person(hq: Hq, body: SignInForm) -> Person:
    login = body.login.strip().lower()[:64]
    hq.write(lambda unit: actions.count_try(unit, login, at=hq.clock.wall()), lane=_lane(login))
    with hq.read() as reader:
        found = store.by_login(reader, login)
    matches = passwords.matches(body.password, found[1] if found else None)
    if found is None or not matches or found[0].disabled:
        raise SignInRefused
    return found[0]


@http.page(bp, "/sign-out", method="POST", who=Who.VIEWER, summary="Sign out")
def sign_out(*, caller: Caller) -> Response:
    """End this session."""
    hq = http.hq()
    token = request.cookies.get(http.session_cookie(hq), "")
    hq.write(lambda unit: actions.sign_out(unit, token), lane=token_hash(token))
    response = http.see_other("/sign-in")
    response.delete_cookie(http.session_cookie(hq), secure=hq.settings.cookies_secure)
    return response


@http.page(bp, "/setup", who=Who.PUBLIC, summary="The page that makes the first admin")
def show_setup(*, caller: Caller) -> str | Response:
    """The form for the first admin, only until there is one."""
    with http.hq().read() as reader:
        ready = store.is_set_up(reader)
    return http.see_other("/sign-in") if ready else http.render("hq_setup")


@http.page(
    bp, "/setup", method="POST", who=Who.PUBLIC, summary="Make the first admin", form=SetupForm
)
def set_up(*, body: SetupForm, caller: Caller) -> Response:
    """Make the first admin and sign them in."""
    hq = http.hq()
    with hq.read() as reader:
        if store.is_set_up(reader):
            raise SetupDone
    hq.write(lambda unit: actions.count_try(unit, SETUP, at=hq.clock.wall()), lane=_lane(SETUP))
    check_password(body.login, body.password)
    kept = passwords.hashed(body.password)
    person = hq.write(
        lambda unit: actions.set_up(
            unit, body.code, login=body.login, name=body.name, password_hash=kept
        )
    )
    return signed_in(hq, person)


@http.page(
    bp, "/first-password", method="POST", who=Who.PUBLIC, summary="Choose a password",
    form=FirstPasswordForm,
)  # fmt: skip
def choose_first(*, body: FirstPasswordForm, caller: Caller) -> Response:
    """Whoever came in with a one-time password chooses their own, and is signed in."""
    hq = http.hq()
    with hq.read() as reader:
        person = store.of_ticket(reader, token_hash(body.ticket), now=hq.clock.wall())
    if person is None:
        raise TicketOver
    try:
        check_password(person.login, body.password)
    except WeakPassword as refusal:
        return _choose_page(body.ticket, http.said(refusal))
    kept = passwords.hashed(body.password)
    hq.write(lambda unit: actions.choose_password(unit, person, password_hash=kept))
    return signed_in(hq, person)


def _with_one_time(hq: Hq, person: Person) -> Response | None:
    """The page to choose a password on, for somebody whose own is only for once."""
    with hq.read() as reader:
        until = store.one_time_until(reader, person.person_id)
    if until is None:
        return None
    if until <= hq.clock.wall():
        raise OneTimeOver
    ticket: str = hq.write(
        lambda unit: actions.open_ticket(unit, person.person_id, real_now=hq.clock.wall())
    )
    return _choose_page(ticket)


def _choose_page(ticket: str, refusal: str = "") -> Response:
    page = http.render("hq_first_password", ticket=ticket, refusal=refusal)
    return Response(page, 422 if refusal else 200, mimetype="text/html")


def _lane(login: str) -> str:
    return f"sign-in:{login}"


def signed_in(hq: Hq, person: Person) -> Response:
    """Open a session and go on to the first page."""
    token = hq.write(
        lambda unit: actions.sign_in(unit, person, at=hq.clock.wall()), lane=_lane(person.login)
    )
    response = http.see_other("/")
    response.set_cookie(
        http.session_cookie(hq), token, path="/", httponly=True, samesite="Strict",
        secure=hq.settings.cookies_secure,
    )  # fmt: skip
    return response
