"""Who works here: adding somebody, a new PIN, an end that counts at once, and locks lifted."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.http import Caller
from edge.screens.manage import csv_file, frame
from edge.screens.manage.frame import bp
from edge.staff import actions, rules, store
from edge.staff.memory import ShownOnce, Tries
from edge.staff.rules import Role
from edge.staff.web import signed_in_now
from sync.core.bodies import WrongField
from sync.core.errors import Refusal

HERE = "/manage/people"
PIN_SHOWN_SECONDS = 120.0


class PersonRow(NamedTuple):
    """Somebody in the list; `waits` is how long they wait after their wrong tries, in whole seconds."""

    staff_id: str
    name: str
    role: str
    is_signed_in: bool
    failures: int
    waits: int
    is_me: bool


@http.page(bp, "/people", who=http.MANAGER, summary="Who works here")
def people(*, caller: Caller) -> Response:
    """With the PIN that was just made, once."""
    return _page(caller)


@http.page(bp, "/people.csv", who=http.MANAGER, summary="Who works here, as CSV")
def people_csv(*, caller: Caller) -> Response:
    """What the page shows."""
    rules.must_be_fresh(caller.pin_age_seconds)
    rows = (
        (row.name, row.role, "yes" if row.is_signed_in else "no", row.failures)
        for row in _rows(caller)
    )
    return csv_file.answer("people", ("name", "role", "signed_in", "wrong_tries"), rows)


@http.page(
    bp, "/people", who=http.MANAGER, method="POST", summary="Give somebody a role and a PIN"
)
def add(*, caller: Caller) -> AnyResponse:
    """The PIN is made here, and shown once."""
    rules.must_be_fresh(caller.pin_age_seconds)
    edge, fields = http.edge(), frame.typed()
    pin = rules.pin_from(edge.ids.bytes(8))
    kept = actions.pin_hash(pin, edge.pepper)
    made: list[str] = []

    name, role = fields.get("name", ""), _role(fields.get("role", ""))

    def work(unit: Unit) -> str:
        made.append(actions.add_person(unit, name, role, pin_hash=kept, by=caller.id).staff_id)
        return made[-1]

    try:
        edge.write(work, key=frame.key_of(caller, fields))
    except Refusal as refusal:
        return _page(caller, fault=refusal, typed=fields)
    return _shown_once(edge, caller, made, pin)


@http.page(
    bp,
    "/people/<staff_id>/pin",
    who=http.MANAGER,
    method="POST",
    summary="Give somebody a new PIN",
)
def new_pin(staff_id: str, *, caller: Caller) -> AnyResponse:
    """Who was signed in by the old one is signed out."""
    rules.must_be_fresh(caller.pin_age_seconds)
    edge, fields = http.edge(), frame.typed()
    pin = rules.pin_from(edge.ids.bytes(8))
    kept = actions.pin_hash(pin, edge.pepper)
    made: list[str] = []

    def work(unit: Unit) -> str:
        actions.change_pin(unit, staff_id, pin_hash=kept, by=caller.id)
        made.append(staff_id)
        return staff_id

    edge.write(work, key=frame.key_of(caller, fields))
    edge.part(Tries).forgive(f"s:{staff_id}")
    return _shown_once(edge, caller, made, pin)


@http.page(
    bp,
    "/people/<staff_id>/end",
    who=http.MANAGER,
    method="POST",
    summary="Let somebody sign in no more",
)
def end(staff_id: str, *, caller: Caller) -> AnyResponse:
    """Their sign-ins end with this commit; never the last manager's."""
    frame.sure()
    rules.must_be_fresh(caller.pin_age_seconds)
    try:
        http.edge().write(lambda unit: actions.disable(unit, staff_id, by=caller.id))
    except rules.LastManager as refusal:
        return _page(caller, fault=refusal)
    return frame.to(HERE, ended=staff_id)


@http.page(
    bp, "/people/<staff_id>/unlock", who=http.MANAGER, method="POST", summary="Forgive wrong PINs"
)
def unlock(staff_id: str, *, caller: Caller) -> AnyResponse:
    """The next try need not wait."""
    edge = http.edge()
    edge.write(lambda unit: actions.unlock(unit, staff_id, by=caller.id))
    edge.part(Tries).forgive(f"s:{staff_id}")
    return frame.to(HERE, unlocked=staff_id)


def _role(asked: str) -> Role:
    if asked not in {each.value for each in Role}:
        raise WrongField(problem="role is not one of ours")
    return Role(asked)


def _shown_once(edge: Edge, caller: Caller, made: list[str], pin: str) -> AnyResponse:
    """On to the list, with a ticket for the PIN; a form that was sent twice has none to show."""
    if not made:
        return frame.to(HERE)
    ticket = edge.ids.token(8)
    until = edge.clock.monotonic() + PIN_SHOWN_SECONDS
    edge.part(ShownOnce).put(ticket, f"{made[0]} {pin}", by=caller.id, until=until)
    return frame.to(HERE, ticket=ticket)


def _rows(caller: Caller) -> list[PersonRow]:
    edge = http.edge()
    with edge.read() as reader:
        signed_in = signed_in_now(reader, edge.clock.wall())
        return [
            PersonRow(
                staff_id=each.staff_id,
                name=each.name,
                role=each.role.value,
                is_signed_in=each.staff_id in signed_in,
                failures=each.failures,
                waits=int(rules.delay_seconds(each.failures)),
                is_me=each.staff_id == caller.id,
            )
            for each in store.people(reader)
        ]


def _page(
    caller: Caller, *, fault: Refusal | None = None, typed: dict[str, str] | None = None
) -> Response:
    edge, ticket = http.edge(), request.args.get("ticket", "")
    secret = edge.part(ShownOnce).take(ticket, by=caller.id, now=edge.clock.monotonic())
    staff_id, _, pin = secret.partition(" ")
    with edge.read() as reader:
        names = store.names(reader)
    return frame.page(
        caller,
        "manage_people",
        here="people",
        status=fault.status if fault else 200,
        rows=_rows(caller),
        is_fresh=rules.is_fresh(caller.pin_age_seconds),
        pin=pin,
        pin_of=names.get(staff_id, ""),
        was_shown=bool(ticket) and not pin,
        ended=names.get(request.args.get("ended", ""), ""),
        unlocked=names.get(request.args.get("unlocked", ""), ""),
        fault=fault.message(http.text(fault.sentence)) if fault else "",
        typed=typed or {},
    )
