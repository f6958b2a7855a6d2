"""One's own page: where one is signed in, and one's own password."""

from __future__ import annotations

import msgspec
from flask import Response, request

from sync.hq import http
from sync.hq.base import audit
from sync.hq.base.rows import Unit
from sync.hq.http import Caller, Who
from sync.hq.people import actions, passwords, store
from sync.hq.people.rules import Password, PersonUnknown, WrongPassword, check_password, token_hash
from sync.hq.people.store import SESSION_ID_DIGITS
from sync.hq.people.web.everybody import CutForm
from sync.hq.people.web.signing_in import signed_in

bp = http.blueprint("own")


class OwnPasswordForm(msgspec.Struct, forbid_unknown_fields=True):
    """The present password and the one that follows."""

    present: Password
    password: Password


@http.page(bp, "/me", who=Who.VIEWER, summary="One's own sign-ins and password")
def show_own(*, caller: Caller) -> str:
    """Where one is signed in, and the form for another password."""
    hq = http.hq()
    with hq.read() as reader:
        person, sessions = store.by_id(reader, caller.id), store.sessions_of(reader, caller.id)
    token = request.cookies.get(http.session_cookie(hq), "")
    this = token_hash(token)[:SESSION_ID_DIGITS]
    return http.render("hq_me", me=person, sessions=sessions, this=this, real_now=hq.clock.wall())


@http.page(
    bp, "/me/password", method="POST", who=Who.VIEWER, summary="Change one's own password",
    form=OwnPasswordForm,
)  # fmt: skip
def change_password(*, body: OwnPasswordForm, caller: Caller) -> Response:
    """Sign-ins elsewhere end; this one goes on as a new one."""
    hq = http.hq()
    with hq.read() as reader:
        person = store.by_id(reader, caller.id)
        found = store.by_login(reader, person.login) if person else None
    if person is None or found is None:
        raise PersonUnknown
    lane = f"sign-in:{person.login}"
    hq.write(lambda unit: actions.count_try(unit, person.login, at=hq.clock.wall()), lane=lane)
    if not passwords.matches(body.present, found[1]):
        raise WrongPassword
    check_password(person.login, body.password)
    kept = passwords.hashed(body.password)

    def chosen(unit: Unit) -> None:
        actions.choose_password(unit, person, password_hash=kept)
        audit.note(unit, caller, "password_changed", person.name)

    hq.write(chosen)
    return signed_in(hq, person)


@http.page(
    bp, "/me/cut", method="POST", who=Who.VIEWER, summary="End a sign-in of one's own",
    form=CutForm,
)  # fmt: skip
def cut_own(*, body: CutForm, caller: Caller) -> Response:
    """One sign-in of one's own, or all of them."""
    http.hq().write(lambda unit: actions.cut(unit, caller.id, body.session_id))
    return http.see_other("/me")
