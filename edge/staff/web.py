"""Signing in, pairing devices, and the port by which the web's rim learns who asks."""

from datetime import datetime
from typing import Annotated

import msgspec
from flask import Request, Response, request
from msgspec import Meta

from edge import http
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.http import Caller
from edge.http.caller import SignInNeeded
from edge.staff import actions, rules, store
from edge.staff.memory import Presence, Tries
from edge.staff.rules import Device, Kind, Person, Role, Session

bp = http.blueprint("staff", "/api/v1")

DEVICE_COOKIE = "store_edge_device"
SESSION_COOKIE = "store_edge_session"
SESSION_HEADER = "X-Staff-Session"
DEVICE_COOKIE_SECONDS = 400 * 86400
KEEP_SEEN_SECONDS = 60.0
DEVICE_SEEN_SECONDS = 300.0
_ROLES = {Role.PICKER: http.STAFF, Role.MANAGER: http.MANAGER}


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body that takes no field it does not know."""


class SignInBody(Strict, frozen=True):
    """Who signs in, and their PIN."""

    staff_id: Annotated[str, Meta(max_length=64)]
    pin: Annotated[str, Meta(max_length=64)]


class PairBody(Strict, frozen=True):
    """The one-time code, and what the device is called."""

    code: Annotated[str, Meta(max_length=64)]
    name: Annotated[str, Meta(max_length=80)]


class SignedIn(msgspec.Struct, frozen=True):
    """Who is signed in; the token is for clients without cookies."""

    staff_id: str
    name: str
    role: str
    session_token: str


class Paired(msgspec.Struct, frozen=True):
    """The paired device; the token is for clients without cookies."""

    device_id: str
    name: str
    device_token: str
    kind: str = Kind.OTHER.value


class PersonShown(msgspec.Struct, frozen=True):
    """Somebody who may sign in here."""

    staff_id: str
    name: str
    role: str
    is_signed_in: bool


class PeopleShown(msgspec.Struct, frozen=True):
    """Everybody who may sign in here."""

    staff: list[PersonShown]


class Done(msgspec.Struct, frozen=True):
    """It is done."""

    ok: bool = True


@http.route(
    bp, "GET", "/staff", who=http.SCREEN, answers=PeopleShown, summary="Who may sign in here"
)
def people(*, caller: Caller) -> PeopleShown:
    """Names are shown on paired devices only."""
    with http.edge().read() as reader:
        signed_in = signed_in_now(reader, http.edge().clock.wall())
        return PeopleShown([_shown(each, signed_in) for each in store.people(reader)])


@http.route(
    bp,
    "POST",
    "/sessions",
    who=http.SCREEN,
    reads=SignInBody,
    answers=SignedIn,
    summary="Sign in by PIN",
)
def sign_in(*, body: SignInBody, caller: Caller) -> Response:
    """One try a person at a time; each wrong one makes the next wait longer."""
    edge = http.edge()
    with edge.part(Tries).one(body.staff_id):
        person = _check_pin(edge, body, caller.device_id)
        token = edge.write(
            lambda u: actions.sign_in(u, person.staff_id, caller.device_id, at=edge.clock.wall())
        )
    answer = SignedIn(person.staff_id, person.name, person.role.value, token)
    return _with_cookie(answer, SESSION_COOKIE, token, int(rules.ABSOLUTE_SECONDS))


@http.route(bp, "DELETE", "/sessions/current", who=http.STAFF, answers=Done, summary="Sign out")
def sign_out(*, caller: Caller) -> Response:
    """The token is worth nothing from now on."""
    edge = http.edge()
    with edge.read() as reader:
        session = store.session(reader, rules.hashed(_session_token(request)))
    if session is not None:
        edge.write(lambda unit: actions.sign_out(unit, session, by=caller.id))
        edge.part(Presence).forget(session.session_hash)
    response = Response(msgspec.json.encode(Done()), mimetype="application/json")
    response.delete_cookie(SESSION_COOKIE)
    return response


@http.route(
    bp,
    "POST",
    "/devices",
    who=http.PUBLIC,
    reads=PairBody,
    answers=Paired,
    status=201,
    summary="Pair this device by a one-time code",
)
def pair(*, body: PairBody, caller: Caller) -> Response:
    """Only in the store: over the front door nothing can be paired."""
    if not caller.is_on_lan:
        raise SignInNeeded
    edge = http.edge()
    device, token = edge.write(
        lambda unit: actions.pair(unit, body.code, body.name, at=edge.clock.wall())
    )
    answer = Paired(device.device_id, device.name, token, device.kind.value)
    return _with_cookie(answer, DEVICE_COOKIE, token, DEVICE_COOKIE_SECONDS, status=201)


def identify(request: Request) -> Caller:
    """Who a request comes from: nobody, a paired device, or somebody signed in on it."""
    token = _device_token(request)
    if not token:
        return Caller()
    edge = http.edge()
    with edge.read() as reader:
        device = store.device_by_token(reader, rules.hashed(token))
        if device is None:
            return Caller()
        found = _signed_in(reader, edge, _session_token(request), device)
    _keep_device_seen(edge, device)
    if found is None:
        role = http.SCREEN if device.kind in rules.AMONG_CUSTOMERS else http.DEVICE
        return Caller(role=role, id=device.device_id, device_id=device.device_id)
    person, session = found
    _keep_seen(edge, session)
    return Caller(
        role=_ROLES[person.role],
        id=person.staff_id,
        name=person.name,
        device_id=device.device_id,
        pin_age_seconds=edge.part(Presence).age_seconds(session.session_hash),
    )


def signed_in_now(rows: Rows, now: datetime) -> dict[str, Session]:
    """Staff id -> a sign-in of theirs that is alive."""
    found = store.sessions(rows)
    return {session.staff_id: session for session in found if rules.is_alive(session, now)}


def _check_pin(edge: Edge, body: SignInBody, device_id: str) -> Person:
    tries, now = edge.part(Tries), edge.clock.monotonic()
    with edge.read() as reader:
        person = store.person(reader, body.staff_id)
        device = store.device(reader, device_id)
    failures = person.failures if person else 0
    if left := tries.wait_seconds(f"s:{body.staff_id}", rules.delay_seconds(failures), now):
        raise rules.TooSoon(seconds=_whole(left))
    resting = rules.device_delay_seconds(device.failures if device else 0)
    if left := tries.wait_seconds(f"d:{device_id}", resting, now):
        raise rules.DeviceLocked(seconds=_whole(left))
    works_here = person if person and person.is_active else None
    kept = works_here.pin_hash if works_here else actions.nobodys_hash()
    if actions.pin_matches(kept, body.pin, edge.pepper) and works_here:
        return works_here
    edge.write(lambda unit: actions.note_failure(unit, body.staff_id, device_id))
    tries.failed(f"s:{body.staff_id}", f"d:{device_id}", now=edge.clock.monotonic())
    raise rules.PinWrong


def _signed_in(
    reader: Rows, edge: Edge, token: str, device: Device
) -> tuple[Person, Session] | None:
    session = store.session(reader, rules.hashed(token)) if token else None
    if session is None or session.device_id != device.device_id:
        return None
    wall = edge.clock.wall()
    age, idle = ((wall - x).total_seconds() for x in (session.began_at, session.seen_at))
    now = edge.clock.monotonic()
    if not edge.part(Presence).meets(session.session_hash, now, age=age, idle=idle):
        return None
    person = store.person(reader, session.staff_id)
    return (person, session) if person and person.is_active else None


def _keep_seen(edge: Edge, session: Session) -> None:
    now = edge.clock.monotonic()
    if edge.part(Presence).should_keep(session.session_hash, now, KEEP_SEEN_SECONDS):
        edge.write(lambda unit: store.saw(unit, session.session_hash, edge.clock.wall()))


def _keep_device_seen(edge: Edge, device: Device) -> None:
    now = edge.clock.monotonic()
    if edge.part(Presence).meets_device(device.device_id, now, DEVICE_SEEN_SECONDS):
        wall = edge.clock.wall()
        if (
            device.seen_at is None
            or abs((wall - device.seen_at).total_seconds()) > KEEP_SEEN_SECONDS
        ):
            edge.write(lambda unit: store.saw_device(unit, device.device_id, wall))


def _device_token(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.cookies.get(DEVICE_COOKIE, "")


def _session_token(request: Request) -> str:
    return request.headers.get(SESSION_HEADER) or request.cookies.get(SESSION_COOKIE, "")


def _with_cookie(
    answer: msgspec.Struct, name: str, token: str, max_age: int, *, status: int = 200
) -> Response:
    response = Response(msgspec.json.encode(answer), status=status, mimetype="application/json")
    response.set_cookie(
        name,
        token,
        max_age=max_age,
        httponly=True,
        samesite="Strict",
        secure=http.edge().settings.cookies_secure,
    )
    return response


def _shown(person: Person, signed_in: dict[str, Session]) -> PersonShown:
    return PersonShown(
        person.staff_id, person.name, person.role.value, person.staff_id in signed_in
    )


def _whole(seconds: float) -> int:
    return max(1, -int(-seconds // 1))


def known_as(staff_id: str) -> str:
    """What colleagues call somebody: the first name; the id itself when nobody has it."""
    with http.edge().read() as reader:
        return store.names(reader).get(staff_id, staff_id).split(" ")[0]
