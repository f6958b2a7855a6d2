"""HQ's people, for admins: inviting, changing, ending, resetting, cutting sign-ins; and what was done by whom."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Response, request
from msgspec import Meta

from sync.hq import http
from sync.hq.base import audit
from sync.hq.base.hq import Hq
from sync.hq.base.rows import Unit
from sync.hq.http import Caller, Who
from sync.hq.people import actions, passwords, store
from sync.hq.people.rules import ONE_TIME_BYTES, Login, PersonName, Role

bp = http.blueprint("everybody")

DEEDS_A_PAGE = 50


class PersonForm(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody new."""

    login: Login
    name: PersonName
    role: Role


class ChangeForm(msgspec.Struct, forbid_unknown_fields=True):
    """Another role, or off."""

    role: Role
    disabled: bool = False


class NoForm(msgspec.Struct, forbid_unknown_fields=True):
    """A button without words."""


class CutForm(msgspec.Struct, forbid_unknown_fields=True):
    """Which sign-in ends; all of them when none is named."""

    session_id: Annotated[str, Meta(pattern=r"^([0-9a-f]{16})?$(?!\n)")] = ""


@http.page(bp, "/people", who=Who.ADMIN, summary="HQ's people")
def show_people(*, caller: Caller) -> str:
    """Everybody who may sign in, where they are signed in, and a form for somebody new."""
    return _page(caller)


@http.page(
    bp, "/people", method="POST", who=Who.ADMIN, summary="Let somebody sign in", form=PersonForm
)
def invite(*, body: PersonForm, caller: Caller) -> str:
    """Let somebody in with a one-time password, which is on the page that follows and nowhere else."""
    hq = http.hq()
    password, kept = _one_time(hq)

    def invited(unit: Unit) -> None:
        person = actions.invite(
            unit, login=body.login, name=body.name, role=body.role, password_hash=kept,
            real_now=hq.clock.wall(),
        )  # fmt: skip
        audit.note(unit, caller, "person_invited", person.name, detail=body.role)

    hq.write(invited)
    return _page(caller, fresh=(body.login, password))


@http.page(
    bp,
    "/people/<person_id>",
    method="POST",
    who=Who.ADMIN,
    summary="Change a person's role, or switch them off",
    form=ChangeForm,
)
def change_person(person_id: str, *, body: ChangeForm, caller: Caller) -> Response:
    """Another role, or off; their sign-ins end at once."""

    def changed(unit: Unit) -> None:
        person = actions.change(unit, person_id, role=body.role, disabled=body.disabled)
        what = "person_ended" if body.disabled else "person_changed"
        audit.note(unit, caller, what, person.name, detail=body.role)

    http.hq().write(changed)
    return http.see_other("/people")


@http.page(
    bp,
    "/people/<person_id>/reset",
    method="POST",
    who=Who.ADMIN,
    summary="Give somebody a one-time password",
    form=NoForm,
)
def reset(person_id: str, *, body: NoForm, caller: Caller) -> str:
    """For a forgotten password: their sign-ins end, and a one-time password is shown once."""
    hq = http.hq()
    password, kept = _one_time(hq)

    def done(unit: Unit) -> str:
        person = actions.reset(unit, person_id, password_hash=kept, real_now=hq.clock.wall())
        audit.note(unit, caller, "person_reset", person.name)
        return person.login

    return _page(caller, fresh=(hq.write(done), password))


@http.page(
    bp,
    "/people/<person_id>/cut",
    method="POST",
    who=Who.ADMIN,
    summary="End somebody's sign-ins",
    form=CutForm,
)
def cut(person_id: str, *, body: CutForm, caller: Caller) -> Response:
    """One sign-in, or all of a person's."""

    def done(unit: Unit) -> None:
        person = actions.cut(unit, person_id, body.session_id)
        audit.note(unit, caller, "sign_in_cut", person.name)

    http.hq().write(done)
    return http.see_other("/people")


@http.page(bp, "/people/deeds", who=Who.ADMIN, summary="Who did what")
def show_deeds(*, caller: Caller) -> str:
    """What people of HQ did, newest first."""
    said = request.args.get("page", "1")
    number = min(max(1, int(said)), 10_000) if said.isascii() and said.isdigit() else 1
    with http.hq().read() as reader:
        skip = DEEDS_A_PAGE * (number - 1)
        deeds = audit.newest(reader, most=DEEDS_A_PAGE + 1, skip=skip)
    return http.render(
        "hq_deeds", deeds=deeds[:DEEDS_A_PAGE], page=number, has_more=len(deeds) > DEEDS_A_PAGE
    )


def _page(caller: Caller, *, fresh: tuple[str, str] | None = None) -> str:
    hq = http.hq()
    with hq.read() as reader:
        everybody = store.everybody(reader)
        sessions = {
            each.person_id: store.sessions_of(reader, each.person_id) for each in everybody
        }
        invited, admins = store.invited(reader), store.admins(reader)
    return http.render(
        "hq_people", people=everybody, sessions=sessions, invited=invited, admins=admins,
        own_id=caller.id, fresh=fresh, real_now=hq.clock.wall(),
    )  # fmt: skip


def _one_time(hq: Hq) -> tuple[str, str]:
    """A password for once, in groups that can be read out, and what is kept of it."""
    text = hq.ids.token(ONE_TIME_BYTES)
    password = "-".join(text[start : start + 4] for start in range(0, len(text), 4))
    return password, passwords.hashed(password)
